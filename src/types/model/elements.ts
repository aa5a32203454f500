import { resolve } from "./resolve.ts";
import { dynamic, generic, int, isPrimitive, string, type Type } from "./type.ts";

/** What a loop over a value gets. */
export function elementOf(type: Type): Type {
  const source = resolve(type);
  if (isPrimitive(source, "range")) return int;
  if (isPrimitive(source, "string")) return string;
  if (source.kind !== "generic") return dynamic;
  switch (source.name) {
    case "list":
    case "set":
    case "iter":
    case "Generator":
    case "Stream":
      return source.arguments[0] ?? dynamic;
    case "dict":
      return generic("Pair", source.arguments[0] ?? string, source.arguments[1] ?? dynamic);
    default:
      return dynamic;
  }
}

/** What a subscript of a value gives, for a value that is not nil. */
export function indexedOf(type: Type, key: string | undefined): Type {
  const source = resolve(type);
  if (isPrimitive(source, "string")) return string;
  if (source.kind === "shape") return source.fields.find((field) => field.name === key)?.type ?? dynamic;
  if (source.kind !== "generic") return dynamic;
  if (source.name === "list") return source.arguments[0] ?? dynamic;
  return source.name === "dict" ? (source.arguments[1] ?? dynamic) : dynamic;
}
