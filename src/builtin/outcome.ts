import type { Value } from "../value/index.ts";

/**
 * Returned in place of a value by a call that parked its task. Whoever gets it returns it too, after saving how to go
 * on: the interpreter's frames do that by themselves, a builtin with `CallContext.resumeWith`.
 */
export const SUSPENDED: unique symbol = Symbol("suspended");

/** What any call gives: its value now, or `SUSPENDED`. An error is a thrown `Raise`. */
export type Outcome = Value | typeof SUSPENDED;

/** The end of an iterator, where a pull would give an element. */
export const DONE: unique symbol = Symbol("done");

/** What pulling an iterator gives. */
export type Pulled = Outcome | typeof DONE;
