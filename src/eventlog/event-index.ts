import type { EventLog } from "./contract.ts";
import type { EventId, LogEvent } from "./event.ts";
import type { Topic } from "./topic.ts";
import { TopicFold } from "./topic-fold.ts";

/**
 * Finds events of a topic by a key that they carry: each event is looked at once, however often somebody asks, and only ids are
 * kept. What another process appended is found as well, and what compaction removed is not.
 */
export class EventIndex {
  readonly #ids: TopicFold<Map<string, EventId[]>>;

  constructor(keyOf: (event: LogEvent) => string | undefined) {
    this.#ids = new TopicFold<Map<string, EventId[]>>(
      () => new Map(),
      (ids, event) => {
        const key = keyOf(event);
        if (key === undefined) return;
        const known = ids.get(key);
        if (known === undefined) ids.set(key, [event.id]);
        else known.push(event.id);
      },
    );
  }

  /** In the order of their ids. */
  async find(log: EventLog, topic: Topic, key: string): Promise<LogEvent[]> {
    const ids = await this.#ids.of(log, topic);
    const found: LogEvent[] = [];
    for (const id of ids.get(key) ?? []) {
      const [event] = await log.readRange(topic, id - 1, 1);
      if (event?.id === id) found.push(event);
    }
    return found;
  }
}

/** Waits, by the id that somebody who asks again finds them under. */
export const byWaitId = new EventIndex((event) => event.headers.wait_id);
