import { type Json, type JsonObject, redactObject, redactText, rfc3339 } from "../eventlog/index.ts";
import { type ArtifactServices, readShape } from "./artifacts.ts";
import { RunRecordError } from "./error.ts";
import { type FrictionEvent, frictionEvent } from "./shapes/friction.ts";

export const frictionKinds = [
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
  if (!(frictionKinds as readonly string[]).includes(given.kind))
    throw new RunRecordError(
      `friction_event: unsupported kind '${given.kind}' (expected one of ${frictionKinds.join(", ")})`,
    );
  if (given.redacted_summary.trim() === "") throw new RunRecordError("friction_event: missing redacted_summary");
  return {
    ...given,
    schema_version: 1,
    id: given.id === "" ? services.ids.next("friction") : given.id,
    redacted_summary: redactText(given.redacted_summary),
    metadata: redactObject(given.metadata) as FrictionEvent["metadata"],
    timestamp: given.timestamp === "" ? rfc3339(services.now()) : given.timestamp,
  };
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
