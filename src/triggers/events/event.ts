import {
  describeJson,
  encodeJson,
  isJsonArray,
  isJsonObject,
  type Json,
  type JsonObject,
  parseTimestamp,
  timestampProblem,
  valueOfJson,
} from "../../eventlog/index.ts";
import { BytesValue, type DictValue, decodeBase64, type Value } from "../../value/index.ts";
import { isProviderPayload } from "./provider-payload.ts";

/** Whether the signature of an event held. `failed` comes from connectors that are programs. */
export type SignatureStatus =
  | { readonly state: "verified" }
  | { readonly state: "unsigned" }
  | { readonly state: "failed"; readonly reason: string };

/** The envelope of one inbound event, the same for every provider (triggers §2). */
export interface TriggerEvent {
  readonly id: string;
  readonly provider: string;
  readonly kind: string;
  /** RFC 3339. */
  readonly receivedAt: string;
  readonly occurredAt: string | null;
  readonly dedupeKey: string;
  readonly traceId: string;
  readonly tenantId: string | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The events that were merged into this one, itself included. */
  readonly batch?: readonly JsonObject[];
  /** Base64. */
  readonly rawBody?: string;
  readonly providerPayload: JsonObject;
  readonly signature: SignatureStatus;
}

export function eventJson(event: TriggerEvent): JsonObject {
  return {
    id: event.id,
    provider: event.provider,
    kind: event.kind,
    received_at: event.receivedAt,
    occurred_at: event.occurredAt,
    dedupe_key: event.dedupeKey,
    trace_id: event.traceId,
    tenant_id: event.tenantId,
    headers: event.headers,
    batch: event.batch,
    raw_body: event.rawBody,
    provider_payload: event.providerPayload,
    signature_status: event.signature,
  };
}

/** What handlers and predicates are called with. */
export function eventValue(event: TriggerEvent): DictValue {
  const value = valueOfJson(eventJson(event)) as DictValue;
  if (event.rawBody === undefined) return value;
  const body: Value = new BytesValue(decodeBase64(event.rawBody));
  return value.with("raw_body", body);
}

export class TriggerEventError extends Error {
  override readonly name = "TriggerEventError";
}

/** Reads an envelope; a `TriggerEventError` says what is wrong with the first field that is. */
export function readEvent(json: Json): TriggerEvent {
  if (!isJsonObject(json)) throw new TriggerEventError(`invalid type: ${describeJson(json)}, expected a trigger event`);
  const batch = json.batch ?? null;
  const rawBody = json.raw_body ?? null;
  return {
    id: text(json, "id"),
    provider: text(json, "provider"),
    kind: text(json, "kind"),
    receivedAt: time(text(json, "received_at")),
    occurredAt: nilableTime(json),
    dedupeKey: text(json, "dedupe_key"),
    traceId: text(json, "trace_id"),
    tenantId: json.tenant_id === undefined ? null : nilableText(json, "tenant_id"),
    headers: headersOf(json),
    ...(isJsonArray(batch) ? { batch: batch.filter(isJsonObject) } : {}),
    ...(typeof rawBody === "string" ? { rawBody } : {}),
    providerPayload: payloadOf(json),
    signature: signatureOf(json.signature_status),
  };
}

function required(json: JsonObject, key: string): Json {
  const value = json[key];
  if (value === undefined) throw new TriggerEventError(`missing field \`${key}\``);
  return value;
}

function text(json: JsonObject, key: string): string {
  return asText(required(json, key));
}

function asText(value: Json): string {
  if (typeof value === "string") return value;
  throw new TriggerEventError(`invalid type: ${describeJson(value)}, expected a string`);
}

function nilableText(json: JsonObject, key: string): string | null {
  const value = required(json, key);
  return value === null ? null : asText(value);
}

function time(given: string): string {
  if (parseTimestamp(given) === undefined) throw new TriggerEventError(timestampProblem(given));
  return given;
}

function nilableTime(json: JsonObject): string | null {
  const given = nilableText(json, "occurred_at");
  return given === null ? null : time(given);
}

function headersOf(json: JsonObject): Record<string, string> {
  const headers = required(json, "headers");
  if (!isJsonObject(headers)) throw new TriggerEventError(`invalid type: ${describeJson(headers)}, expected a map`);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, asText(value ?? null)]));
}

function payloadOf(json: JsonObject): JsonObject {
  const payload = required(json, "provider_payload");
  if (isJsonObject(payload) && isProviderPayload(payload)) return payload;
  throw new TriggerEventError("data did not match any variant of untagged enum ProviderPayload");
}

function signatureOf(json: Json | undefined): SignatureStatus {
  const state = isJsonObject(json) ? json.state : undefined;
  if (state === "verified" || state === "unsigned") return { state };
  const reason = isJsonObject(json) ? json.reason : undefined;
  if (state === "failed" && typeof reason === "string") return { state, reason };
  throw new TriggerEventError(`unknown signature status ${json === undefined ? "nil" : encodeJson(json)}`);
}
