import { EventLogError, SubscriberLagged } from "./error.ts";
import type { EventId, LogEvent } from "./event.ts";
import type { Topic } from "./topic.ts";

/**
 * One reader of one topic, which pulls: it reads pages of the log while it is behind, and waits to be told once it has
 * caught up. So nothing is buffered for a reader that does not read, and nothing it has not read is lost, unless compaction
 * removes it; then the reader gets `SubscriberLagged` and the subscription ends.
 */
export interface Subscription extends AsyncIterableIterator<LogEvent, undefined> {
  /** The next event if there is one already. An error that ends the subscription is told by `next`. */
  poll(): LogEvent | undefined;
  next(): Promise<IteratorResult<LogEvent, undefined>>;
  close(): void;
}

/** What a subscription needs of its log. */
export interface TopicSource {
  readonly topic: Topic;
  readonly queueDepth: number;
  read(after: EventId, limit: number): readonly LogEvent[];
}

interface Waiting {
  resolve(result: IteratorResult<LogEvent, undefined>): void;
  reject(error: unknown): void;
}

const done = { done: true, value: undefined } as const;

/** The live readers of one log, for a backend that can read synchronously. */
export class LiveReaders {
  readonly #byTopic = new Map<Topic, Set<PullSubscription>>();

  subscribe(source: TopicSource, after: EventId, signal: AbortSignal | undefined): Subscription {
    const abort = () => reader.close();
    const reader = new PullSubscription(source, after, () => {
      signal?.removeEventListener("abort", abort);
      this.#drop(source.topic, reader);
    });
    this.#add(source.topic, reader);
    if (signal?.aborted) reader.close();
    else signal?.addEventListener("abort", abort, { once: true });
    return reader;
  }

  /** How many readers a topic has. */
  count(topic: Topic): number {
    return this.#byTopic.get(topic)?.size ?? 0;
  }

  announce(topic: Topic, event: LogEvent): void {
    const readers = this.#byTopic.get(topic);
    if (readers === undefined) return;
    for (const reader of readers) reader.offer(event);
  }

  /** Ends every subscription, with an error if there is one to tell. */
  end(error?: EventLogError): void {
    for (const readers of [...this.#byTopic.values()]) for (const reader of [...readers]) reader.end(error);
  }

  #add(topic: Topic, reader: PullSubscription): void {
    const readers = this.#byTopic.get(topic);
    if (readers === undefined) this.#byTopic.set(topic, new Set([reader]));
    else readers.add(reader);
  }

  #drop(topic: Topic, reader: PullSubscription): void {
    const readers = this.#byTopic.get(topic);
    readers?.delete(reader);
    if (readers?.size === 0) this.#byTopic.delete(topic);
  }
}

class PullSubscription implements Subscription {
  readonly #source: TopicSource;
  readonly #onEnd: () => void;
  #cursor: EventId;
  #page: readonly LogEvent[];
  #pageAt = 0;
  /** Whether the cursor stands on an event that exists or existed, so that a jump in ids means that some were removed. */
  #isAnchored: boolean;
  readonly #waiting: Waiting[] = [];
  #ended: { readonly error: unknown } | undefined;

  constructor(source: TopicSource, after: EventId, onEnd: () => void) {
    this.#source = source;
    this.#cursor = after;
    this.#onEnd = onEnd;
    this.#isAnchored = false;
    // A log that cannot be read fails the call that subscribes.
    this.#page = source.read(after, source.queueDepth);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  poll(): LogEvent | undefined {
    if (this.#ended !== undefined) return undefined;
    if (this.#pageAt >= this.#page.length) {
      this.#page = this.#source.read(this.#cursor, this.#source.queueDepth);
      this.#pageAt = 0;
    }
    const event = this.#page[this.#pageAt];
    if (event === undefined) return undefined;
    if (this.#isAnchored && event.id !== this.#cursor + 1) {
      this.#finish(new SubscriberLagged(this.#cursor));
      return undefined;
    }
    this.#pageAt++;
    this.#moveTo(event);
    return event;
  }

  next(): Promise<IteratorResult<LogEvent, undefined>> {
    let event: LogEvent | undefined;
    try {
      event = this.#waiting.length === 0 ? this.poll() : undefined;
    } catch (error) {
      this.#finish(error);
    }
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.#ended !== undefined) return this.#endedResult(this.#ended);
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  return(): Promise<IteratorResult<LogEvent, undefined>> {
    this.close();
    return Promise.resolve(done);
  }

  close(): void {
    this.end();
  }

  /** A new event of the topic. Only a reader that waits has caught up, and then the event is the next one. */
  offer(event: LogEvent): void {
    if (event.id <= this.#cursor) return;
    const waiter = this.#waiting.shift();
    if (waiter === undefined) return;
    this.#moveTo(event);
    waiter.resolve({ done: false, value: event });
  }

  end(error?: EventLogError): void {
    if (this.#ended !== undefined) return;
    const waiting = this.#waiting.splice(0);
    this.#finish(waiting.length === 0 ? error : undefined);
    for (const waiter of waiting) {
      if (error === undefined) waiter.resolve(done);
      else waiter.reject(error);
    }
  }

  #moveTo(event: LogEvent): void {
    this.#cursor = event.id;
    this.#isAnchored = true;
  }

  #finish(error: unknown): void {
    this.#ended = { error };
    this.#page = [];
    this.#onEnd();
  }

  /** An error is told once; afterwards the stream is just over. */
  #endedResult(ended: { readonly error: unknown }): Promise<IteratorResult<LogEvent, undefined>> {
    if (ended.error === undefined) return Promise.resolve(done);
    this.#ended = { error: undefined };
    return Promise.reject(ended.error);
  }
}
