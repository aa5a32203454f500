import { record } from "../../llm/fields.ts";
import { type DictValue, stringifyJson, type Value } from "../../value/index.ts";

export interface InboxEntry {
  /** Counts from 1 for each session, until it is closed. */
  readonly sequence: number;
  readonly kind: string;
  readonly content: string;
  readonly source: string;
  /** Unix milliseconds. */
  readonly postedAt: number;
}

interface Box {
  entries: InboxEntry[];
  posted: number;
}

/** Events posted to sessions, kept until a loop or the program drains them. A session need not exist yet. */
export class Inbox {
  readonly #boxes = new Map<string, Box>();

  post(
    sessionId: string,
    event: { readonly kind: string; readonly content: Value; readonly source: string; readonly postedAt: number },
  ): void {
    const box = this.#boxes.get(sessionId) ?? { entries: [], posted: 0 };
    this.#boxes.set(sessionId, box);
    box.posted++;
    const content = typeof event.content === "string" ? event.content : stringifyJson(event.content);
    box.entries.push({ ...event, content, sequence: box.posted });
  }

  drain(sessionId: string): InboxEntry[] {
    const box = this.#boxes.get(sessionId);
    if (box === undefined) return [];
    const { entries } = box;
    box.entries = [];
    return entries;
  }

  forget(sessionId: string): void {
    this.#boxes.delete(sessionId);
  }
}

export function inboxDict(entry: InboxEntry): DictValue {
  return record({
    sequence: entry.sequence,
    kind: entry.kind,
    content: entry.content,
    source: entry.source,
    ts_ms: entry.postedAt,
  });
}
