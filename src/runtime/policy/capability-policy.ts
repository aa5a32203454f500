import type { Json } from "../../eventlog/index.ts";
import { categorizedError, type Raise } from "../../value/index.ts";

/**
 * What a program may do at most. Empty fields do not restrict. The properties are those that run records and programs
 * see.
 */
export interface CapabilityPolicy {
  readonly tools: readonly string[];
  /** Capability to its operations: `workspace` to `["read_text"]`; no operations means all. */
  readonly capabilities: Readonly<Record<string, readonly string[]>>;
  readonly workspace_roots: readonly string[];
  readonly side_effect_level: SideEffectLevel | null;
  readonly recursion_limit: number | null;
  readonly tool_arg_constraints: readonly ToolArgConstraint[];
  readonly tool_annotations: Readonly<Record<string, Json>>;
  readonly sandbox_profile: SandboxProfile;
}

export interface ToolArgConstraint {
  readonly tool: string;
  readonly arg_patterns: readonly string[];
  readonly arg_key: string | null;
}

/** From the narrowest to the widest. */
export const sideEffectLevels = ["none", "read_only", "workspace_write", "process_exec", "network"] as const;
export type SideEffectLevel = (typeof sideEffectLevels)[number];

/** From the loosest to the tightest; `wasi` is the test bench's. */
export const sandboxProfiles = ["unrestricted", "worktree", "os_hardened", "wasi"] as const;
export type SandboxProfile = (typeof sandboxProfiles)[number];

export const unrestrictedPolicy: CapabilityPolicy = {
  tools: [],
  capabilities: {},
  workspace_roots: [],
  side_effect_level: null,
  recursion_limit: null,
  tool_arg_constraints: [],
  tool_annotations: {},
  sandbox_profile: "unrestricted",
};

/** What `harn run` allows: everything inside one folder, processes too, and the network through an egress policy. */
export function runSandbox(workspaceRoot: string): CapabilityPolicy {
  return {
    ...unrestrictedPolicy,
    workspace_roots: [workspaceRoot],
    side_effect_level: "process_exec",
    sandbox_profile: "worktree",
  };
}

export function allowsCapability(policy: CapabilityPolicy, capability: string, operation: string): boolean {
  if (Object.keys(policy.capabilities).length === 0) return true;
  const operations = Object.hasOwn(policy.capabilities, capability) ? policy.capabilities[capability] : undefined;
  return operations !== undefined && (operations.length === 0 || operations.includes(operation));
}

export function allowsSideEffect(policy: CapabilityPolicy, level: SideEffectLevel): boolean {
  return (
    policy.side_effect_level === null ||
    sideEffectLevels.indexOf(level) <= sideEffectLevels.indexOf(policy.side_effect_level)
  );
}

/** What is allowed by both: nested policies only ever narrow. Asking for tools or capabilities beyond the ceiling is an error. */
export function intersectPolicies(ceiling: CapabilityPolicy, requested: CapabilityPolicy): CapabilityPolicy {
  return {
    tools: intersectTools(ceiling.tools, requested.tools),
    capabilities: intersectCapabilities(ceiling.capabilities, requested.capabilities),
    workspace_roots: intersectRoots(ceiling.workspace_roots, requested.workspace_roots),
    side_effect_level: narrowest(ceiling.side_effect_level, requested.side_effect_level),
    recursion_limit: smallest(ceiling.recursion_limit, requested.recursion_limit),
    tool_arg_constraints: [...ceiling.tool_arg_constraints, ...requested.tool_arg_constraints],
    tool_annotations: { ...requested.tool_annotations, ...ceiling.tool_annotations },
    sandbox_profile: tightest(ceiling.sandbox_profile, requested.sandbox_profile),
  };
}

function intersectTools(ceiling: readonly string[], requested: readonly string[]): readonly string[] {
  if (ceiling.length === 0) return requested;
  const beyond = requested.filter((tool) => !ceiling.includes(tool));
  if (beyond.length > 0) throw rejected(`requested tools exceed host ceiling: ${beyond.join(", ")}`);
  return requested.length === 0 ? ceiling : requested;
}

type Capabilities = CapabilityPolicy["capabilities"];

function intersectCapabilities(ceiling: Capabilities, requested: Capabilities): Capabilities {
  if (Object.keys(ceiling).length === 0) return requested;
  if (Object.keys(requested).length === 0) return ceiling;
  return Object.fromEntries(
    Object.entries(requested).map(([capability, operations]) => {
      const allowed = Object.hasOwn(ceiling, capability) ? ceiling[capability] : undefined;
      if (allowed === undefined) throw rejected(`requested capability exceeds host ceiling: ${capability}`);
      if (allowed.length === 0) return [capability, operations];
      const beyond = operations.filter((operation) => !allowed.includes(operation));
      if (beyond.length > 0) {
        throw rejected(
          `requested capability operations exceed host ceiling: ${beyond.map((each) => `${capability}.${each}`).join(", ")}`,
        );
      }
      return [capability, operations.length === 0 ? allowed : operations];
    }),
  );
}

/** An empty result would mean "anywhere", so roots outside the ceiling are refused rather than dropped. */
function intersectRoots(ceiling: readonly string[], requested: readonly string[]): readonly string[] {
  if (ceiling.length === 0) return requested;
  const beyond = requested.filter((root) => !ceiling.some((outer) => root === outer || root.startsWith(`${outer}/`)));
  if (beyond.length > 0) throw rejected(`requested workspace roots exceed host ceiling: ${beyond.join(", ")}`);
  return requested.length === 0 ? ceiling : requested;
}

function narrowest(a: SideEffectLevel | null, b: SideEffectLevel | null): SideEffectLevel | null {
  if (a === null || b === null) return a ?? b;
  return sideEffectLevels.indexOf(a) <= sideEffectLevels.indexOf(b) ? a : b;
}

function smallest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.min(a, b);
}

function tightest(a: SandboxProfile, b: SandboxProfile): SandboxProfile {
  return sandboxProfiles.indexOf(a) >= sandboxProfiles.indexOf(b) ? a : b;
}

/** A policy's refusal as a program sees it. */
export function rejected(message: string): Raise {
  return categorizedError("tool_rejected", message);
}
