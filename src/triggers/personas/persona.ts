export const autonomyTiers = ["shadow", "suggest", "act_with_approval", "act_auto"] as const;
export const receiptPolicies = ["optional", "required", "disabled"] as const;

export interface PersonaLimits {
  readonly daily_usd: number | null;
  readonly hourly_usd: number | null;
  readonly run_usd: number | null;
  readonly max_tokens: number | null;
}

/** A `[[personas]]` table of a manifest, as commands print it. */
export interface Persona {
  readonly autonomy_tier: (typeof autonomyTiers)[number];
  readonly budget: PersonaLimits & {
    readonly frontier_escalations: number | null;
    readonly max_runtime_seconds: number | null;
  };
  readonly capabilities: readonly string[];
  readonly context_packs: readonly string[];
  readonly description: string;
  /** `workflows/captain.harn#run`. */
  readonly entry_workflow: string;
  readonly evals: readonly string[];
  /** Personas that it hands work to. */
  readonly handoffs: readonly string[];
  readonly model_policy: {
    readonly default_model: string | null;
    readonly escalation_model: string | null;
    readonly fallback_models: readonly string[];
    readonly reasoning_effort: string | null;
  };
  readonly name: string;
  readonly owner: string | null;
  readonly package_source: {
    readonly git: string | null;
    readonly package: string | null;
    readonly path: string | null;
    readonly rev: string | null;
  };
  readonly receipt_policy: (typeof receiptPolicies)[number];
  readonly rollout_policy: {
    readonly cohorts: readonly string[];
    readonly mode: string | null;
    readonly percentage: number | null;
  };
  /** Five fields of cron, in UTC. */
  readonly schedules: readonly string[];
  readonly stages: readonly unknown[];
  readonly steps: readonly unknown[];
  readonly tools: readonly string[];
  /** `provider.event`. */
  readonly triggers: readonly string[];
  readonly version: string | null;
}

/** What a persona was made from: `package@version`. */
export function templateOf({ name, package_source, version }: Persona): string | null {
  const origin = package_source.package;
  if (version === null) return origin;
  return `${origin ?? name}@${version}`;
}
