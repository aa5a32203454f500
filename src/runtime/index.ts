export {
  type ActiveWork,
  activeWork,
  type DeclaredCall,
  type DeclaredCallObserver,
  declaredCallObserverKey,
} from "./declared/active-step.ts";
export { declaredCatalog } from "./declared/builtins.ts";
export {
  attributeOf,
  type DeclaredAttribute,
  type DeclaredFunction,
  DeclaredFunctions,
  declaredFunctionsKey,
  nameUnder,
} from "./declared/declared-functions.ts";
export { type AppendGate, afterAppends, durableHost, rightAfterAppends } from "./durable-host.ts";
export { DurableOutput, type DurableOutputOptions, type OutputStream } from "./durable-output.ts";
export type { EffectCall, EffectObserver, EffectResult, EffectSubstitute } from "./effect-observer.ts";
export { createEffectBoundary, type EffectBoundaryOptions, isEffect } from "./effects.ts";
export { IdSource } from "./ids.ts";
export {
  allowsCapability,
  allowsSideEffect,
  type CapabilityPolicy,
  intersectPolicies,
  rejected,
  runSandbox,
  type SandboxProfile,
  type SideEffectLevel,
  sandboxProfiles,
  sideEffectLevels,
  type ToolArgConstraint,
  unrestrictedPolicy,
} from "./policy/capability-policy.ts";
export { ceilingOf, exceedsCeiling } from "./policy/ceilings.ts";
export { type BuiltinSelection, deniedBuiltins, neverRefused } from "./policy/denied-builtins.ts";
export {
  auditEgress,
  type EgressBlocked,
  type EgressLists,
  type EgressOptions,
  EgressPolicy,
  type EgressSummary,
} from "./policy/egress.ts";
export { EgressConfigError } from "./policy/egress-rule.ts";
export { ExecutionPolicies, executionPoliciesKey } from "./policy/execution-policies.ts";
export { PolicyShapeError, policyJson, readPolicy } from "./policy/read-policy.ts";
export { egressPolicyKey, policyCatalog } from "./policy-builtins.ts";
export type { RunJournal } from "./run-journal.ts";
export { Runtime, type RuntimeOptions } from "./runtime.ts";
export { StopSource } from "./stop-signal.ts";
