import { boolAt, intAt, list, record, textsAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";

/** Which artifacts a stage is shown, and in what order they are preferred. */
export interface ContextPolicy {
  readonly maxArtifacts: number | undefined;
  readonly maxTokens: number | undefined;
  readonly reserveTokens: number | undefined;
  readonly includeKinds: readonly string[];
  readonly excludeKinds: readonly string[];
  readonly prioritizeKinds: readonly string[];
  readonly pinnedIds: readonly string[];
  readonly includeStages: readonly string[];
  readonly preferRecent: boolean;
  readonly preferFresh: boolean;
  readonly render: string | undefined;
}

export function readContextPolicy(given: DictValue | undefined): ContextPolicy {
  const render = given?.get("render");
  return {
    maxArtifacts: intAt(given, "max_artifacts"),
    maxTokens: intAt(given, "max_tokens"),
    reserveTokens: intAt(given, "reserve_tokens"),
    includeKinds: textsAt(given, "include_kinds") ?? [],
    excludeKinds: textsAt(given, "exclude_kinds") ?? [],
    prioritizeKinds: textsAt(given, "prioritize_kinds") ?? [],
    pinnedIds: textsAt(given, "pinned_ids") ?? [],
    includeStages: textsAt(given, "include_stages") ?? [],
    preferRecent: boolAt(given, "prefer_recent") ?? false,
    preferFresh: boolAt(given, "prefer_fresh") ?? false,
    render: typeof render === "string" ? render : undefined,
  };
}

/** With every field written. */
export function contextPolicyDict(given: DictValue | undefined): DictValue {
  const policy = readContextPolicy(given);
  return record({
    exclude_kinds: list(policy.excludeKinds),
    include_kinds: list(policy.includeKinds),
    include_stages: list(policy.includeStages),
    max_artifacts: policy.maxArtifacts ?? null,
    max_tokens: policy.maxTokens ?? null,
    pinned_ids: list(policy.pinnedIds),
    prefer_fresh: policy.preferFresh,
    prefer_recent: policy.preferRecent,
    prioritize_kinds: list(policy.prioritizeKinds),
    render: policy.render ?? null,
    reserve_tokens: policy.reserveTokens ?? null,
  });
}
