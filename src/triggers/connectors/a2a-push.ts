import { isJsonObject, type Json, type JsonObject, parsePlainJson, rfc3339 } from "../../eventlog/index.ts";
import { Base64Error, decodeBase64, encodeBase64, JsonError } from "../../value/index.ts";
import type { TriggerEvent } from "../events/event.ts";
import type { DedupeIndex } from "../inbox/dedupe.ts";
import { hmacSha256, SignatureError } from "./signature.ts";

/** A task of an agent elsewhere has changed: what it pushes, with the token that says who it is. */
export interface PushRequest {
  readonly body: JsonObject;
  /** A JWT signed with HMAC-SHA256 (`HS256`), the key being shared. */
  readonly token: string;
  /** Unix milliseconds. */
  readonly receivedAt: number;
}

export interface PushSource {
  readonly bindingId: string;
  readonly key: Uint8Array;
  /** Whom tokens must be made for. */
  readonly audience: string;
  readonly dedupe: DedupeIndex;
  readonly uuid: () => string;
}

interface Claims {
  readonly id: string;
  readonly issuer: string | null;
  /** Unix milliseconds. */
  readonly expiresAt: number;
}

/** A token works once: its id is claimed until it expires. */
export async function pushEvent(request: PushRequest, source: PushSource): Promise<TriggerEvent> {
  const claims = readToken(request.token, source, request.receivedAt);
  const isFirst = await source.dedupe.claim(source.bindingId, claims.id, claims.expiresAt - request.receivedAt);
  if (!isFirst) throw new SignatureError(`token '${claims.id}' was used before`);
  const { body } = request;
  const task = text(body.taskId) ?? text(body.task_id) ?? null;
  const state = stateOf(body) ?? null;
  const kind = `a2a.task.${state ?? "update"}`;
  return {
    id: `trigger_evt_${source.uuid()}`,
    provider: "a2a-push",
    kind,
    receivedAt: rfc3339(request.receivedAt),
    occurredAt: null,
    dedupeKey: claims.id,
    traceId: `trace_${source.uuid()}`,
    tenantId: null,
    headers: {},
    providerPayload: {
      provider: "a2a-push",
      task_id: task,
      task_state: state,
      artifact: body.artifact ?? null,
      sender: claims.issuer,
      raw: body,
      kind,
    },
    signature: { state: "verified" },
  };
}

function stateOf(body: JsonObject): string | undefined {
  return isJsonObject(body.status) ? text(body.status.state) : text(body.state);
}

function readToken(token: string, { key, audience }: PushSource, now: number): Claims {
  const [head = "", payload = "", signature = ""] = token.split(".");
  const header = readPart(head);
  if (header.alg !== "HS256") throw new SignatureError(`token algorithm '${String(header.alg)}' is not supported`);
  const expected = encodeBase64(hmacSha256(key, new TextEncoder().encode(`${head}.${payload}`)), urlSafe);
  if (expected !== signature) throw new SignatureError("token signature does not match");
  const claims = readPart(payload);
  const [id, expiry] = [text(claims.jti), claims.exp];
  if (id === undefined) throw new SignatureError("token has no jti");
  if (claims.aud !== audience) throw new SignatureError("token is for somebody else");
  if (typeof expiry !== "number" || expiry * 1000 <= now) throw new SignatureError("token has expired");
  return { id, issuer: text(claims.iss) ?? null, expiresAt: expiry * 1000 };
}

const urlSafe = { isUrlSafe: true, isPadded: false };

function readPart(part: string): JsonObject {
  try {
    const json = parsePlainJson(new TextDecoder().decode(decodeBase64(part, urlSafe)));
    if (isJsonObject(json)) return json;
  } catch (error) {
    if (!(error instanceof JsonError) && !(error instanceof Base64Error)) throw error;
  }
  throw new SignatureError("token is no JWT");
}

/** A token as `pushEvent` takes it. */
export function signToken(claims: JsonObject, key: Uint8Array): string {
  const part = (json: Json): string => encodeBase64(new TextEncoder().encode(JSON.stringify(json)), urlSafe);
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${encodeBase64(hmacSha256(key, new TextEncoder().encode(signed)), urlSafe)}`;
}

function text(json: Json | undefined): string | undefined {
  return typeof json === "string" ? json : undefined;
}
