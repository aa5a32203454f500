import { type EventLogError, SubscriberLagged } from "./error.ts";
import type { EventId, LogEvent } from "./event.ts";
import type { Topic } from "./topic.ts";

/**
 * One reader of one topic, which pulls: it reads pages of the log while it is behind, and waits to be told once it has
 * caught up. So nothing is buffered for a reader that does not read, and nothing it has not read is lost, unless compaction
 * removes it; then the reader gets `SubscriberLagged` and the subscription ends.
 */
export interface Subscription extends AsyncIterableIterator<LogEvent, undefined> {
  /** Whether no event will come any more. An error may still wait to be told. */
  readonly isEnded: boolean;
  /** The next event if there is one already. Throws the error that ended the subscription, once. */
  poll(): LogEvent | undefined;
  /** Calls back once when `poll` has something to give or to throw; the result takes that back. */
  whenReady(callback: () => void): () => void;
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
  /** Whether the cursor stands on an event that was delivered, so that a jump in ids means that some were removed. */
  #isAnchored = false;
  readonly #waiting: Waiting[] = [];
  readonly #ready = new Set<() => void>();
  #ended: { error: unknown } | undefined;

  constructor(source: TopicSource, after: EventId, onEnd: () => void) {
    this.#source = source;
    this.#cursor = after;
    this.#onEnd = onEnd;
    // A log that cannot be read fails the call that subscribes.
    this.#page = source.read(after, source.queueDepth);
  }

  get isEnded(): boolean {
    return this.#ended !== undefined;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  poll(): LogEvent | undefined {
    if (this.#ended !== undefined) return this.#tellError();
    const event = this.#readNext();
    if (event === undefined) return undefined;
    if (this.#isAnchored && event.id !== this.#cursor + 1) {
      this.end(new SubscriberLagged(this.#cursor));
      return this.#tellError();
    }
    this.#pageAt++;
    this.#moveTo(event);
    return event;
  }

  whenReady(callback: () => void): () => void {
    if (this.isEnded || this.#readNext() !== undefined)
      queueMicrotask(() => this.#ready.delete(callback) && callback());
    this.#ready.add(callback);
    return () => void this.#ready.delete(callback);
  }

  async next(): Promise<IteratorResult<LogEvent, undefined>> {
    const event = this.#waiting.length === 0 ? this.poll() : undefined;
    if (event !== undefined) return { done: false, value: event };
    if (this.isEnded) return done;
    return await new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
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
    if (waiter === undefined) return this.#callReady();
    this.#moveTo(event);
    waiter.resolve({ done: false, value: event });
  }

  end(error?: EventLogError): void {
    if (this.#ended !== undefined) return;
    const waiting = this.#waiting.splice(0);
    this.#ended = { error: waiting.length === 0 ? error : undefined };
    this.#page = [];
    this.#onEnd();
    for (const waiter of waiting) {
      if (error === undefined) waiter.resolve(done);
      else waiter.reject(error);
    }
    this.#callReady();
  }

  #readNext(): LogEvent | undefined {
    if (this.#pageAt >= this.#page.length) {
      this.#page = this.#source.read(this.#cursor, this.#source.queueDepth);
      this.#pageAt = 0;
    }
    return this.#page[this.#pageAt];
  }

  #callReady(): void {
    const callbacks = [...this.#ready];
    this.#ready.clear();
    for (const callback of callbacks) callback();
  }

  #moveTo(event: LogEvent): void {
    this.#cursor = event.id;
    this.#isAnchored = true;
  }

  /** An error is told once; afterwards the subscription is just over. */
  #tellError(): undefined {
    const error = this.#ended?.error;
    if (error === undefined) return undefined;
    this.#ended = { error: undefined };
    throw error;
  }
}
