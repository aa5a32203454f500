import type { Source, Span } from "../../text/index.ts";
import type { ParameterType, Type } from "../model/type.ts";
import type { FunctionSignature } from "./signature.ts";
import type { TypeSymbol } from "./type-symbol.ts";

export type BindingMode = "let" | "var" | "const" | "param" | "loop" | "pattern" | "catch" | "function";

/** One name of a scope. What the checker learns of its value on the current path is kept in `facts`. */
export interface Binding {
  readonly name: string;
  readonly mode: BindingMode;
  readonly span: Span;
  /** Declared or inferred. A `var` that starts as nil gets its type from the first assignment. */
  type: Type;
  /** The program states the type: messages about missing fields are for these only. */
  readonly isAnnotated: boolean;
  /** A cell that any call may change. */
  readonly isShared: boolean;
  readonly signature?: FunctionSignature;
  awaitsType: boolean;
  /** The type comes from an assignment on one of several paths: what others assign is added to it. */
  isGathered?: boolean;
  /** The builtin that brought the value from outside, unseen by any schema. Only kept under strict types. */
  boundary?: string | undefined;
  /** By place: `""` for the value itself, `a.b` for a field of a field. Absent until something is learnt. */
  facts: Map<string, Type> | undefined;
}

/** Names and types of one block. */
export class Scope {
  readonly parent: Scope | undefined;
  readonly source: Source;
  /** Every import brought what it names: a type that is not found here is declared nowhere. */
  readonly isWhole: boolean;
  #values: Map<string, Binding> | undefined;
  #types: Map<string, TypeSymbol> | undefined;
  #parameters: Map<string, ParameterType> | undefined;
  /** Names that the block will declare further down: a function may call what stands below it. */
  #announced: Set<string> | undefined;

  constructor(parent: Scope | Source, isWhole = true) {
    this.parent = parent instanceof Scope ? parent : undefined;
    this.isWhole = isWhole && (this.parent?.isWhole ?? true);
    this.source = parent instanceof Scope ? parent.source : parent;
  }

  /** Gives back what the name meant in this same scope before. */
  declare(binding: Binding): Binding | undefined {
    this.#values ??= new Map();
    const earlier = this.#values.get(binding.name);
    this.#values.set(binding.name, binding);
    return earlier;
  }

  announce(names: Iterable<string>): void {
    this.#announced ??= new Set();
    for (const name of names) this.#announced.add(name);
  }

  declareType(symbol: TypeSymbol): void {
    this.#types ??= new Map();
    this.#types.set(symbol.name, symbol);
  }

  declareParameter(parameter: ParameterType): void {
    this.#parameters ??= new Map();
    this.#parameters.set(parameter.name, parameter);
  }

  find(name: string): Binding | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const found = scope.#values?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether the binding is one of this very block. */
  holds(binding: Binding): boolean {
    return this.#values?.get(binding.name) === binding;
  }

  /** Whether the name means a value somewhere around, declared yet or not. */
  knows(name: string): boolean {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      if (scope.#values?.has(name) === true || scope.#announced?.has(name) === true) return true;
    }
    return false;
  }

  findType(name: string): TypeSymbol | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const found = scope.#types?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Names that a suggestion may offer, nearest scope first. */
  *typeNames(): Iterable<string> {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent)
      yield* scope.#types?.keys() ?? [];
  }

  *functionNames(): Iterable<string> {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      for (const binding of scope.#values?.values() ?? []) if (binding.mode === "function") yield binding.name;
    }
  }

  findParameter(name: string): ParameterType | undefined {
    for (let scope: Scope | undefined = this; scope !== undefined; scope = scope.parent) {
      const found = scope.#parameters?.get(name);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
