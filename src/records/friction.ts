import { isJsonArray, isJsonObject, type Json, type JsonObject, rfc3339 } from "../eventlog/index.ts";
import { type ArtifactServices, readShape } from "./artifacts.ts";
import { RunRecordError } from "./error.ts";
import { type FrictionEvent, frictionEvent } from "./shapes/friction.ts";

const kinds = [
  "repeated_query",
  "repeated_clarification",
  "approval_stall",
  "missing_context",
  "manual_handoff",
  "tool_gap",
  "failed_assumption",
  "expensive_model_used_for_deterministic_step",
  "human_hypothesis",
] as const;

/** A complete friction event, without what nobody should read again. */
export function readFriction(json: Json, services: ArtifactServices): FrictionEvent {
  const given = readShape("friction_event", () => frictionEvent.read(json, ""), json);
  if (given.kind === "") throw new RunRecordError("friction_event: missing kind");
  if (!(kinds as readonly string[]).includes(given.kind))
    throw new RunRecordError(`friction_event: unsupported kind '${given.kind}' (expected one of ${kinds.join(", ")})`);
  if (given.redacted_summary.trim() === "") throw new RunRecordError("friction_event: missing redacted_summary");
  return {
    ...given,
    schema_version: 1,
    id: given.id === "" ? services.ids.next("friction") : given.id,
    redacted_summary: withoutSecrets(given.redacted_summary),
    metadata: Object.fromEntries(
      Object.entries(given.metadata).map(([key, value]) => [key, withoutSecretFields(key, value)]),
    ),
    timestamp: given.timestamp === "" ? rfc3339(services.now()) : given.timestamp,
  };
}

const redacted = "[redacted]";

const secretText =
  /\b(?:(?:password|passwd|token|secret|api[_-]?key|authorization)\s*[=:]\s*\S+|bearer\s+\S+|sk-[A-Za-z0-9_-]{8,})/gi;

function withoutSecrets(text: string): string {
  return text.replace(secretText, redacted);
}

const secretKey =
  /(?:^|[_-])(?:api[_-]?key|access[_-]?key|private[_-]?key|token|secret|password|passwd|authorization|credentials?|cookie)$/i;

function withoutSecretFields(key: string, value: Json): Json {
  if (secretKey.test(key)) return redacted;
  if (typeof value === "string") return withoutSecrets(value);
  if (isJsonArray(value)) return value.map((each) => withoutSecretFields("", each));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, withoutSecretFields(name, each ?? null)]),
  );
}

/** What a run noted beside its record: friction, and measurements. One for each runtime. */
export class RunNotes {
  #friction: FrictionEvent[] = [];
  readonly #metrics: JsonObject[] = [];

  get friction(): readonly FrictionEvent[] {
    return this.#friction;
  }

  get metrics(): readonly JsonObject[] {
    return this.#metrics;
  }

  addFriction(event: FrictionEvent): void {
    this.#friction.push(event);
  }

  clearFriction(): void {
    this.#friction = [];
  }

  addMetric(metric: JsonObject): void {
    this.#metrics.push(metric);
  }
}
