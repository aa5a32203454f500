// The one place where programs meet everything that is not a pure computation.
//
// B1. What is refused never begins: names first, then the policy's ceiling. Where a request may go is asked by whoever sends
//     it (`egressKey`), because it asks again for each redirect.
// B2. Substitutes come after policies, so that a test or a replay sees the refusals of the real run.
// B3. Observers see each call once at its beginning and once at its end, also when it waited in between.
// B4. A builtin that nothing here has an interest in is not guarded at all, and costs what a plain call costs.
import {
  type Builtin,
  type CallContext,
  type EffectBoundary,
  type Outcome,
  Refusal,
  SUSPENDED,
} from "../builtin/index.ts";
import { Raise, type Value } from "../value/index.ts";
import type { EffectCall, EffectObserver, EffectResult, EffectSubstitute } from "./effect-observer.ts";
import { rejected } from "./policy/capability-policy.ts";
import { ceilingOf, exceedsCeiling } from "./policy/ceilings.ts";
import type { ExecutionPolicies } from "./policy/execution-policies.ts";

export interface EffectBoundaryOptions {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Builtins that may not be called, whatever they do (`deniedBuiltins`). */
  readonly denied?: ReadonlySet<string>;
  readonly policies?: ExecutionPolicies;
  readonly substitutes?: readonly EffectSubstitute[];
  readonly observers?: readonly EffectObserver[];
}

export function createEffectBoundary(options: EffectBoundaryOptions): EffectBoundary {
  return new Boundary(options);
}

/** Whether a call reaches beyond the runtime's own memory. */
export function isEffect(builtin: Builtin): boolean {
  switch (builtin.effect) {
    case "pure":
    case "state":
    case "task":
    case "test":
      return false;
    default:
      return true;
  }
}

class Boundary implements EffectBoundary {
  readonly #now: () => number;
  readonly #denied: ReadonlySet<string>;
  readonly #policies: ExecutionPolicies | undefined;
  readonly #substitutes: readonly EffectSubstitute[];
  readonly #observers: readonly EffectObserver[];
  #count = 0;

  constructor(options: EffectBoundaryOptions) {
    this.#now = options.now;
    this.#denied = options.denied ?? new Set();
    this.#policies = options.policies;
    this.#substitutes = options.substitutes ?? [];
    this.#observers = options.observers ?? [];
  }

  guards(builtin: Builtin): boolean {
    if (this.#denied.has(builtin.name)) return true;
    if (this.#policies !== undefined && ceilingOf(builtin) !== undefined) return true;
    if (!isEffect(builtin)) return false;
    return this.#isWatched || mayBeRefused(builtin);
  }

  perform(context: CallContext, builtin: Builtin, args: readonly Value[], invoke: () => Outcome): Outcome {
    const refusal = this.#refusal(context, builtin);
    if (!this.#isWatched) {
      if (refusal !== undefined) throw refusal;
      return translated(context, builtin, invoke);
    }
    const call: EffectCall = { sequence: ++this.#count, builtin, args, taskId: context.taskId, startedAt: this.#now() };
    for (const observer of this.#observers) observer.started?.(call);
    if (refusal !== undefined) {
      this.#finish(call, { kind: "denied", error: refusal });
      throw refusal;
    }
    return this.#observed(context, call, () => translated(context, builtin, invoke));
  }

  get #isWatched(): boolean {
    return this.#observers.length > 0 || this.#substitutes.length > 0;
  }

  /** The error of a call that may not begin. */
  #refusal(context: CallContext, builtin: Builtin): unknown {
    if (this.#denied.has(builtin.name))
      return new Raise("plain", `Tool '${builtin.name}' is not permitted.`, "tool_rejected");
    const policy = this.#policies?.current(context);
    const exceeded = policy === undefined ? undefined : exceedsCeiling(policy, builtin);
    return exceeded === undefined ? undefined : rejected(exceeded);
  }

  #observed(context: CallContext, call: EffectCall, invoke: () => Outcome): Outcome {
    let isSubstituted = false;
    const returned = (value: Value): Value => {
      this.#finish(call, { kind: "returned", value, durationMs: this.#now() - call.startedAt, isSubstituted });
      return value;
    };
    const raised = (error: unknown): unknown => {
      this.#finish(call, { kind: "raised", error, durationMs: this.#now() - call.startedAt, isSubstituted });
      return error;
    };
    let outcome: Outcome | undefined;
    try {
      outcome = this.#substitute(call, context);
      isSubstituted = outcome !== undefined;
      outcome ??= invoke();
    } catch (error) {
      throw raised(error);
    }
    if (outcome !== SUSPENDED) return returned(outcome);
    return context.resumeWith({
      resume: (_context, value) => returned(value),
      fail: (_context, error) => {
        throw raised(error);
      },
    });
  }

  #substitute(call: EffectCall, context: CallContext): Outcome | undefined {
    for (const substitute of this.#substitutes) {
      const answer = substitute.answer(call, context);
      if (answer !== undefined) return answer;
    }
    return undefined;
  }

  #finish(call: EffectCall, result: EffectResult): void {
    for (const observer of this.#observers) observer.finished?.(call, result);
  }
}

function mayBeRefused(builtin: Builtin): boolean {
  return builtin.effect === "fs.read" || builtin.effect === "fs.write" || builtin.effect === "process";
}

/** Makes the call, with a refusal by the host's guards in the words of policies. */
function translated(context: CallContext, builtin: Builtin, invoke: () => Outcome): Outcome {
  let outcome: Outcome;
  try {
    outcome = invoke();
  } catch (error) {
    throw inPolicyWords(builtin, error);
  }
  if (outcome !== SUSPENDED || !mayBeRefused(builtin)) return outcome;
  return context.resumeWith({
    resume: (_context, value) => value,
    fail: (_context, error) => {
      throw inPolicyWords(builtin, error);
    },
  });
}

function inPolicyWords(builtin: Builtin, error: unknown): unknown {
  return error instanceof Refusal ? error.inPolicyWords(builtin.name) : error;
}
