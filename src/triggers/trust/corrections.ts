import { isJsonObject, type Json, type JsonObject, rfc3339, TopicFold, topic } from "../../eventlog/index.ts";
import { hasFields, isWithin, newest, type RecordKeeping, type TimeSpan } from "../record-keeping.ts";

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

export interface CorrectionFilters extends TimeSpan {
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly appliedBy?: string | undefined;
  readonly scope?: CorrectionScope | undefined;
  readonly limit?: number | undefined;
}

/** Corrections, as the event log has them. */
export class Corrections {
  readonly #keeping: RecordKeeping;

  constructor(keeping: RecordKeeping) {
    this.#keeping = keeping;
  }

  record({ actorId, fromDecision, toDecision, reason, appliedBy, scope, more }: Correction): JsonObject {
    const id = this.#keeping.uuid();
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
      timestamp: rfc3339(this.#keeping.now()),
    };
    const action = typeof more.action === "string" ? { action: more.action } : {};
    this.#keeping.log.getOrCreate().append(recordsTopic, {
      kind: recordedKind,
      payload: record,
      headers: { actor_id: actorId, correction_id: id, scope, ...action },
    });
    return record;
  }

  /** Oldest first; a limit keeps the newest. */
  async query(filters: CorrectionFilters): Promise<readonly JsonObject[]> {
    const log = this.#keeping.log.get();
    if (log === undefined) return [];
    const records = await corrections.of(log, recordsTopic);
    return newest(
      records.filter((record) => fits(record, filters)),
      filters.limit,
    );
  }
}

const corrections = new TopicFold<JsonObject[]>(
  () => [],
  (records, event) => {
    const record = event.kind === recordedKind ? event.exactPayload() : null;
    if (isJsonObject(record)) records.push(record);
  },
);

function fits(record: JsonObject, filters: CorrectionFilters): boolean {
  const { action, actorId, appliedBy, scope } = filters;
  if (!hasFields(record, { action, actor_id: actorId, applied_by: appliedBy, scope })) return false;
  return isWithin(filters, typeof record.timestamp === "string" ? Date.parse(record.timestamp) : Number.NaN);
}
