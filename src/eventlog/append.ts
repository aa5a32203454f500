import { EventLogError } from "./error.ts";
import { encodeJson, type Json, RawJson } from "./json.ts";

export function encodePayload(payload: Json | RawJson): string {
  return inOnePiece(payload instanceof RawJson ? payload.text : encodeJson(payload));
}

/**
 * What was put together from pieces stays in pieces until somebody looks into it, and takes five times the memory meanwhile: an
 * event may be held for as long as the run lasts.
 */
function inOnePiece(text: string): string {
  return text.charCodeAt(0) === 0 ? "" : text;
}

/** One string for a header and its value; both may hold any character. */
export function idempotencyKey(header: string, value: string): string {
  requireHeaderName(header);
  return JSON.stringify([header, value]);
}

export function requireHeaderName(header: string): void {
  if (header.trim() === "") throw new EventLogError("config", "idempotent append header cannot be empty");
}
