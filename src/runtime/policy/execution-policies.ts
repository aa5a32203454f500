import { type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { type CapabilityPolicy, intersectPolicies } from "./capability-policy.ts";

/** The policies of one runtime, as a service of its builtins. */
export const executionPoliciesKey: ServiceKey<ExecutionPolicies> = serviceKey("execution policies");

/**
 * Which policy holds for which task: the run's own, narrowed by whatever scopes the task is in. A task is told apart by
 * its call context.
 */
export class ExecutionPolicies {
  readonly #base: CapabilityPolicy | undefined;
  readonly #byTask = new WeakMap<object, readonly CapabilityPolicy[]>();

  /** Without a base, nothing is restricted outside scopes. */
  constructor(base?: CapabilityPolicy) {
    this.#base = base;
  }

  current(task: object): CapabilityPolicy | undefined {
    return this.#byTask.get(task)?.at(-1) ?? this.#base;
  }

  /** Narrows the task's policy until the result is called. Scopes end in the reverse order of their beginning. */
  enter(task: object, requested: CapabilityPolicy): () => void {
    const present = this.current(task);
    const effective = present === undefined ? requested : intersectPolicies(present, requested);
    const outer = this.#byTask.get(task) ?? [];
    this.#byTask.set(task, [...outer, effective]);
    return () => void this.#byTask.set(task, outer);
  }

  /** A task started inside a scope stays in it, also when its parent has left. */
  inherit(parent: object, child: object): void {
    const scopes = this.#byTask.get(parent);
    if (scopes !== undefined) this.#byTask.set(child, scopes);
  }
}
