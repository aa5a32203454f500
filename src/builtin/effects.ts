import type { Value } from "../value/index.ts";
import type { CallContext } from "./context.ts";
import type { Outcome } from "./outcome.ts";
import type { Builtin } from "./shape.ts";

/**
 * Stands between a program and everything that is not a pure computation. The machine asks it once per builtin whether
 * calls are guarded, and then sends each call of a guarded one through `perform`: the place where calls are denied,
 * mocked, recorded, replayed, limited and traced.
 */
export interface EffectBoundary {
  guards(builtin: Builtin): boolean;
  /** `invoke` is the checked call itself; it is not made when the boundary answers by other means. */
  perform(context: CallContext, builtin: Builtin, args: readonly Value[], invoke: () => Outcome): Outcome;
}

/** No boundary: for tests of the machine alone. */
export const unguarded: EffectBoundary = {
  guards: () => false,
  perform: (_context, _builtin, _args, invoke) => invoke(),
};
