import type { Source, Span } from "../text/index.ts";
import type { Value } from "./value.ts";

/** One active call when an error was raised, innermost first. */
export interface TraceFrame {
  readonly name: string;
  readonly source: Source;
  readonly span: Span;
}

/** Which text a fault has, and whether a first line without a place makes sense (language-semantics §7.4). */
export type RaiseKind = "thrown" | "runtime" | "type" | "plain" | "arity" | "cancelled" | "deadline";

/**
 * An error of the running program, on its way to a handler. Thrown as a JavaScript exception, but not an `Error`:
 * nobody reads a JavaScript stack of it, and capturing one costs more than the throw.
 */
export class Raise {
  readonly kind: RaiseKind;
  /** What `catch (e)` binds: the thrown value as it is, or a fault's display string. */
  value: Value;
  readonly category: string | undefined;
  /** Its text already names the line it came from: once is enough however many runs it leaves. */
  namesLine = false;
  /** Where it was raised in the frame that handles it, for a `finally` or an unmatched `catch` that passes it on. */
  held: { readonly frame: object; readonly offset: number } | undefined;
  /** What a function of the embedding program threw, for whoever runs the program there. */
  cause: unknown;
  /** Filled in by the machine as the error leaves frames. */
  readonly trace: TraceFrame[] = [];

  constructor(kind: RaiseKind, value: Value, category?: string) {
    this.kind = kind;
    this.value = value;
    this.category = category;
  }
}

/** `Runtime error: …` */
export function runtimeError(message: string): Raise {
  return new Raise("runtime", `Runtime error: ${message}`);
}

/** `Type error: …` */
export function typeError(message: string): Raise {
  return new Raise("type", `Type error: ${message}`);
}

/** A fault whose text has no prefix: `Division by zero`, `Undefined variable: x`, arity errors. */
export function plainError(message: string): Raise {
  return new Raise("plain", message);
}

export function arityFault(message: string): Raise {
  return new Raise("arity", `Arity mismatch: ${message}`);
}

/** A value thrown by a program or by a builtin in a program's manner. */
export function thrown(value: Value): Raise {
  return new Raise("thrown", value);
}

/** `Error [category]: …` */
export function categorizedError(category: string, message: string): Raise {
  return new Raise("plain", `Error [${category}]: ${message}`, category);
}

/** `exit(n)`: ends the program at once, past every handler and finalizer. */
export class ExitRequest {
  readonly status: number;

  constructor(status: number) {
    this.status = status;
  }
}
