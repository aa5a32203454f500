import { isJsonObject, type Json, type JsonObject } from "../eventlog/index.ts";

/** What somebody answered. Absent keys are left out in the log. */
export interface HumanResponse {
  readonly requestId: string;
  readonly answer?: Json | undefined;
  readonly approved?: boolean | undefined;
  readonly accepted?: boolean | undefined;
  readonly reviewer?: string | undefined;
  readonly reason?: string | undefined;
  readonly metadata?: Json | undefined;
  /** RFC 3339; filled in on arrival. */
  readonly respondedAt?: string | undefined;
  readonly signature?: string | undefined;
}

export function responseJson(response: HumanResponse): JsonObject {
  return {
    request_id: response.requestId,
    answer: response.answer,
    approved: response.approved,
    accepted: response.accepted,
    reviewer: response.reviewer,
    reason: response.reason,
    metadata: response.metadata,
    responded_at: response.respondedAt,
    signature: response.signature,
  };
}

/** Reads a response; a field of another type counts as absent. */
export function readResponse(requestId: string, json: Json): HumanResponse | undefined {
  if (!isJsonObject(json)) return undefined;
  return {
    requestId,
    answer: json.answer,
    approved: flag(json.approved),
    accepted: flag(json.accepted),
    reviewer: text(json.reviewer),
    reason: text(json.reason),
    metadata: json.metadata,
    respondedAt: text(json.responded_at),
    signature: text(json.signature),
  };
}

function flag(json: Json | undefined): boolean | undefined {
  return typeof json === "boolean" ? json : undefined;
}

function text(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
