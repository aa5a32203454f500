import { type ActiveLog, type Json, type JsonObject, topic } from "../eventlog/index.ts";
import type { Sequence } from "./sequence.ts";

/** What a run, or the library on its behalf, put on record about its end. */
export interface AuditEntry {
  /** Shared with handoff envelopes: an envelope takes a number of its own. */
  readonly seq: number;
  readonly kind: string;
  readonly payload: Json;
  readonly pipeline_id: string | null;
}

/** Where every entry is copied to when the run has an event log. */
export const auditTopic = topic("pipeline.lifecycle.audit");

export interface AuditLogOptions {
  readonly sequence: Sequence;
  readonly log: ActiveLog;
  readonly pipelineId: () => string | null;
}

/** The audit entries of one run, oldest first. */
export class AuditLog {
  readonly #options: AuditLogOptions;
  #entries: AuditEntry[] = [];
  #recorded = 0;

  constructor(options: AuditLogOptions) {
    this.#options = options;
  }

  get entries(): readonly AuditEntry[] {
    return this.#entries;
  }

  /** How many entries were ever recorded, taken ones included. */
  get recorded(): number {
    return this.#recorded;
  }

  record(kind: string, payload: Json): AuditEntry {
    const { sequence, pipelineId } = this.#options;
    const entry: AuditEntry = { seq: sequence.next(), kind, payload, pipeline_id: pipelineId() };
    this.#entries.push(entry);
    this.#recorded++;
    this.#mirror(entry);
    return entry;
  }

  /** The entries since the last `take`; numbering goes on. */
  take(): readonly AuditEntry[] {
    const taken = this.#entries;
    this.#entries = [];
    return taken;
  }

  clear(): void {
    this.#entries = [];
  }

  /** A log that refuses the copy does not stop the run: the entry itself is kept. */
  #mirror(entry: AuditEntry): void {
    const headers = {
      kind: entry.kind,
      seq: entry.seq.toString(),
      ...(entry.pipeline_id === null ? {} : { pipeline_id: entry.pipeline_id }),
    };
    try {
      this.#options.log.get()?.append(auditTopic, { kind: "lifecycle_audit", payload: entryJson(entry), headers });
    } catch {
      // The log has told its owner already.
    }
  }
}

export function entryJson(entry: AuditEntry): JsonObject {
  return { seq: entry.seq, kind: entry.kind, payload: entry.payload, pipeline_id: entry.pipeline_id };
}
