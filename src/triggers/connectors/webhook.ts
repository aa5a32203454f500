import { isJsonObject, type Json, parsePlainJson, rfc3339 } from "../../eventlog/index.ts";
import { encodeBase64, JsonError } from "../../value/index.ts";
import type { TriggerEvent } from "../events/event.ts";
import { redactHeaders } from "../events/header-redaction.ts";
import { type SignatureScheme, verifySignature } from "./signature.ts";

export interface WebhookRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

export interface WebhookSource {
  readonly provider: "webhook" | "github";
  /** How requests are signed; `undefined` takes them unsigned. */
  readonly scheme: SignatureScheme | undefined;
  readonly secret: string;
  readonly uuid: () => string;
}

/** Checks a request and makes its event. A `SignatureError` when it is not from whom it says. */
export function webhookEvent(request: WebhookRequest, { provider, scheme, secret, uuid }: WebhookSource): TriggerEvent {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (scheme !== undefined) verifySignature(scheme, { headers, body: request.body }, secret, request.receivedAt);
  const raw = readBody(request.body);
  const kind = kindOf(headers, raw);
  const receivedAt = rfc3339(request.receivedAt);
  return {
    id: `trigger_evt_${uuid()}`,
    provider,
    kind,
    receivedAt,
    occurredAt: null,
    dedupeKey: headers["x-github-delivery"] ?? headers["webhook-id"] ?? `${provider}:${uuid()}`,
    traceId: `trace_${uuid()}`,
    tenantId: null,
    headers: redactHeaders(request.headers),
    rawBody: encodeBase64(request.body),
    providerPayload: payloadOf(provider, kind, headers, raw),
    signature: { state: scheme === undefined ? "unsigned" : "verified" },
  };
}

function readBody(body: Uint8Array): Json {
  const text = new TextDecoder().decode(body);
  try {
    return parsePlainJson(text);
  } catch (error) {
    if (error instanceof JsonError) return text;
    throw error;
  }
}

/** The event that the provider names, with the action its body names: `issues.opened`. */
function kindOf(headers: Readonly<Record<string, string>>, raw: Json): string {
  const named = headers["x-github-event"];
  const action = isJsonObject(raw) ? raw.action : undefined;
  if (named !== undefined) return typeof action === "string" ? `${named}.${action}` : named;
  const type = isJsonObject(raw) ? (raw.type ?? raw.event) : undefined;
  return typeof type === "string" ? type : "webhook";
}

function payloadOf(
  provider: "webhook" | "github",
  kind: string,
  headers: Readonly<Record<string, string>>,
  raw: Json,
): TriggerEvent["providerPayload"] {
  if (provider === "webhook")
    return {
      provider,
      source: headers["x-webhook-source"] ?? null,
      content_type: headers["content-type"] ?? null,
      raw,
    };
  const [event = kind, action = null] = kind.split(".");
  const installation = isJsonObject(raw) && isJsonObject(raw.installation) ? raw.installation.id : undefined;
  return {
    provider,
    event,
    action,
    delivery_id: headers["x-github-delivery"] ?? null,
    installation_id: installation ?? null,
    raw,
  };
}
