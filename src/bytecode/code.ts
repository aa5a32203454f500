import type { Source, Span } from "../text/index.ts";
import type { IrBlock } from "./ir.ts";
import type { TypeSpec } from "./type-spec.ts";

/** What can stand in a register before a function starts: plain data, so that code can be stored. */
export type Constant =
  | { readonly kind: "nil" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "duration"; readonly milliseconds: number };

export interface ParamCode {
  readonly name: string;
  readonly type?: TypeSpec;
  readonly hasFallback: boolean;
  readonly isRest: boolean;
}

/** Where an error raised between two offsets goes on. Inner handlers stand before outer ones. */
export interface Handler {
  readonly start: number;
  readonly end: number;
  readonly target: number;
  /** Receives the caught error (an internal value: `caughtValue` makes it one of the language). */
  readonly register: number;
  /** A `finally`, a `defer` and their like: they also run when the task is ended, which no `catch` stops. */
  readonly isFinalizer: boolean;
}

/**
 * One compiled function. Registers are laid out as parameters, captures, locals and temporaries, then constants, which are
 * copied in when a frame starts.
 */
export interface FunctionCode {
  /** As traces and arity errors show it; empty for an anonymous closure. */
  readonly name: string;
  readonly form: "function" | "closure" | "method" | "pipeline" | "module";
  /** `generator`: the body yields. `stream`: declared `gen fn`. */
  readonly flow: "plain" | "generator" | "stream";
  readonly params: readonly ParamCode[];
  /** How many arguments must be given. */
  readonly required: number;
  readonly captureCount: number;
  readonly registerCount: number;
  readonly constants: readonly Constant[];
  readonly code: Int32Array;
  /** For each instruction's offset in `code`, in order: offset, span start, span end. */
  readonly places: Int32Array;
  readonly handlers: readonly Handler[];
  readonly span: Span;
  readonly module: ModuleCode;
  /** The structured form, for compiling to JavaScript. */
  readonly body: IrBlock;
}

export interface StructCode {
  readonly name: string;
  readonly fieldNames: readonly string[];
}

/** A name this module takes from another: copied into a slot of its own before the module's body runs. */
export interface ImportCode {
  readonly path: string;
  readonly span: Span;
  /** Slot here, and the name in the module that declares it (`from` differs from `path` when that one re-exports it). */
  readonly bindings: readonly {
    readonly slot: number;
    readonly name: string;
    readonly from: string;
    readonly span: Span;
  }[];
}

/** One compiled file. Functions, names and builtins are pools that its instructions index. */
export interface ModuleCode {
  readonly source: Source;
  readonly slotNames: readonly string[];
  readonly names: readonly string[];
  readonly builtins: readonly string[];
  readonly functions: readonly FunctionCode[];
  readonly structs: readonly StructCode[];
  readonly imports: readonly ImportCode[];
  /** Exported names and their slots. */
  readonly exports: ReadonlyMap<string, number>;
  /** Declares functions and types, so that modules that import each other find them. */
  readonly declare: FunctionCode;
  /** Runs the top-level bindings, and for an entry file without pipelines its statements. */
  readonly initialize: FunctionCode;
  /** Pipelines by name, in source order, and tests among them. */
  readonly pipelines: ReadonlyMap<string, FunctionCode>;
}
