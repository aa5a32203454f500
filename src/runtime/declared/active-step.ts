import { type CallContext, type Outcome, type ServiceKey, SUSPENDED, serviceKey } from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import { attributeOf, type DeclaredFunction } from "./declared-functions.ts";

/** The persona and the step that a task works in, as far as it does; innermost first where they nest. */
export interface ActiveWork {
  readonly persona?: DeclaredFunction;
  readonly step?: DeclaredFunction;
}

const activeWorkKey: ServiceKey<ActiveWork> = serviceKey("active work");

/** What a task works in. Tasks that it starts work in the same. */
export function activeWork(context: Pick<CallContext, "scoped">): ActiveWork {
  return context.scoped(activeWorkKey) ?? {};
}

/** A call of a step or a persona. `run` calls its body, once or several times; who waits or changes arguments calls `body` itself. */
export interface DeclaredCall {
  readonly declared: DeclaredFunction;
  readonly args: readonly Value[];
  readonly body: Value;
  readonly run: (context: CallContext) => Outcome;
}

/** Who stands around the bodies of steps and personas. Without one they are called as they are. */
export interface DeclaredCallObserver {
  around(context: CallContext, call: DeclaredCall): Outcome;
}

export const declaredCallObserverKey: ServiceKey<DeclaredCallObserver> = serviceKey(
  "observer of declared calls",
  () => ({
    around: (context, call) => call.run(context),
  }),
);

/** Calls a declared body inside its scope, which ends however the call does. */
export function callDeclared(
  context: CallContext,
  declared: DeclaredFunction,
  body: Value,
  args: readonly Value[],
): Outcome {
  const outer = context.scoped(activeWorkKey);
  const isPersona = attributeOf(declared, "persona") !== undefined;
  const isStep = attributeOf(declared, "step") !== undefined;
  context.setScoped(activeWorkKey, {
    ...outer,
    ...(isPersona && { persona: declared }),
    ...(isStep && { step: declared }),
  });
  const left = <T>(result: T): T => {
    context.setScoped(activeWorkKey, outer);
    return result;
  };
  const observer = context.service(declaredCallObserverKey);
  let outcome: Outcome;
  try {
    outcome = observer.around(context, { declared, args, body, run: (inner) => inner.call(body, args) });
  } catch (error) {
    throw left(error);
  }
  if (outcome !== SUSPENDED) return left(outcome);
  return context.resumeWith({
    resume: (_context, value) => left(value),
    fail: (_context, error) => {
      throw left(error);
    },
  });
}
