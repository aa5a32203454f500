import type { EventId, EventInput, LogEvent } from "./event.ts";
import type { Subscription } from "./subscription.ts";
import type { ConsumerId, Topic } from "./topic.ts";

/** Backends that have the answer at hand give it; those that must ask elsewhere give a promise. */
export type Answer<T> = T | Promise<T>;

/**
 * A set of append-only topics. What every backend promises:
 *
 * E1. Ids of one topic are 1, 2, 3 … without a gap, and are never given out twice, not even after compaction.
 * E2. `append` takes effect at once for everybody inside this process and gives the event's id. It is *acknowledged* once a
 *     `durable()` called after it has resolved: then it survives whatever the backend's level names.
 * E3. Appends become durable in the order they were made: a durable event's predecessors, in every topic, are durable too.
 * E4. If `durable()` rejects, nothing since the last acknowledged append is kept, and every later operation that writes fails.
 *     Whoever holds back what the outside can see until `durable()` resolves therefore never shows what could be lost.
 * E5. An event is stored whole or not at all, with the hash chain of its topic (`provenance.ts`).
 * E6. A subscription delivers history and then live events, each once, in order; a slow reader costs appenders nothing.
 *
 * There is no order across topics beyond E3.
 */
export interface EventLog {
  readonly durability: Durability;

  append(topic: Topic, event: EventInput): EventId;
  /**
   * Appends unless an earlier idempotent append to the topic had the same value of `header`, in which case that event is
   * the answer. The caller puts the header on the event; compaction forgets keys together with their events.
   */
  appendIdempotent(topic: Topic, header: string, value: string, event: EventInput): Answer<IdempotentAppend>;
  /** Whether `durable()` would have nothing to wait for. */
  readonly isDurable: boolean;
  /** Resolves when everything appended and acked so far is durable. One sync serves all who wait. */
  durable(): Promise<void>;
  /** The same at once, for a program that gives timers and callbacks no chance. Throws what `durable()` would reject with. */
  durableNow(): void;

  /**
   * Has `write` called right before anything becomes durable, whatever the occasion: for whoever keeps an account of the appends that
   * must not know less than the log. What it throws fails the commit. A log that never commits has none.
   */
  beforeCommit?(write: () => void): void;

  /** Events with ids above `after` (absent: from the beginning), ascending, at most `limit`. An unknown topic has none. */
  readRange(topic: Topic, after: EventId | undefined, limit: number): Answer<readonly LogEvent[]>;
  /** The highest id ever given out in the topic. */
  latest(topic: Topic): Answer<EventId | undefined>;
  subscribe(topic: Topic, options?: SubscribeOptions): Subscription;

  /** Sets the consumer's cursor; it may move backwards. The topic need not exist. */
  ack(topic: Topic, consumer: ConsumerId, upTo: EventId): void;
  consumerCursor(topic: Topic, consumer: ConsumerId): Answer<EventId | undefined>;

  /** Deletes the events with ids up to and including `before`. */
  compact(topic: Topic, before: EventId): Answer<CompactReport>;
  /** Topics that hold events, sorted. */
  topics(): Answer<readonly Topic[]>;
  describe(): Answer<LogDescription>;
  /** The backend's strongest durability point: `durable()`, and whatever makes its files complete by themselves. */
  flush(): Promise<void>;
  /** Makes everything durable, ends all subscriptions and releases what is held. Safe to call twice. */
  close(): Promise<void>;
}

/** What an acknowledged append survives. */
export type Durability = "none" | "process_crash" | "power_loss";

export interface IdempotentAppend {
  readonly event: LogEvent;
  readonly inserted: boolean;
}

export interface SubscribeOptions {
  /** Deliver events with ids above this one; absent: all. */
  readonly after?: EventId;
  /** Ends the subscription. */
  readonly signal?: AbortSignal;
}

export interface CompactReport {
  readonly removed: number;
  readonly remaining: number;
  readonly latest: EventId | undefined;
  /** Whether the backend gave the space back as well. */
  readonly checkpointed: boolean;
}

export interface LogDescription {
  readonly backend: "memory" | "file" | "sqlite";
  readonly location: string | undefined;
  readonly sizeBytes: number | undefined;
  /** How many events a subscription reads ahead. */
  readonly queueDepth: number;
}

export const defaultQueueDepth = 128;
