import { encodeJson, isJsonArray, isJsonObject, type Json, sortedKeys } from "../../eventlog/index.ts";

/** The first place, in the order of keys and elements, where two runs differ. What is missing on one side is null there. */
export interface Divergence {
  /** A JSON pointer. */
  readonly path: string;
  readonly left: Json;
  readonly right: Json;
  readonly message: string;
}

export function firstDivergence(left: Json, right: Json, path = ""): Divergence | undefined {
  if (isJsonArray(left) && isJsonArray(right)) return ofArrays(left, right, path);
  if (isJsonObject(left) && isJsonObject(right)) return ofObjects(left, right, path);
  return encodeJson(left) === encodeJson(right) ? undefined : { path, left, right, message: "values differ" };
}

function ofArrays(left: readonly Json[], right: readonly Json[], path: string): Divergence | undefined {
  for (let at = 0; at < Math.max(left.length, right.length); at++) {
    const found = ofParts(left[at], right[at], `${path}/${at}`, "array element");
    if (found !== undefined) return found;
  }
  return undefined;
}

type Fields = Readonly<Record<string, Json | undefined>>;

function ofObjects(left: Fields, right: Fields, path: string): Divergence | undefined {
  for (const key of sortedKeys({ ...left, ...right })) {
    const place = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const own = (fields: Fields): Json | undefined => (Object.hasOwn(fields, key) ? fields[key] : undefined);
    const found = ofParts(own(left), own(right), place, "field");
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofParts(left: Json | undefined, right: Json | undefined, path: string, part: string): Divergence | undefined {
  if (left !== undefined && right !== undefined) return firstDivergence(left, right, path);
  const side = left === undefined ? "left" : "right";
  return { path, left: left ?? null, right: right ?? null, message: `${side} run is missing this ${part}` };
}
