import { type Json, type JsonObject, rfc3339 } from "../../eventlog/index.ts";
import { readEvent, type TriggerEvent, TriggerEventError } from "./event.ts";
import { syntheticPayload } from "./provider-payload.ts";

export interface SyntheticSources {
  /** Unix milliseconds. */
  readonly now: number;
  readonly uuid: () => string;
}

/** The event that a program fires: it says provider and kind, the rest has defaults. */
export function syntheticEvent(given: JsonObject, { now, uuid }: SyntheticSources): TriggerEvent {
  const [provider, kind] = [fieldText(given, "provider"), fieldText(given, "kind")];
  const receivedAt = rfc3339(now);
  const defaults: Record<string, () => Json> = {
    id: () => `trigger_evt_${uuid()}`,
    received_at: () => receivedAt,
    occurred_at: () => null,
    dedupe_key: () => `synthetic:${provider}:${kind}:${uuid()}`,
    trace_id: () => `trace_${uuid()}`,
    tenant_id: () => null,
    headers: () => ({}),
    signature_status: () => ({ state: "unsigned" }),
    provider_payload: () => syntheticPayload({ provider, kind, raw: given, receivedAt }),
  };
  const filled: Record<string, Json | undefined> = { ...given };
  for (const [key, value] of Object.entries(defaults)) {
    if (filled[key] === undefined || (filled[key] === null && key !== "occurred_at" && key !== "tenant_id"))
      filled[key] = value();
  }
  return readEvent(filled);
}

function fieldText(given: JsonObject, key: "provider" | "kind"): string {
  const value = given[key];
  if (typeof value === "string" && value !== "") return value;
  throw new TriggerEventError(`trigger event is missing string field \`${key}\``);
}
