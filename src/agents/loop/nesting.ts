import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { executionPoliciesKey } from "../../runtime/index.ts";

/** What may nest: each level inside another counts. */
export type NestedKind = "agent_loop" | "sub_agent_run" | "spawn_agent" | "workflow_stage" | "nested_workflow";

const depthKey: ServiceKey<number> = serviceKey("depth of nested agents");
const defaultLimit = 8;

export type Nesting =
  | { readonly kind: "entered"; readonly leave: () => void }
  | { readonly kind: "exhausted"; readonly message: string };

/** Goes one level down, unless the limit of the policy in force (8 without one) is reached. */
export function enterNested(context: CallContext, kind: NestedKind, label: string): Nesting {
  const outer = context.scoped(depthKey) ?? 0;
  const limit = context.service(executionPoliciesKey).requested(context)?.recursion_limit ?? defaultLimit;
  if (outer >= limit)
    return { kind: "exhausted", message: `nested execution budget exhausted before ${kind}: ${label}` };
  context.setScoped(depthKey, outer + 1);
  return { kind: "entered", leave: () => context.setScoped(depthKey, outer) };
}
