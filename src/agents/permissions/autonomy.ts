import type { ApprovalAction, ApprovalPolicy } from "./approval-policy.ts";

/** How far an agent may go by itself. */
export type AutonomyTier = "shadow" | "suggest" | "act_with_approval" | "act_auto";

/** What tools may do that an agent of the two lowest tiers runs. */
const harmlessKinds = ["read", "search", "think", "fetch"];

/**
 * A tier as an approval policy; `undefined` where nothing is restricted, `null` for a word that is no tier. Tools that do not say
 * what they do count as ones that act.
 */
export function autonomyPolicy(tier: string): ApprovalPolicy | undefined | null {
  switch (tier) {
    case "shadow":
    case "suggest":
      return policyOf("deny", `autonomy tier '${tier}' proposes and does not act`);
    case "act_with_approval":
      return policyOf("ask", "autonomy tier 'act_with_approval' asks before it acts");
    case "act_auto":
      return undefined;
    default:
      return null;
  }
}

function policyOf(action: ApprovalAction, reason: string): ApprovalPolicy {
  return {
    rules: [
      {
        action,
        patterns: new Map(),
        unless: new Map([["tool_kind", harmlessKinds]]),
        repeatAtLeast: undefined,
        id: undefined,
        reason,
        approval: undefined,
      },
    ],
    autoApprove: [],
    autoDeny: [],
    requireApproval: [],
    writePathAllowlist: [],
    allowSensitivePaths: true,
    sensitivePathPatterns: [],
    allowExternalPaths: true,
    externalRoots: [],
    repeatLimit: undefined,
    repeatAction: "ask",
  };
}
