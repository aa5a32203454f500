import { EventLogError } from "./error.ts";
import { encodeJson, type Json, RawJson } from "./json.ts";

export function encodePayload(payload: Json | RawJson): string {
  return payload instanceof RawJson ? payload.text : encodeJson(payload);
}

/** One string for a header and its value; both may hold any character. */
export function idempotencyKey(header: string, value: string): string {
  requireHeaderName(header);
  return JSON.stringify([header, value]);
}

export function requireHeaderName(header: string): void {
  if (header.trim() === "") throw new EventLogError("config", "idempotent append header cannot be empty");
}
