import type { RunEnd, RunRecord, RunRecorder } from "../records/index.ts";
import type { IdSource } from "../runtime/index.ts";
import { rooms } from "./rooms.ts";

/**
 * The record of a run in the making. Its ids and its recorder are made when there is first something to record: a program
 * that asks no model then pays nothing for it.
 */
export class RunRecording {
  readonly #ids: IdSource;
  readonly #now: () => number;
  readonly #name: string;
  readonly #startedAt: number;
  readonly #id: string | undefined;
  #recorder: RunRecorder | undefined;

  /** `now` in Unix milliseconds; `name` is what the record calls the workflow; `id` when the run has one already. */
  constructor(ids: IdSource, now: () => number, name: string, id?: string) {
    this.#ids = ids;
    this.#now = now;
    this.#name = name;
    this.#id = id;
    this.#startedAt = now();
  }

  /** Whether a model was asked or an agent did anything. */
  get isWorthKeeping(): boolean {
    return this.#recorder !== undefined;
  }

  observe(): RunRecorder {
    this.#recorder ??= new (rooms.records().RunRecorder)({
      id: this.#id ?? this.#ids.uuid(),
      traceId: this.#ids.uuid(),
      now: this.#now,
      startedAt: this.#startedAt,
      workflowId: this.#name,
    });
    return this.#recorder;
  }

  /** The record so far, if there is anything to record. */
  snapshot(): RunRecord | undefined {
    return this.#recorder?.snapshot();
  }

  finish(end: RunEnd): RunRecord {
    return this.observe().finish(end);
  }
}
