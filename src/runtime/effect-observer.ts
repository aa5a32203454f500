import type { Builtin, CallContext, Outcome } from "../builtin/index.ts";
import type { Value } from "../value/index.ts";

/** One call of a builtin that touches the outside. */
export interface EffectCall {
  /** Counts from 1 in the order in which a runtime's effects began. */
  readonly sequence: number;
  readonly builtin: Builtin;
  readonly args: readonly Value[];
  readonly taskId: string;
  /** Unix milliseconds. */
  readonly startedAt: number;
}

export type EffectResult =
  | { readonly kind: "returned"; readonly value: Value; readonly durationMs: number; readonly isSubstituted: boolean }
  | { readonly kind: "raised"; readonly error: unknown; readonly durationMs: number; readonly isSubstituted: boolean }
  /** A policy refused it: it never began. */
  | { readonly kind: "denied"; readonly error: unknown };

/** Sees every effect of a run: for recording, tracing, limits. It must not throw. */
export interface EffectObserver {
  started?(call: EffectCall): void;
  finished?(call: EffectCall, result: EffectResult): void;
}

/**
 * Answers calls in the builtin's place: a mock, a recording being replayed. It is asked after policies have agreed, and
 * gives `undefined` for calls that are not its own.
 */
export interface EffectSubstitute {
  answer(call: EffectCall, context: CallContext): Outcome | undefined;
}
