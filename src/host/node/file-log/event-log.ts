// The event log in files of JSON lines, in the reference's own layout: one file for each topic, one for each consumer's cursor.
//
// Transactions hold the lock and live by the rules of `group-commit.ts`; how several files change together is told in `journal.ts`.
//
// F1. A torn last line was never acknowledged. It is not read, and it is cut off before anything is written behind it.
// F2. `heads/<topic>` remembers the highest id of a topic that was compacted, because its file no longer tells.
import { join, resolve } from "node:path";
import {
  type CompactReport,
  type ConsumerId,
  type Durability,
  defaultQueueDepth,
  type EventId,
  type EventInput,
  type EventLog,
  type EventLogError,
  encodeJson,
  encodePayload,
  type IdempotentAppend,
  LiveReaders,
  type LogDescription,
  LogEvent,
  requireHeaderName,
  type SubscribeOptions,
  type Subscription,
  sanitizeTopicComponent,
  stampHeaders,
  stepError,
  type Topic,
  topic as topicNamed,
} from "../../../eventlog/index.ts";
import { GroupCommit } from "../group-commit.ts";
import { nodeSha256 as sha256 } from "../sha256.ts";
import { type Disk, nodeDisk, replaceFile, syncFolder, withFile } from "./disk.ts";
import { type Change, Journal } from "./journal.ts";
import { encodeLine, idOfLine, isWholeLine } from "./lines.ts";
import { LogLock, type WriterLock } from "./lock.ts";
import { TopicFile } from "./topic-file.ts";

export interface FileLogOptions {
  readonly folder: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly queueDepth?: number;
  /** What an acknowledged append survives. `process_crash` saves a sync per commit. */
  readonly durability?: Exclude<Durability, "none">;
  /** For tests: another disk, and with it another lock. */
  readonly disk?: Disk;
  readonly lock?: WriterLock;
}

interface TopicState {
  readonly file: TopicFile;
  /** Highest id ever given out, staged ones included. */
  head: EventId;
  /** Of the last staged event. */
  hash: string | undefined;
  /** Appended here, not yet in the file. */
  staged: LogEvent[];
  /** By header name: value to the first event that carries it. As far as one was looked for by that header. */
  readonly keys: Map<string, { readonly ids: Map<string, EventId>; upTo: EventId }>;
  /** Whether it was looked at in the open transaction. */
  isCurrent: boolean;
}

/** Opens the log, creates its folders where they are missing, and repeats what a killed process left half done. */
export function openFileEventLog(options: FileLogOptions): EventLog {
  const disk = options.disk ?? nodeDisk;
  const root = resolve(options.folder);
  try {
    for (const folder of ["topics", "consumers", "heads"]) disk.makeFolder(join(root, folder));
  } catch (cause) {
    throw stepError("io", "mkdir", cause);
  }
  const log = new FileEventLog(root, disk, options);
  attempt("open", () => log.recover());
  return log;
}

class FileEventLog implements EventLog {
  readonly durability: Exclude<Durability, "none">;
  readonly #root: string;
  readonly #disk: Disk;
  readonly #now: () => number;
  readonly #queueDepth: number;
  readonly #readers = new LiveReaders();
  readonly #topics = new Map<Topic, TopicState>();
  readonly #lock: WriterLock;
  readonly #journal: Journal;
  readonly #transactions: GroupCommit;
  /** In the order in which they were made. */
  #changes: (Change & { readonly event?: LogEvent })[] = [];
  #cursors = new Map<string, string>();
  /** Where the files that the open transaction writes to ended before it. */
  readonly #ends = new Map<string, number>();

  constructor(root: string, disk: Disk, options: FileLogOptions) {
    this.#root = root;
    this.#disk = disk;
    this.#now = options.now;
    this.#queueDepth = options.queueDepth ?? defaultQueueDepth;
    this.durability = options.durability ?? "power_loss";
    this.#lock = options.lock ?? new LogLock(join(root, "lock"));
    this.#journal = new Journal(disk, root, this.durability === "power_loss");
    this.#transactions = new GroupCommit({
      category: "io",
      location: root,
      begin: () => this.#begin(),
      commit: () => this.#commit(),
      rollback: () => this.#rollback(),
      failed: (error: EventLogError) => this.#readers.end(error),
    });
  }

  get isDurable(): boolean {
    return this.#transactions.isDurable;
  }

  append(topic: Topic, event: EventInput): EventId {
    return this.#append(topic, event).id;
  }

  appendIdempotent(topic: Topic, header: string, value: string, event: EventInput): IdempotentAppend {
    requireHeaderName(header);
    this.#transactions.begin();
    const earlier = this.#findByHeader(topic, header, value);
    return earlier === undefined
      ? { event: this.#append(topic, event), inserted: true }
      : { event: earlier, inserted: false };
  }

  durable(): Promise<void> {
    return this.#transactions.durable();
  }

  durableNow(): void {
    this.#transactions.durableNow();
  }

  beforeCommit(write: () => void): void {
    this.#transactions.beforeCommit = write;
  }

  readRange(topic: Topic, after: EventId | undefined, limit: number): readonly LogEvent[] {
    const state = this.#read(topic);
    const from = after ?? 0;
    const stored = attempt("read", () => state.file.read(from, limit));
    if (stored.length >= limit || state.staged.length === 0) return stored;
    const staged = state.staged.filter((event) => event.id > from);
    return [...stored, ...staged.slice(0, Math.max(0, limit - stored.length))];
  }

  latest(topic: Topic): EventId | undefined {
    const { head } = this.#read(topic);
    return head === 0 ? undefined : head;
  }

  subscribe(topic: Topic, { after = 0, signal }: SubscribeOptions = {}): Subscription {
    this.#transactions.requireUsable();
    const read = (from: EventId, limit: number) => this.readRange(topic, from, limit);
    return this.#readers.subscribe({ topic, queueDepth: this.#queueDepth, read }, after, signal);
  }

  ack(topic: Topic, consumer: ConsumerId, upTo: EventId): void {
    this.#transactions.begin();
    const text = encodeJson({ consumer_id: consumer, cursor: upTo, topic, updated_at_ms: Math.trunc(this.#now()) });
    const file = consumerFile(topic, consumer);
    this.#changes.push({ file, text });
    this.#cursors.set(file, text);
  }

  consumerCursor(topic: Topic, consumer: ConsumerId): EventId | undefined {
    const file = consumerFile(topic, consumer);
    const text = this.#cursors.get(file) ?? attempt("consumer read", () => this.#textOf(file));
    if (text === undefined) return undefined;
    const record = attemptSerde("consumer parse", () => JSON.parse(text) as { consumer_id?: string; cursor?: unknown });
    // Ids that differ only in what a file name cannot hold share a file; the one that acked last has it.
    if (record.consumer_id !== undefined && record.consumer_id !== consumer) return undefined;
    if (typeof record.cursor !== "number")
      throw stepError("serde", "consumer parse", new Error("event log consumer record missing numeric cursor"));
    return record.cursor;
  }

  compact(topic: Topic, before: EventId): CompactReport {
    this.#transactions.begin();
    const state = this.#current(topic);
    this.#transactions.commit();
    this.#transactions.begin();
    const report = this.#transactions.write("compact finalize", () =>
      this.#compact(topic, this.#current(topic), before),
    );
    this.#transactions.commit();
    return { ...report, latest: state.head === 0 ? undefined : state.head, checkpointed: false };
  }

  topics(): readonly Topic[] {
    const names = attempt("topics read", () => this.#disk.list(join(this.#root, "topics")))
      .filter(({ name }) => name.endsWith(".jsonl"))
      .map(({ name }) => topicNamed(name.slice(0, -".jsonl".length)));
    const all = new Set([...names, ...this.#topics.keys()]);
    return [...all].filter((name) => this.readRange(name, 0, 1).length > 0).sort();
  }

  describe(): LogDescription {
    const sizeBytes = attempt("dir", () => this.#sizeOf(this.#root));
    return { backend: "file", location: this.#root, sizeBytes, queueDepth: this.#queueDepth };
  }

  async flush(): Promise<void> {
    await this.durable();
    if (this.#transactions.isClosed) return;
    this.#transactions.begin();
    this.#transactions.write("sync", () => this.#journal.checkpoint());
    this.#transactions.commit();
  }

  async close(): Promise<void> {
    if (this.#transactions.isClosed) return;
    try {
      this.#transactions.close();
    } finally {
      this.#readers.end();
      this.#lock.close();
    }
  }

  /** Repeats what the journal holds and the topics' files lack (J4). */
  recover(): void {
    this.#lock.acquire();
    try {
      this.#repeatJournal();
    } finally {
      this.#lock.release();
    }
  }

  // ------------------------------------------------------------ transactions

  #begin(): void {
    this.#lock.acquire();
    try {
      if (this.#journal.isForeign) this.#repeatJournal();
    } catch (error) {
      this.#lock.release();
      throw error;
    }
    this.#journal.begin();
    for (const state of this.#topics.values()) state.isCurrent = false;
  }

  #commit(): void {
    const changes = this.#changes;
    if (changes.length > 0) {
      this.#journal.add(changes);
      this.#apply(changes);
      this.#changes = [];
      this.#cursors.clear();
      this.#ends.clear();
    }
    if (this.#journal.isLarge) this.#journal.checkpoint();
    this.#lock.release();
  }

  #rollback(): void {
    this.#changes = [];
    this.#cursors.clear();
    this.#topics.clear();
    try {
      this.#journal.undo();
      for (const [path, end] of this.#ends) withFile(this.#disk, path, "r+", (file) => this.#disk.truncate(file, end));
    } catch {
      // The disk that refused the write refuses this too. Whoever opens the log next cuts the torn line off.
    }
    this.#lock.release();
  }

  #apply(changes: readonly (Change & { readonly event?: LogEvent })[]): void {
    for (const [file, group] of byFile(changes)) {
      const events = group.flatMap(({ event }) => (event === undefined ? [] : [event]));
      const [first] = events;
      if (first === undefined) this.#writeCursor(file, group.at(-1)?.text ?? "");
      else this.#writeEvents(this.#current(first.topic), events, group);
    }
  }

  #writeEvents(state: TopicState, events: readonly LogEvent[], lines: readonly Change[]): void {
    const { file } = state;
    const opening = file.needsBreak ? "\n" : "";
    const bytes = Buffer.from(opening + lines.map(({ text }) => `${text}\n`).join(""));
    withFile(this.#disk, file.path, "a", (handle) => {
      if (this.#disk.sizeOf(handle) > file.end) this.#disk.truncate(handle, file.end);
      this.#ends.set(file.path, file.end);
      this.#disk.write(handle, bytes);
    });
    file.wrote(events, file.end + bytes.length);
    state.staged = [];
  }

  #writeCursor(file: string, text: string): void {
    const pretty = JSON.stringify(JSON.parse(text), null, 2);
    replaceFile(this.#disk, join(this.#root, file), Buffer.from(pretty), false);
  }

  #repeatJournal(): void {
    for (const [file, group] of byFile(this.#journal.news())) {
      if (!file.startsWith("topics/")) this.#writeCursor(file, group.at(-1)?.text ?? "");
      else this.#repeatLines(topicNamed(file.slice("topics/".length, -".jsonl".length)), group);
    }
  }

  /** The file may lack any of these lines, and have pages of zeros in their place. What others wrote among them stays. */
  #repeatLines(topic: Topic, group: readonly Change[]): void {
    const { file } = this.#topics.get(topic) ?? this.#unknown(topic);
    const [first = ""] = group.map(({ text }) => text);
    const { start, bytes } = file.contentFrom(idOfLine(topic, Buffer.from(first)));
    const wanted = Buffer.from(group.map(({ text }) => `${text}\n`).join(""));
    const both = Math.min(bytes.length, wanted.length);
    const isAlike = bytes.subarray(0, both).equals(wanted.subarray(0, both));
    if (isAlike && both === wanted.length) return;
    if (!isAlike) return this.#mend(topic, group, start, bytes);
    withFile(this.#disk, file.path, "a", (handle) => this.#disk.write(handle, wanted.subarray(both)));
    file.forget();
  }

  /** What is from `start` on in a topic's file is not what the journal tells: lines of others are in between, or there is damage. */
  #mend(topic: Topic, group: readonly Change[], start: number, bytes: Buffer): void {
    const { file } = this.#topics.get(topic) ?? this.#unknown(topic);
    const lines = bytes.toString("utf8").split("\n");
    const torn = lines.pop() ?? "";
    const present = new Set(lines);
    if (group.every(({ text }) => present.has(text))) return;
    const idOf = (line: string): EventId => idOfLine(topic, Buffer.from(line));
    const wanted = new Map(group.map(({ text }) => [idOf(text), text]));
    const others = [...lines, torn].filter((line) => isWholeLine(topic, line) && !wanted.has(idOf(line)));
    const all = [...others.map((line) => [idOf(line), line] as const), ...wanted].sort(([one], [two]) => one - two);
    const content = Buffer.from(all.map(([, line]) => `${line}\n`).join(""));
    const kept = commonLength(bytes, content);
    // What is in this file alone is not to depend on the next two steps.
    if (others.length > 0) this.#journal.add(others.map((text) => ({ file: `topics/${topic}.jsonl`, text })));
    withFile(this.#disk, file.path, "a", (handle) => {
      this.#disk.truncate(handle, start + kept);
      this.#disk.write(handle, content.subarray(kept));
    });
    file.forget();
  }

  // ------------------------------------------------------------ topics

  #append(topic: Topic, input: EventInput): LogEvent {
    this.#transactions.begin();
    const state = this.#current(topic);
    const parts = {
      topic,
      id: state.head + 1,
      kind: input.kind,
      payloadText: encodePayload(input.payload),
      occurredAtMs: input.occurredAtMs ?? Math.max(0, Math.trunc(this.#now())),
    };
    const previous = state.staged.length > 0 ? state.hash : state.file.lastHash;
    const { text, recordHash } = stampHeaders(parts, input.headers, previous, sha256);
    const event = new LogEvent({ ...parts, headersText: text });
    this.#changes.push({ file: `topics/${topic}.jsonl`, text: encodeLine(event), event });
    state.head = event.id;
    state.hash = recordHash;
    state.staged.push(event);
    this.#readers.announce(topic, event);
    return event;
  }

  /** What is known of a topic outside of a transaction: other processes may have written since. */
  #read(topic: Topic): TopicState {
    return this.#transactions.isOpen ? this.#current(topic) : this.#load(topic);
  }

  /** What is known of a topic in the open transaction: nobody else writes. */
  #current(topic: Topic): TopicState {
    const known = this.#topics.get(topic);
    if (known?.isCurrent === true) return known;
    const state = this.#load(topic);
    state.isCurrent = true;
    return state;
  }

  #load(topic: Topic): TopicState {
    const state = this.#topics.get(topic) ?? this.#unknown(topic);
    attempt("read", () => state.file.refresh());
    if (state.staged.length > 0) return state;
    const remembered = attempt("read", () => this.#textOf(`heads/${topic}`));
    state.head = Math.max(state.file.lastId, remembered === undefined ? 0 : Number(remembered));
    return state;
  }

  #unknown(topic: Topic): TopicState {
    const path = join(this.#root, "topics", `${topic}.jsonl`);
    const file = new TopicFile(this.#disk, path, topic, sha256);
    const state: TopicState = { file, head: 0, hash: undefined, staged: [], keys: new Map(), isCurrent: false };
    this.#topics.set(topic, state);
    return state;
  }

  /** The files have no keys of their own: the first event with that header is the one. Looks no further than to that one. */
  #findByHeader(topic: Topic, header: string, value: string): LogEvent | undefined {
    const state = this.#current(topic);
    const known = state.keys.get(header) ?? { ids: new Map<string, EventId>(), upTo: 0 };
    state.keys.set(header, known);
    const take = (carried: string, id: EventId): boolean => {
      if (!known.ids.has(carried)) known.ids.set(carried, id);
      return carried === value;
    };
    if (!known.ids.has(value)) known.upTo = attempt("read", () => state.file.headersAbove(known.upTo, header, take));
    if (!known.ids.has(value)) {
      const firstStaged = state.staged[0]?.id ?? 0;
      for (const event of state.staged.slice(Math.max(0, known.upTo + 1 - firstStaged))) {
        const carried = event.headers[header];
        if (carried !== undefined) take(carried, event.id);
        known.upTo = event.id;
      }
    }
    const id = known.ids.get(value);
    return id === undefined ? undefined : this.readRange(topic, id - 1, 1)[0];
  }

  #compact(topic: Topic, state: TopicState, before: EventId): Pick<CompactReport, "removed" | "remaining"> {
    const { file } = state;
    const offset = file.offsetAfter(before);
    const removed = file.countBetween(0, offset);
    const remaining = file.countBetween(offset, file.end);
    if (removed === 0) return { removed, remaining };
    const isSynced = this.durability === "power_loss";
    // No line may be repeated that is about to go; and the head is remembered before the file forgets it.
    this.#journal.checkpoint();
    replaceFile(this.#disk, join(this.#root, "heads", topic), Buffer.from(state.head.toString()), isSynced);
    if (isSynced) syncFolder(this.#disk, join(this.#root, "heads"));
    if (remaining === 0) this.#disk.remove(file.path);
    else this.#keepFrom(file, offset, isSynced);
    if (isSynced) syncFolder(this.#disk, join(this.#root, "topics"));
    file.refresh();
    state.keys.clear();
    return { removed, remaining };
  }

  #keepFrom(file: TopicFile, offset: number, isSynced: boolean): void {
    const kept = Buffer.alloc(file.end - offset);
    withFile(this.#disk, file.path, "r", (handle) => this.#disk.read(handle, kept, offset));
    replaceFile(this.#disk, file.path, kept, isSynced);
  }

  #textOf(file: string): string | undefined {
    const path = join(this.#root, file);
    return this.#disk.stat(path) === undefined ? undefined : this.#disk.readText(path);
  }

  #sizeOf(folder: string): number {
    let size = 0;
    for (const { name, isFolder } of this.#disk.list(folder)) {
      const path = join(folder, name);
      size += isFolder ? this.#sizeOf(path) : (this.#disk.stat(path)?.size ?? 0);
    }
    return size;
  }
}

/** How many bytes two contents begin with alike. */
function commonLength(one: Buffer, two: Buffer): number {
  const most = Math.min(one.length, two.length);
  let length = 0;
  while (length < most && one[length] === two[length]) length++;
  return length;
}

function byFile<C extends Change>(changes: readonly C[]): ReadonlyMap<string, readonly C[]> {
  const groups = new Map<string, C[]>();
  for (const change of changes) {
    const group = groups.get(change.file);
    if (group === undefined) groups.set(change.file, [change]);
    else group.push(change);
  }
  return groups;
}

function consumerFile(topic: Topic, consumer: ConsumerId): string {
  return `consumers/${topic}__${sanitizeTopicComponent(consumer)}.json`;
}

function attempt<T>(step: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw stepError("io", step, cause);
  }
}

function attemptSerde<T>(step: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw stepError("serde", step, cause);
  }
}
