import { isJsonArray, isJsonObject, type Json, type JsonObject } from "../../eventlog/index.ts";

// Free-form parts of records come from programs: what is not as expected counts as absent.

export function textOf(json: Json | undefined): string | null {
  return typeof json === "string" ? json : null;
}

/** Zero for whatever is no count. */
export function countOf(json: Json | undefined): number {
  return typeof json === "number" && Number.isSafeInteger(json) && json >= 0 ? json : 0;
}

export function objectOf(json: Json | undefined): JsonObject {
  return isJsonObject(json) ? json : {};
}

export function textsOf(json: Json | undefined): readonly string[] {
  return isJsonArray(json) ? json.filter((item) => typeof item === "string") : [];
}
