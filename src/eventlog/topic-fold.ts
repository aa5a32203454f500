import type { EventLog } from "./contract.ts";
import type { EventId, LogEvent } from "./event.ts";
import type { Topic } from "./topic.ts";

/** How far a fold has come in one topic of one log. */
interface Folded<S> {
  readonly state: S;
  upTo: EventId;
}

/** Events that are read at a time. */
const page = 1000;

/**
 * What follows from the events of a topic, kept for each log: an event is looked at once, however often somebody asks, and what
 * other processes append is taken in as well. An event that `take` refuses stops the fold there, each time, until it is gone; so
 * `take` reads all it needs before it changes the state. What compaction removes later stays known.
 */
export class TopicFold<S> {
  readonly #start: () => S;
  readonly #take: (state: S, event: LogEvent) => void;
  readonly #byLog = new WeakMap<EventLog, Map<Topic, Folded<S>>>();

  constructor(start: () => S, take: (state: S, event: LogEvent) => void) {
    this.#start = start;
    this.#take = take;
  }

  /** The state after every event that is in the topic now. */
  async of(log: EventLog, topic: Topic): Promise<S> {
    const folded = this.#folded(log, topic);
    for (;;) {
      const events = await log.readRange(topic, folded.upTo, page);
      for (const event of events) {
        // Somebody who asked at the same time may have been here before.
        if (event.id <= folded.upTo) continue;
        this.#take(folded.state, event);
        folded.upTo = event.id;
      }
      if (events.length < page) return folded.state;
    }
  }

  #folded(log: EventLog, topic: Topic): Folded<S> {
    let topics = this.#byLog.get(log);
    if (topics === undefined) this.#byLog.set(log, (topics = new Map()));
    let folded = topics.get(topic);
    if (folded === undefined) topics.set(topic, (folded = { state: this.#start(), upTo: 0 }));
    return folded;
  }
}
