import { isJsonObject, type Json, type LogEvent } from "../../eventlog/index.ts";

export function field(json: Json | undefined, key: string): Json | undefined {
  return isJsonObject(json) ? json[key] : undefined;
}

/** The text under a key; anything else there is as good as absent. */
export function textField(json: Json | undefined, key: string): string | undefined {
  const value = field(json, key);
  return typeof value === "string" ? value : undefined;
}

/** The non-negative integer under a key. */
export function countField(json: Json | undefined, key: string): number | undefined {
  const value = field(json, key);
  return typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
}

/** A fact that records tell in a header or, failing that, in their payload. */
export function headerOrField(event: LogEvent, key: string): string | undefined {
  return event.headers[key] ?? textField(event.payload, key);
}
