import type { Value } from "../../../value/index.ts";

/** A query of the jq subset. Each takes one value and gives any number. */
export type Query =
  | { readonly kind: "pipe"; readonly stages: readonly Query[] }
  | { readonly kind: "comma"; readonly parts: readonly Query[] }
  | { readonly kind: "path"; readonly steps: readonly Step[] }
  /** `..`: the value and everything in it. */
  | { readonly kind: "descend" }
  | { readonly kind: "literal"; readonly value: Value }
  | { readonly kind: "object"; readonly fields: readonly (readonly [key: string, value: Query])[] }
  | { readonly kind: "function"; readonly name: FunctionName }
  | { readonly kind: "map" | "select" | "not"; readonly inner: Query }
  | { readonly kind: "compare"; readonly operator: Comparison; readonly left: Query; readonly right: Query }
  | { readonly kind: "and" | "or"; readonly left: Query; readonly right: Query };

export type Step =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "each" }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "slice"; readonly start: number | undefined; readonly end: number | undefined };

export const functionNames = ["length", "keys", "values", "type"] as const;
export type FunctionName = (typeof functionNames)[number];

/** Longer ones first: they are tried in this order. */
export const comparisons = ["==", "!=", "<=", ">=", "<", ">"] as const;
export type Comparison = (typeof comparisons)[number];

/** The value itself. */
export const identityQuery: Query = { kind: "path", steps: [] };
