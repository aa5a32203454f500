// The event log in SQLite: the default, in the reference's own file format.
//
// Transactions are immediate and live by the rules of `group-commit.ts`. So ids are right the moment they are given out, whatever
// other processes do with the same file.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import {
  type CompactReport,
  type ConsumerId,
  defaultQueueDepth,
  type EventId,
  type EventInput,
  type EventLog,
  encodePayload,
  hashOf,
  type IdempotentAppend,
  LiveReaders,
  type LogDescription,
  LogEvent,
  requireHeaderName,
  type SubscribeOptions,
  type Subscription,
  stampHeaders,
  stepError,
  type Topic,
} from "../../../eventlog/index.ts";
import { GroupCommit } from "../group-commit.ts";
import { nodeSha256 as sha256 } from "../sha256.ts";
import { openSqlite, type SqliteDatabase, type SqlRow } from "./driver.ts";
import { EventLogStatements, type EventRows, prepareSchema, valuesPerInsert } from "./statements.ts";

export interface SqliteLogOptions {
  readonly path: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly queueDepth?: number;
  /** What an acknowledged append survives. `process_crash` saves a sync per commit. */
  readonly durability?: "process_crash" | "power_loss";
  /** For tests: another way to a connection. */
  readonly connect?: (path: string) => SqliteDatabase;
}

interface Head {
  id: EventId;
  /** Of the last event that is left; absent when none is. */
  hash: string | undefined;
  isDirty: boolean;
}

/** Opens the log, and creates the file, its folder and its tables where they are missing. */
export function openSqliteEventLog(options: SqliteLogOptions): EventLog {
  const path = resolve(options.path);
  try {
    mkdirSync(dirname(path), { recursive: true });
  } catch (error) {
    throw stepError("io", "mkdir", error);
  }
  const database = attempt(path, "open", () => (options.connect ?? openSqlite)(path));
  try {
    prepareSchema(database, path, options.durability ?? "power_loss");
    return attempt(path, "prepare", () => new SqliteEventLog(database, path, options));
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteEventLog implements EventLog {
  readonly durability: "process_crash" | "power_loss";
  readonly #database: SqliteDatabase;
  readonly #statements: EventLogStatements;
  readonly #path: string;
  readonly #now: () => number;
  readonly #queueDepth: number;
  readonly #readers = new LiveReaders();
  /** Right while a transaction is open; afterwards until another connection writes. */
  readonly #heads = new Map<Topic, Head>();
  #dataVersion: number | undefined;
  readonly #transactions: GroupCommit;
  /** Appended, and not yet handed to SQLite: many rows in one call cost half of what they cost one by one. */
  #staged: EventRows = [];

  constructor(database: SqliteDatabase, path: string, options: SqliteLogOptions) {
    this.#database = database;
    this.#statements = new EventLogStatements(database);
    this.#path = path;
    this.#now = options.now;
    this.#queueDepth = options.queueDepth ?? defaultQueueDepth;
    this.durability = options.durability ?? "power_loss";
    this.#transactions = new GroupCommit({
      category: "sqlite",
      location: path,
      begin: () => this.#beginTransaction(),
      commit: () => this.#commitTransaction(),
      rollback: () => this.#rollbackTransaction(),
      failed: (error) => this.#readers.end(error),
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
    const row = this.#transactions.write("idempotency read", () => this.#statements.findKey.get(topic, header, value));
    const earlier = row === undefined ? undefined : this.#readOne(topic, row.event_id as number);
    if (earlier !== undefined) return { event: earlier, inserted: false };
    const appended = this.#append(topic, event);
    this.#writeStaged();
    this.#transactions.write("idempotency insert", () =>
      this.#statements.insertKey.run(topic, header, value, appended.id),
    );
    return { event: appended.event(), inserted: true };
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
    if (limit <= 0) return [];
    this.#writeStaged();
    const rows = this.#attempt("query", () => this.#statements.readRange.all(topic, after ?? 0, limit));
    return rows.map((row) => eventOf(topic, row));
  }

  latest(topic: Topic): EventId | undefined {
    const head = this.#transactions.isOpen ? this.#headOf(topic) : this.#readHead(topic);
    return head.id === 0 ? undefined : head.id;
  }

  subscribe(topic: Topic, { after = 0, signal }: SubscribeOptions = {}): Subscription {
    this.#transactions.requireUsable();
    const read = (from: EventId, limit: number) => this.readRange(topic, from, limit);
    return this.#readers.subscribe({ topic, queueDepth: this.#queueDepth, read }, after, signal);
  }

  ack(topic: Topic, consumer: ConsumerId, upTo: EventId): void {
    this.#transactions.begin();
    this.#transactions.write("ack", () =>
      this.#statements.setCursor.run(topic, consumer, upTo, Math.trunc(this.#now())),
    );
  }

  consumerCursor(topic: Topic, consumer: ConsumerId): EventId | undefined {
    const row = this.#attempt("consumer cursor", () => this.#statements.getCursor.get(topic, consumer));
    return row?.cursor as number | undefined;
  }

  compact(topic: Topic, before: EventId): CompactReport {
    this.#transactions.begin();
    this.#writeStaged();
    const counts = this.#transactions.write("compact delete", () => this.#statements.compact(topic, before));
    this.#transactions.commit();
    this.#heads.delete(topic);
    this.#attempt("checkpoint", () => this.#statements.checkpoint("TRUNCATE"));
    return { ...counts, latest: this.latest(topic), checkpointed: true };
  }

  topics(): readonly Topic[] {
    this.#writeStaged();
    return this.#attempt("topics query", () => this.#statements.topics.all()).map((row) => row.topic as Topic);
  }

  describe(): LogDescription {
    const sizes = ["", "-wal", "-shm"].map(
      (suffix) => statSync(this.#path + suffix, { throwIfNoEntry: false })?.size ?? 0,
    );
    const sizeBytes = sizes.reduce((sum, size) => sum + size, 0);
    return { backend: "sqlite", location: this.#path, sizeBytes, queueDepth: this.#queueDepth };
  }

  async flush(): Promise<void> {
    await this.durable();
    if (!this.#transactions.isClosed && !this.#transactions.isOpen)
      this.#attempt("checkpoint", () => this.#statements.checkpoint("FULL"));
  }

  async close(): Promise<void> {
    if (this.#transactions.isClosed) return;
    try {
      this.#transactions.close();
    } finally {
      this.#readers.end();
      this.#database.close();
    }
  }

  #append(topic: Topic, input: EventInput): { readonly id: EventId; readonly event: () => LogEvent } {
    this.#transactions.begin();
    const head = this.#headOf(topic);
    const parts = {
      topic,
      id: head.id + 1,
      kind: input.kind,
      payloadText: encodePayload(input.payload),
      occurredAtMs: input.occurredAtMs ?? Math.max(0, Math.trunc(this.#now())),
    };
    const stamped = stampHeaders(parts, input.headers, head.hash, sha256);
    this.#staged.push(topic, parts.id, parts.kind, parts.payloadText, stamped.text, parts.occurredAtMs);
    if (this.#staged.length >= valuesPerInsert) this.#writeStaged();
    head.id = parts.id;
    head.hash = stamped.recordHash;
    head.isDirty = true;
    // Most appends have no reader: the event itself is made for those that have one.
    const event = (): LogEvent => new LogEvent({ ...parts, headersText: stamped.text });
    if (this.#readers.count(topic) > 0) this.#readers.announce(topic, event());
    return { id: parts.id, event };
  }

  #beginTransaction(): void {
    this.#statements.begin.run();
    const version = this.#readDataVersion();
    if (version !== this.#dataVersion) this.#heads.clear();
    this.#dataVersion = version;
  }

  /** What cannot begin must not keep the write lock: the caller may try again. */
  #readDataVersion(): number {
    try {
      return this.#statements.readDataVersion();
    } catch (error) {
      this.#rollbackTransaction();
      throw error;
    }
  }

  #commitTransaction(): void {
    this.#statements.insertEvents(this.#takeStaged());
    for (const [topic, head] of this.#heads) {
      if (head.isDirty) this.#statements.setHead.run(topic, head.id);
      head.isDirty = false;
    }
    this.#statements.commit.run();
  }

  #rollbackTransaction(): void {
    this.#heads.clear();
    this.#staged = [];
    try {
      this.#database.exec("ROLLBACK");
    } catch {
      // SQLite has rolled back by itself: it does after the errors that matter here (full disk, I/O error).
    }
  }

  /** Before anything is read that may be among them. */
  #writeStaged(): void {
    if (this.#staged.length === 0) return;
    this.#transactions.write("insert", () => this.#statements.insertEvents(this.#takeStaged()));
  }

  #takeStaged(): EventRows {
    const staged = this.#staged;
    this.#staged = [];
    return staged;
  }

  #headOf(topic: Topic): Head {
    const known = this.#heads.get(topic);
    if (known !== undefined) return known;
    const head = this.#readHead(topic);
    this.#heads.set(topic, head);
    return head;
  }

  #readHead(topic: Topic): Head {
    const row = this.#attempt("head read", () => this.#statements.getHead.get(topic));
    const last = this.#attempt("previous read", () => this.#statements.lastEvent.get(topic));
    const hash = last === undefined ? undefined : hashOf(eventOf(topic, last), sha256);
    return { id: (row?.last_id as number | undefined) ?? 0, hash, isDirty: false };
  }

  #attempt<T>(step: string, run: () => T): T {
    return attempt(this.#path, step, run);
  }

  #readOne(topic: Topic, id: EventId): LogEvent | undefined {
    return this.readRange(topic, id - 1, 1).find((event) => event.id === id);
  }
}

function attempt<T>(path: string, step: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw stepError("sqlite", step, cause, path);
  }
}

/** Payloads are blobs; older files hold some as text. */
function eventOf(topic: Topic, row: SqlRow): LogEvent {
  const payload = row.payload;
  return new LogEvent({
    topic,
    id: row.event_id as number,
    kind: row.kind as string,
    payloadText: typeof payload === "string" ? payload : Buffer.from(payload as Uint8Array).toString("utf8"),
    headersText: row.headers as string,
    occurredAtMs: row.occurred_at_ms as number,
  });
}
