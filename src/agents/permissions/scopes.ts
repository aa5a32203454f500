import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { type CapabilityPolicy, executionPoliciesKey } from "../../runtime/index.ts";
import type { ApprovalPolicy } from "./approval-policy.ts";
import type { DynamicPermissions } from "./dynamic-permissions.ts";

type Scoped = Pick<CallContext, "scoped" | "setScoped">;

/** Policies of one kind that hold around a piece of a task; inner ones come after outer ones and all of them count. */
export class PolicyScope<T> {
  readonly #key: ServiceKey<readonly T[]>;

  constructor(name: string) {
    this.#key = serviceKey(name);
  }

  current(task: Scoped): readonly T[] {
    return task.scoped(this.#key) ?? [];
  }

  /** Adds a policy until the result is called. */
  enter(task: Scoped, policy: T): () => void {
    const outer = task.scoped(this.#key);
    task.setScoped(this.#key, [...(outer ?? []), policy]);
    return () => task.setScoped(this.#key, outer);
  }
}

export const approvalScope = new PolicyScope<ApprovalPolicy>("approval policies");
export const permissionScope = new PolicyScope<DynamicPermissions>("dynamic permissions");

/** Runs a body with the program's policy narrowed, if there is one to narrow it by. */
export async function underPolicy<T>(
  context: CallContext,
  policy: CapabilityPolicy | undefined,
  body: () => Promise<T>,
): Promise<T> {
  if (policy === undefined) return body();
  const leave = context.service(executionPoliciesKey).enter(context, policy);
  try {
    return await body();
  } finally {
    leave();
  }
}
