import type { GenericName, PrimitiveName } from "./type.ts";

/** How a type constructor relates to its arguments, and how many it takes at most. */
export const generics: Readonly<
  Record<GenericName, { readonly arity: number; readonly variance: "invariant" | "covariant" }>
> = {
  list: { arity: 1, variance: "invariant" },
  dict: { arity: 2, variance: "invariant" },
  set: { arity: 1, variance: "covariant" },
  iter: { arity: 1, variance: "covariant" },
  Generator: { arity: 1, variance: "covariant" },
  Stream: { arity: 1, variance: "covariant" },
  Result: { arity: 2, variance: "covariant" },
  Schema: { arity: 1, variance: "covariant" },
  Pair: { arity: 2, variance: "covariant" },
  owned: { arity: 1, variance: "covariant" },
};

const primitives: ReadonlySet<string> = new Set<PrimitiveName>([
  "int",
  "float",
  "string",
  "bool",
  "nil",
  "bytes",
  "duration",
  "range",
  "closure",
]);

/** Kinds that have no parts a type could speak of. `task` is the word of signatures for what `type_of` calls `task_handle`. */
const handles: ReadonlyMap<string, string> = new Map([
  ["channel", "channel"],
  ["task", "task"],
  ["task_handle", "task"],
  ["atomic", "atomic"],
  ["rng", "rng"],
]);

export function handleName(name: string): string | undefined {
  return handles.get(name) ?? (/^Harness([A-Z][a-z]+)?$/.test(name) ? name : undefined);
}

export function isPrimitiveName(name: string): name is PrimitiveName {
  return primitives.has(name);
}

export function isGenericName(name: string): name is GenericName {
  return Object.hasOwn(generics, name);
}
