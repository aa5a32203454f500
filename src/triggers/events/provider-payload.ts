import type { Json, JsonObject } from "../../eventlog/index.ts";

/** What a payload of a known provider has besides `provider` and `raw`; every field may be nil. */
const fields: Readonly<Record<string, readonly string[]>> = {
  cron: ["cron_id", "schedule", "tick_at"],
  webhook: ["source", "content_type"],
  "a2a-push": ["task_id", "task_state", "artifact", "sender", "kind"],
  github: ["event", "action", "delivery_id", "installation_id"],
  slack: [
    "event",
    "event_id",
    "api_app_id",
    "team_id",
    "channel_id",
    "user_id",
    "event_ts",
    "channel_type",
    "channel",
    "user",
    "text",
    "ts",
    "thread_ts",
    "subtype",
  ],
  linear: [
    "event",
    "action",
    "delivery_id",
    "organization_id",
    "webhook_timestamp",
    "webhook_id",
    "url",
    "created_at",
    "actor",
  ],
  notion: [
    "event",
    "workspace_id",
    "request_id",
    "subscription_id",
    "integration_id",
    "attempt_number",
    "entity_id",
    "entity_type",
    "api_version",
    "verification_token",
    "polled",
  ],
};

/** What must be there in a payload of a known provider. */
const requiredFields: Readonly<Record<string, readonly string[]>> = {
  cron: ["tick_at", "raw"],
  webhook: ["raw"],
  "a2a-push": ["kind", "raw"],
  github: ["event", "raw"],
  slack: ["event", "raw"],
  linear: ["event", "raw"],
  notion: ["event", "raw"],
};

/** A payload of a known provider, or the extension form that any provider may use. */
export function isProviderPayload(payload: JsonObject): boolean {
  if (typeof payload.provider !== "string") return false;
  const needed = requiredFields[payload.provider];
  if (needed?.every((name) => payload[name] !== undefined)) return true;
  if (payload.provider === "channel" && typeof payload.name === "string") return true;
  if (typeof payload.stream === "string" && payload.raw !== undefined) return true;
  return typeof payload.schema_name === "string" && payload.raw !== undefined;
}

export interface SyntheticPayload {
  readonly provider: string;
  readonly kind: string;
  readonly raw: Json;
  /** RFC 3339. */
  readonly receivedAt: string;
}

/** The payload of an event that a program made up: nothing is known but the event itself. */
export function syntheticPayload({ provider, kind, raw, receivedAt }: SyntheticPayload): JsonObject {
  const names = fields[provider];
  if (names === undefined) return { provider, schema_name: "TriggerEvent", raw };
  const payload: Record<string, Json> = { provider };
  for (const name of names) payload[name] = null;
  return { ...payload, ...known(provider, kind, receivedAt), raw };
}

function known(provider: string, kind: string, receivedAt: string): JsonObject {
  const dot = kind.indexOf(".");
  const [event, action] = dot < 0 ? [kind, null] : [kind.slice(0, dot), kind.slice(dot + 1)];
  switch (provider) {
    case "cron":
      return { tick_at: receivedAt };
    case "webhook":
      return { source: "trigger_fire", content_type: "application/json" };
    case "a2a-push":
      return { kind: "a2a.task.update" };
    case "github":
    case "linear":
      return { event, action };
    default:
      return { event: kind };
  }
}
