import { encodePayload, idempotencyKey } from "./append.ts";
import type { CompactReport, EventLog, IdempotentAppend, LogDescription, SubscribeOptions } from "./contract.ts";
import { defaultQueueDepth } from "./contract.ts";
import { EventLogError } from "./error.ts";
import { type EventId, type EventInput, LogEvent } from "./event.ts";
import { type HashedParts, stampHeaders } from "./provenance.ts";
import { type Sha256, sha256 } from "./sha256.ts";
import { LiveReaders, type Subscription } from "./subscription.ts";
import type { ConsumerId, Topic } from "./topic.ts";

export interface MemoryLogOptions {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly queueDepth?: number;
  readonly sha256?: Sha256;
}

/** An event that nobody has looked at yet, without its place in the hash chain. */
interface Unstamped {
  readonly parts: HashedParts;
  readonly headers: EventInput["headers"];
}

interface TopicState {
  head: EventId;
  /** The id before the first retained event. */
  compacted: EventId;
  events: LogEvent[];
  /** What comes behind `events`: it is hashed when somebody reads, as most of what a run appends is never read here. */
  unstamped: Unstamped[];
  /** The record hash of the last event, which its successor carries. */
  lastHash: string | undefined;
  readonly keys: Map<string, EventId>;
}

/** The log of a process that needs no durability: tests, `--attest`, conformance. */
export class MemoryEventLog implements EventLog {
  readonly durability = "none";
  readonly isDurable = true;
  readonly #topics = new Map<Topic, TopicState>();
  readonly #cursors = new Map<string, EventId>();
  readonly #readers = new LiveReaders();
  readonly #now: () => number;
  readonly #queueDepth: number;
  readonly #sha256: Sha256;
  #isClosed = false;

  constructor(options: MemoryLogOptions) {
    this.#now = options.now;
    this.#queueDepth = options.queueDepth ?? defaultQueueDepth;
    this.#sha256 = options.sha256 ?? sha256;
  }

  append(topic: Topic, event: EventInput): EventId {
    return this.#append(topic, event).head;
  }

  appendIdempotent(topic: Topic, header: string, value: string, event: EventInput): IdempotentAppend {
    const key = idempotencyKey(header, value);
    const earlier = this.#topics.get(topic)?.keys.get(key);
    if (earlier !== undefined) return { event: this.#read(topic, earlier - 1, 1)[0] as LogEvent, inserted: false };
    const state = this.#append(topic, event);
    state.keys.set(key, state.head);
    return { event: this.#stamp(state).at(-1) as LogEvent, inserted: true };
  }

  durable(): Promise<void> {
    return Promise.resolve();
  }

  durableNow(): void {}

  readRange(topic: Topic, after: EventId | undefined, limit: number): readonly LogEvent[] {
    return this.#read(topic, after ?? 0, limit);
  }

  latest(topic: Topic): EventId | undefined {
    return this.#topics.get(topic)?.head;
  }

  subscribe(topic: Topic, { after = 0, signal }: SubscribeOptions = {}): Subscription {
    this.#requireOpen();
    const read = (from: EventId, limit: number) => this.#read(topic, from, limit);
    return this.#readers.subscribe({ topic, queueDepth: this.#queueDepth, read }, after, signal);
  }

  ack(topic: Topic, consumer: ConsumerId, upTo: EventId): void {
    this.#requireOpen();
    this.#cursors.set(cursorKey(topic, consumer), upTo);
  }

  consumerCursor(topic: Topic, consumer: ConsumerId): EventId | undefined {
    return this.#cursors.get(cursorKey(topic, consumer));
  }

  compact(topic: Topic, before: EventId): CompactReport {
    const state = this.#topics.get(topic);
    if (state === undefined) return { removed: 0, remaining: 0, latest: undefined, checkpointed: false };
    const events = this.#stamp(state);
    const removed = Math.min(Math.max(before - state.compacted, 0), events.length);
    state.events = events.slice(removed);
    state.compacted += removed;
    for (const [key, id] of state.keys) if (id <= state.compacted) state.keys.delete(key);
    return { removed, remaining: state.events.length, latest: state.head, checkpointed: false };
  }

  topics(): readonly Topic[] {
    return [...this.#topics]
      .filter(([, state]) => state.head > state.compacted)
      .map(([topic]) => topic)
      .sort();
  }

  describe(): LogDescription {
    return { backend: "memory", location: undefined, sizeBytes: undefined, queueDepth: this.#queueDepth };
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#readers.end();
    return Promise.resolve();
  }

  #append(topic: Topic, input: EventInput): TopicState {
    this.#requireOpen();
    const state = this.#stateOf(topic);
    const id = state.head + 1;
    const payloadText = encodePayload(input.payload);
    const occurredAtMs = input.occurredAtMs ?? Math.max(0, Math.trunc(this.#now()));
    const headers = Object.isFrozen(input.headers) ? input.headers : { ...input.headers };
    state.unstamped.push({ parts: { topic, id, kind: input.kind, payloadText, occurredAtMs }, headers });
    state.head = id;
    if (this.#readers.count(topic) > 0) this.#readers.announce(topic, this.#stamp(state).at(-1) as LogEvent);
    return state;
  }

  /** Every event of the topic, with its place in the chain. */
  #stamp(state: TopicState): LogEvent[] {
    if (state.unstamped.length === 0) return state.events;
    for (const { parts, headers } of state.unstamped) {
      // An event behind a compaction that left none begins a chain of its own.
      const previous = state.events.length === 0 ? undefined : state.lastHash;
      const { recordHash, text } = stampHeaders(parts, headers, previous, this.#sha256);
      state.lastHash = recordHash;
      state.events.push(new LogEvent({ ...parts, headersText: text }));
    }
    state.unstamped = [];
    return state.events;
  }

  #read(topic: Topic, after: EventId, limit: number): readonly LogEvent[] {
    const state = this.#topics.get(topic);
    if (state === undefined || limit <= 0) return [];
    const start = Math.max(after - state.compacted, 0);
    return this.#stamp(state).slice(start, start + limit);
  }

  #stateOf(topic: Topic): TopicState {
    const known = this.#topics.get(topic);
    if (known !== undefined) return known;
    const fresh: TopicState = {
      head: 0,
      compacted: 0,
      events: [],
      unstamped: [],
      lastHash: undefined,
      keys: new Map(),
    };
    this.#topics.set(topic, fresh);
    return fresh;
  }

  #requireOpen(): void {
    if (this.#isClosed) throw new EventLogError("closed", "event log is closed");
  }
}

/** A topic cannot contain a blank, so the two parts cannot run together. */
function cursorKey(topic: Topic, consumer: ConsumerId): string {
  return `${topic} ${consumer}`;
}
