import type { EventLog } from "./contract.ts";
import type { EventId, LogEvent } from "./event.ts";
import type { Topic } from "./topic.ts";

/** What is known of the topic in one log. */
interface Indexed {
  readonly ids: Map<string, EventId[]>;
  upTo: EventId;
}

/** Events that are read at a time. */
const page = 1000;

/**
 * Finds events of a topic by a key that they carry: each event is looked at once, however often somebody asks, and only ids are
 * kept. What another process appended is found as well, and what compaction removed is not.
 */
export class EventIndex {
  readonly #keyOf: (event: LogEvent) => string | undefined;
  readonly #byLog = new WeakMap<EventLog, Map<Topic, Indexed>>();

  constructor(keyOf: (event: LogEvent) => string | undefined) {
    this.#keyOf = keyOf;
  }

  /** In the order of their ids. */
  async find(log: EventLog, topic: Topic, key: string): Promise<LogEvent[]> {
    const { ids } = await this.#catchUp(log, topic);
    const found: LogEvent[] = [];
    for (const id of ids.get(key) ?? []) {
      const [event] = await log.readRange(topic, id - 1, 1);
      if (event?.id === id) found.push(event);
    }
    return found;
  }

  async #catchUp(log: EventLog, topic: Topic): Promise<Indexed> {
    const indexed = this.#of(log, topic);
    for (;;) {
      const events = await log.readRange(topic, indexed.upTo, page);
      for (const event of events) this.#take(indexed, event);
      if (events.length < page) return indexed;
    }
  }

  /** Somebody who asked at the same time may have been here before. */
  #take(indexed: Indexed, event: LogEvent): void {
    if (event.id <= indexed.upTo) return;
    indexed.upTo = event.id;
    const key = this.#keyOf(event);
    if (key === undefined) return;
    const ids = indexed.ids.get(key);
    if (ids === undefined) indexed.ids.set(key, [event.id]);
    else ids.push(event.id);
  }

  #of(log: EventLog, topic: Topic): Indexed {
    let topics = this.#byLog.get(log);
    if (topics === undefined) this.#byLog.set(log, (topics = new Map()));
    let indexed = topics.get(topic);
    if (indexed === undefined) topics.set(topic, (indexed = { ids: new Map(), upTo: 0 }));
    return indexed;
  }
}

/** Waits, by the id that somebody who asks again finds them under. */
export const byWaitId = new EventIndex((event) => event.headers.wait_id);
