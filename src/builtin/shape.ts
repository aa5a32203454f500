import type { TypeSpec } from "../bytecode/index.ts";
import type { Value } from "../value/index.ts";
import type { CallContext } from "./context.ts";
import type { Outcome } from "./outcome.ts";

/** A type of the signature language: data for checks, docs and the checker; `T` is what `run` receives. */
export interface Ty<out T> {
  readonly spec: TypeSpec;
  /** Phantom: never set. */
  readonly host?: T;
}

/** `undefined` in `T` means that the argument may be absent; nil counts as absent for an optional parameter. */
export interface Param<out T> {
  readonly name: string;
  readonly type: TypeSpec;
  readonly mode: "required" | "optional" | "rest";
  readonly host?: T;
}

export type ArgumentsOf<P extends readonly Param<unknown>[]> = P extends readonly [
  ...infer Head extends readonly Param<unknown>[],
  infer Last extends Param<unknown>,
]
  ? Last extends { readonly mode: "rest"; readonly host?: infer T }
    ? [...MapParams<Head>, ...(T extends readonly unknown[] ? T : never)]
    : MapParams<P>
  : MapParams<P>;

type MapParams<P extends readonly Param<unknown>[]> = { [K in keyof P]: P[K] extends Param<infer T> ? T : never };

/**
 * What a call may touch: it goes through the effect boundary unless it is `pure`, `state` (the runtime's own memory),
 * or `task` (scheduling). The words are those of the reference's registry.
 */
export type Effect =
  | "pure"
  | "state"
  | "task"
  | "test"
  | "time"
  | "random"
  | "stdio"
  | "stdio.read"
  | "env"
  | "fs.read"
  | "fs.write"
  | "process"
  | "net"
  | "net.write"
  | "llm"
  | "llm.read"
  | "llm.write"
  | "human"
  | "host"
  | "agent";

/**
 * Builtins that compiled code may work out for itself where it knows the kind of the one argument. They never wait and never call
 * back into the program.
 */
export type Intrinsic = "length" | "toInt" | "toText" | "squareRoot";

/**
 * Methods of lists that call a function for each element, and that compiled code may run as a loop of its own where it knows the
 * function: `map` and `filter` are given the function, `reduce` a start and the function.
 */
export type CallbackLoop = "map" | "filter" | "reduce";

/** One builtin, declared once: dispatch, arity, checks, the checker's signature, docs and replay all read this. */
export interface Builtin {
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly params: readonly Param<unknown>[];
  readonly returns: TypeSpec;
  readonly effect: Effect;
  /** The heading it is documented under: `strings`, `json`, `fs` … (`builtins.tsv`). */
  readonly domain: string;
  /** Keeps no part of its arguments and hands none out unmarked (`handOut`), so that passing them is no alias. */
  readonly borrows: boolean;
  /**
   * Takes whatever it is given, as methods do: no check of arity or types, missing arguments are `undefined`, and `params`
   * only says what is meant. For the builtins whose signature is `...args: any`.
   */
  readonly isLenient: boolean;
  /** Asks `CallContext.callerPath`: what it does depends on the file that the call is written in. */
  readonly asksCaller: boolean;
  /** One of the machine's own: it takes its context for the task that it is, and leaves no code running behind its wait. */
  readonly isOfMachine?: boolean;
  readonly intrinsic?: Intrinsic;
  /** The replacement to name when this is deprecated (ambient capability names). */
  readonly deprecated?: string;
  readonly examples: readonly (readonly [source: string, result: string])[];
  readonly run: (context: CallContext, ...args: never[]) => Outcome;
}

export interface BuiltinDeclaration<P extends readonly Param<unknown>[]> {
  readonly name: string;
  readonly summary: string;
  readonly params: P;
  readonly returns?: Ty<unknown>;
  readonly effect?: Effect;
  readonly borrows?: boolean;
  readonly lenient?: boolean;
  readonly intrinsic?: Intrinsic;
  readonly asksCaller?: boolean;
  readonly deprecated?: string;
  readonly examples?: readonly (readonly [source: string, result: string])[];
  readonly run: (context: CallContext, ...args: ArgumentsOf<P>) => Outcome;
}

/** Makes the declarer of one domain: `const strings = declare("strings")`, then `strings({ name: … })`. */
export function declare(
  domain: string,
): <const P extends readonly Param<unknown>[]>(d: BuiltinDeclaration<P>) => Builtin {
  return (d) => ({
    name: d.name,
    summary: d.summary,
    params: d.params,
    returns: d.returns?.spec ?? { kind: "any" },
    effect: d.effect ?? "pure",
    domain,
    borrows: d.borrows ?? false,
    isLenient: d.lenient ?? false,
    asksCaller: d.asksCaller ?? false,
    ...(d.intrinsic === undefined ? {} : { intrinsic: d.intrinsic }),
    ...(d.deprecated === undefined ? {} : { deprecated: d.deprecated }),
    examples: d.examples ?? [],
    // The checked dispatcher made from `params` is what makes this safe.
    run: d.run as unknown as Builtin["run"],
  });
}

export function req<T>(name: string, type: Ty<T>): Param<T> & { readonly mode: "required" } {
  return { name, type: type.spec, mode: "required" };
}

export function opt<T>(name: string, type: Ty<T>): Param<T | undefined> & { readonly mode: "optional" } {
  return { name, type: type.spec, mode: "optional" };
}

export function rest<T>(name: string, type: Ty<T>): Param<T[]> & { readonly mode: "rest" } {
  return { name, type: type.spec, mode: "rest" };
}

/**
 * A method of a kind: the receiver comes first. Methods take whatever they are given: extra arguments are dropped and
 * missing ones are `undefined`, with no check (language-semantics §13).
 */
export interface Method<S extends Value = Value> {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly summary: string;
  /** Parameter names for docs, without the receiver: `["n?", "ch?"]`. */
  readonly params: readonly string[];
  readonly borrows?: boolean;
  readonly loop?: CallbackLoop;
  readonly run: (
    context: CallContext,
    self: S,
    a: Value | undefined,
    b: Value | undefined,
    c: Value | undefined,
  ) => Outcome;
  /** For `x = x.method(…)`: may write the receiver in place when it is unshared. */
  readonly runOwned?: (
    context: CallContext,
    self: S,
    a: Value | undefined,
    b: Value | undefined,
    c: Value | undefined,
  ) => Outcome;
}
