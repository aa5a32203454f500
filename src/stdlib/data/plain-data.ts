import { isObject, show, type Value } from "../../value/index.ts";

/** What data formats know: the rest of the kinds stand as their display text. */
export type PlainData =
  | { readonly kind: "scalar"; readonly value: null | boolean | number | bigint | string }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  | { readonly kind: "dict"; readonly entries: readonly (readonly [string, Value])[] };

export function plainDataOf(value: Value): PlainData {
  if (!isObject(value)) return { kind: "scalar", value };
  switch (value.kind) {
    case "float":
      return { kind: "float", value: value.value };
    case "list":
      return { kind: "list", items: value.view() };
    case "set":
      return { kind: "list", items: value.values() };
    case "dict":
      return { kind: "dict", entries: [...value.entries()] };
    case "struct":
      return { kind: "dict", entries: value.fields() };
    default:
      return { kind: "scalar", value: show(value) };
  }
}
