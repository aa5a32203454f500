import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { type CapabilityPolicy, intersectPolicies } from "./capability-policy.ts";

/** The policies of one runtime, as a service of its builtins. */
export const executionPoliciesKey: ServiceKey<ExecutionPolicies> = serviceKey("execution policies");

const scopeKey: ServiceKey<CapabilityPolicy> = serviceKey("execution policy scope");
const requestedKey: ServiceKey<CapabilityPolicy> = serviceKey("requested execution policy");

type Scoped = Pick<CallContext, "scoped" | "setScoped">;

/**
 * Which policy holds for which task: the run's own, narrowed by whatever scopes the task is in. A task started inside a
 * scope stays in it, also when its parent has left.
 */
export class ExecutionPolicies {
  readonly #base: CapabilityPolicy | undefined;

  /** Without a base, nothing is restricted outside scopes. */
  constructor(base?: CapabilityPolicy) {
    this.#base = base;
  }

  current(task: Scoped): CapabilityPolicy | undefined {
    return task.scoped(scopeKey) ?? this.#base;
  }

  /** What the program itself asked for, without the run's own policy: the ceiling of its tools. */
  requested(task: Scoped): CapabilityPolicy | undefined {
    return task.scoped(requestedKey);
  }

  /** Narrows the task's policy until the result is called. Scopes end in the reverse order of their beginning. */
  enter(task: Scoped, requested: CapabilityPolicy): () => void {
    const outer = task.scoped(scopeKey);
    const outerRequested = task.scoped(requestedKey);
    const present = outer ?? this.#base;
    const narrowed = present === undefined ? requested : intersectPolicies(present, requested);
    task.setScoped(
      requestedKey,
      outerRequested === undefined ? requested : intersectPolicies(outerRequested, requested),
    );
    task.setScoped(scopeKey, narrowed);
    return () => {
      task.setScoped(scopeKey, outer);
      task.setScoped(requestedKey, outerRequested);
    };
  }
}
