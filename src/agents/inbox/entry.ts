import { record } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";

/** Something that was posted to a session from outside its loop, under the names that other programs see. */
export interface InboxEntry {
  /** Counts from 1 for each session, until it is closed. Draining does not start it anew. */
  readonly sequence: number;
  readonly session_id: string;
  /** What the message will be marked with. */
  readonly kind: string;
  readonly content: string;
  /** Who posted it: a label for telemetry. */
  readonly source: string;
  /** When it was posted, in Unix milliseconds. */
  readonly ts_ms: number;
}

/** The entry as a program gets it: it knows whose it is. */
export function entryDict({ sequence, kind, content, source, ts_ms }: InboxEntry): DictValue {
  return record({ sequence, kind, content, source, ts_ms });
}
