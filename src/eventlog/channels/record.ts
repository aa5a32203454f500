// The JSON of one emit, as topics, receipts and programs see it (pools-channels-suspension §B3).
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { toHex } from "../../value/index.ts";
import type { LogEvent } from "../event.ts";
import { encodeJson, isJsonArray, isJsonObject, type Json, type JsonObject } from "../json.ts";
import { rfc3339 } from "../run-events.ts";
import { sha256 } from "../sha256.ts";
import type { ChannelName, ChannelScope } from "./name.ts";

export interface ChannelEmit {
  /** The event's own id, by which an emit is recognised when it is repeated. */
  readonly id: string;
  readonly channel: ChannelName;
  readonly payload: Json;
  readonly emittedBy: string;
  /** Unix milliseconds. */
  readonly atMs: number;
  /** When it was emitted, signed. */
  readonly emittedAt: JsonObject;
  /** Recorded only: nothing expires. */
  readonly ttlMs: number | undefined;
}

export const channelEventKind = "channel.emit";

const retentions: Readonly<Record<ChannelScope, string>> = {
  session: "in_process_session",
  pipeline: "pipeline_event_log",
  tenant: "tenant_event_log",
};

/** A time with a signature of this runtime over it and what it belongs to. `at` in Unix milliseconds. */
export function signedTime(key: Uint8Array, at: number, subject: string): JsonObject {
  const message = new TextEncoder().encode(encodeJson({ at_ms: at, subject }));
  const signature = `sha256:${toHex(hmac(digest, key, message))}`;
  return { at_ms: at, at: rfc3339(at), algorithm: "hmac-sha256", key_id: "local-session", signature };
}

/** The id of the scope under the name of its kind: `{tenant_id: "default"}`. */
export function scopeIds({ scope, scopeId }: ChannelName): JsonObject {
  return { [`${scope}_id`]: scopeId };
}

export function storedPayload(emit: ChannelEmit): JsonObject {
  const { channel } = emit;
  return {
    id: emit.id,
    name: channel.resolved,
    payload: emit.payload,
    emitted_at: emit.emittedAt,
    emitted_by: emit.emittedBy,
    scope: channel.scope,
    scope_id: channel.scopeId,
    retention: retentions[channel.scope],
    ...scopeIds(channel),
    ...(emit.ttlMs === undefined ? {} : { ttl_ms: emit.ttlMs }),
  };
}

export function storedHeaders({ id, channel, emittedBy }: ChannelEmit): Record<string, string> {
  return {
    [idHeader]: id,
    "harn.channel.name": channel.resolved,
    "harn.channel.scope": channel.scope,
    "harn.channel.scope_id": channel.scopeId,
    "harn.channel.emitted_by": emittedBy,
  };
}

export const idHeader = "harn.channel.id";

/** What a program gets of a stored event. */
export function eventJson(event: LogEvent): JsonObject {
  const stored = event.exactPayload();
  const fields = isJsonObject(stored) ? stored : {};
  return {
    pipeline_id: null,
    session_id: null,
    tenant_id: null,
    ttl_ms: null,
    ...fields,
    event_id: event.id,
    cursor: event.id,
    name_resolved: fields.name ?? null,
    topic: event.topic,
  };
}

export function storedEventJson(event: LogEvent): JsonObject {
  return { ...eventJson(event), kind: event.kind, headers: event.headers, occurred_at_ms: event.occurredAtMs };
}

/** The answer to an emit that a guardrail stopped. */
export function blockedReceipt(
  emit: ChannelEmit,
  given: string,
  fired: readonly JsonObject[],
  reason: string,
): JsonObject {
  const { id, channel } = emit;
  return {
    event_id: id,
    cursor: null,
    id,
    name: given,
    name_resolved: channel.resolved,
    scope: channel.scope,
    scope_id: channel.scopeId,
    emitted_at: emit.emittedAt,
    emitted_by: emit.emittedBy,
    retention: retentions[channel.scope],
    topic: channel.topic,
    inserted: false,
    duplicate: false,
    blocked: true,
    block_reason: reason,
    guardrail_fired: fired,
  };
}

export function emitReceipt(emit: ChannelEmit, inserted: boolean): JsonObject {
  const { channel } = emit;
  return {
    event_id: emit.id,
    name_resolved: channel.resolved,
    scope: channel.scope,
    scope_id: channel.scopeId,
    payload_hash: payloadHash(emit.payload),
    payload: emit.payload,
    emitted_at: emit.emittedAt,
    emitted_by: emit.emittedBy,
    topic: channel.topic,
    inserted,
    ...scopeIds(channel),
  };
}

export function transcriptOfEmit(emit: ChannelEmit, inserted: boolean): JsonObject {
  const { channel } = emit;
  return {
    event_id: emit.id,
    name: channel.name,
    name_resolved: channel.resolved,
    scope: channel.scope,
    scope_id: channel.scopeId,
    payload_summary: summary(emit.payload),
    emitted_at: emit.emittedAt,
    emitted_at_ms: emit.atMs,
    emitted_by: emit.emittedBy,
    pipeline_id: null,
    session_id: null,
    tenant_id: null,
    ...scopeIds(channel),
    inserted,
    duplicate: !inserted,
    span_id: null,
  };
}

export function guardrailAudit(emit: ChannelEmit, fired: readonly JsonObject[]): JsonObject {
  return {
    event_id: emit.id,
    name_resolved: emit.channel.resolved,
    scope: emit.channel.scope,
    scope_id: emit.channel.scopeId,
    emitted_by: emit.emittedBy,
    payload_hash: payloadHash(emit.payload),
    payload: emit.payload,
    fired,
  };
}

function payloadHash(payload: Json): string {
  return `sha256:${sha256(encodeJson(payload))}`;
}

const longestText = 120;
const mostFields = 8;

/** Enough of a payload to recognise it by. */
function summary(payload: Json): JsonObject {
  if (payload === null) return { kind: "null" };
  if (typeof payload === "boolean") return { kind: "bool", value: payload };
  if (typeof payload === "string") {
    const characters = [...payload];
    const isLong = characters.length > longestText;
    const value = isLong ? characters.slice(0, longestText).join("") : payload;
    return { kind: "string", value, truncated: isLong, length: characters.length };
  }
  if (isJsonArray(payload)) return { kind: "array", length: payload.length };
  if (!isJsonObject(payload)) return { kind: "number", value: payload };
  const fields = Object.keys(payload).sort();
  return { kind: "object", field_count: fields.length, fields: fields.slice(0, mostFields) };
}
