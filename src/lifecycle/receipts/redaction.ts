import { isJsonArray, isJsonObject, type Json } from "../../eventlog/index.ts";

/** The value with what stands at each JSON pointer of `redact.paths` replaced by a note that says why. */
export function redactPaths(value: Json, redact: Json | undefined): Json {
  const paths = isJsonObject(redact) && isJsonArray(redact.paths) ? redact.paths : [];
  return paths.reduce<Json>((current, path) => {
    if (!isJsonObject(path) || typeof path.pointer !== "string") return current;
    const note = { $harn_redacted: typeof path.reason === "string" ? path.reason : "redacted" };
    return replaceAt(current, partsOf(path.pointer), note);
  }, value);
}

function partsOf(pointer: string): readonly string[] {
  if (pointer === "") return [];
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A place that is not there is left alone. */
function replaceAt(value: Json, [key, ...rest]: readonly string[], note: Json): Json {
  if (key === undefined) return note;
  if (isJsonArray(value))
    return value.map((item, index) => (String(index) === key ? replaceAt(item, rest, note) : item));
  const inner = isJsonObject(value) ? value[key] : undefined;
  return inner === undefined ? value : { ...(value as object), [key]: replaceAt(inner, rest, note) };
}
