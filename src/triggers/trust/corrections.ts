import { type ActiveLog, isJsonObject, type Json, type JsonObject, rfc3339, topic } from "../../eventlog/index.ts";

const recordsTopic = topic("corrections.records");
const recordedKind = "correction_recorded";
export const correctionScopes = ["this_run", "this_persona", "all"] as const;
export type CorrectionScope = (typeof correctionScopes)[number];

/** A decision that somebody changed, so that it is made otherwise the next time. */
export interface Correction {
  readonly actorId: string;
  readonly fromDecision: Json;
  readonly toDecision: Json;
  readonly reason: string;
  readonly appliedBy: string;
  readonly scope: CorrectionScope;
  /** Further fields that were given, such as `action`. */
  readonly more: JsonObject;
}

export interface CorrectionFilters {
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly appliedBy?: string | undefined;
  readonly scope?: CorrectionScope | undefined;
  /** Unix milliseconds, both inclusive. */
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly limit?: number | undefined;
}

/** Corrections, as the event log has them. */
export class Corrections {
  readonly #log: ActiveLog;
  readonly #now: () => number;
  readonly #uuid: () => string;

  constructor(log: ActiveLog, now: () => number, uuid: () => string) {
    this.#log = log;
    this.#now = now;
    this.#uuid = uuid;
  }

  record({ actorId, fromDecision, toDecision, reason, appliedBy, scope, more }: Correction): JsonObject {
    const id = this.#uuid();
    const record = {
      ...more,
      schema: "harn-correction/v0",
      correction_id: id,
      actor_id: actorId,
      from_decision: fromDecision,
      to_decision: toDecision,
      reason,
      applied_by: appliedBy,
      scope,
      timestamp: rfc3339(this.#now()),
    };
    const action = typeof more.action === "string" ? { action: more.action } : {};
    this.#log.getOrCreate().append(recordsTopic, {
      kind: recordedKind,
      payload: record,
      headers: { actor_id: actorId, correction_id: id, scope, ...action },
    });
    return record;
  }

  /** Oldest first; a limit keeps the newest. */
  async query(filters: CorrectionFilters): Promise<readonly JsonObject[]> {
    const log = this.#log.get();
    if (log === undefined) return [];
    const events = await log.readRange(recordsTopic, undefined, Number.MAX_SAFE_INTEGER);
    const found = events.flatMap((event) => {
      const record = event.kind === recordedKind ? event.exactPayload() : null;
      return isJsonObject(record) && fits(record, filters) ? [record] : [];
    });
    return filters.limit === undefined ? found : found.slice(Math.max(0, found.length - filters.limit));
  }
}

function fits(record: JsonObject, filters: CorrectionFilters): boolean {
  const at = typeof record.timestamp === "string" ? Date.parse(record.timestamp) : Number.NaN;
  return (
    (filters.actorId === undefined || record.actor_id === filters.actorId) &&
    (filters.action === undefined || record.action === filters.action) &&
    (filters.appliedBy === undefined || record.applied_by === filters.appliedBy) &&
    (filters.scope === undefined || record.scope === filters.scope) &&
    (filters.since === undefined || at >= filters.since) &&
    (filters.until === undefined || at <= filters.until)
  );
}
