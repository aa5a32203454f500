import { stepError } from "../../../eventlog/index.ts";
import type { SqliteDatabase, SqliteStatement } from "./driver.ts";

/** Name to columns. */
const tables = {
  topic_heads: `
    topic TEXT PRIMARY KEY,
    last_id INTEGER NOT NULL`,
  events: `
    topic TEXT NOT NULL,
    event_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload BLOB NOT NULL,
    headers TEXT NOT NULL,
    occurred_at_ms INTEGER NOT NULL,
    PRIMARY KEY (topic, event_id)`,
  consumers: `
    topic TEXT NOT NULL,
    consumer_id TEXT NOT NULL,
    cursor INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    PRIMARY KEY (topic, consumer_id)`,
  event_idempotency_keys: `
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    event_id INTEGER NOT NULL,
    PRIMARY KEY (topic, key, value),
    FOREIGN KEY (topic, event_id) REFERENCES events(topic, event_id)`,
};

/** Readies a connection. The waiting time comes first, because changing the journal mode may have to wait already. */
export function prepareSchema(
  database: SqliteDatabase,
  path: string,
  durability: "process_crash" | "power_loss",
): void {
  const run = (step: string, sql: string): void => {
    try {
      database.exec(sql);
    } catch (cause) {
      throw stepError("sqlite", step, cause, path);
    }
  };
  run("busy-timeout", "PRAGMA busy_timeout = 5000");
  run("WAL pragma", "PRAGMA journal_mode = WAL");
  run("sync pragma", `PRAGMA synchronous = ${durability === "power_loss" ? "FULL" : "NORMAL"}`);
  requireKnownVersion(database, path);
  // Without a look at what is there, opening would have to wait for whoever writes.
  if (!hasTables(database, path)) run("schema", `BEGIN IMMEDIATE; ${schemaSql()}; COMMIT`);
}

/** Neither we nor the reference set a number so far: whoever does has changed what the tables mean. */
function requireKnownVersion(database: SqliteDatabase, path: string): void {
  try {
    const version = database.prepare("PRAGMA user_version").get()?.user_version;
    if (version !== 0)
      throw new Error(
        `its tables have version ${String(version)}, and this harn knows 0: a later one has written them`,
      );
  } catch (cause) {
    throw stepError("sqlite", "schema", cause, path);
  }
}

function hasTables(database: SqliteDatabase, path: string): boolean {
  try {
    const found = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    return Object.keys(tables).every((name) => found.some((row) => row.name === name));
  } catch (cause) {
    throw stepError("sqlite", "schema", cause, path);
  }
}

function schemaSql(): string {
  return Object.entries(tables)
    .map(([name, columns]) => `CREATE TABLE IF NOT EXISTS ${name} (${columns})`)
    .join("; ");
}

const eventColumns = "event_id, kind, payload, headers, occurred_at_ms";

/**
 * Topic, then the event's columns, row after row. The payload is a blob in the table, but goes there as text: handing over buffers
 * takes twice as long. JSON has no character that the two would hold differently.
 */
export type EventRows = (string | number)[];

const valuesPerRow = 6;
/** How many rows go into the table in one call. */
const rowsPerInsert = 64;
/** Of the values of a row, those that differ when a program writes one kind of event to one topic: payload, headers, time. */
const ownPerRow = 3;

/** So many values are worth a call. */
export const valuesPerInsert = rowsPerInsert * valuesPerRow;

/** Every statement of the log, prepared once. */
export class EventLogStatements {
  readonly begin: SqliteStatement;
  readonly commit: SqliteStatement;
  readonly readRange: SqliteStatement;
  readonly lastEvent: SqliteStatement;
  readonly getHead: SqliteStatement;
  readonly setHead: SqliteStatement;
  readonly findKey: SqliteStatement;
  readonly insertKey: SqliteStatement;
  readonly getCursor: SqliteStatement;
  readonly setCursor: SqliteStatement;
  readonly topics: SqliteStatement;
  readonly #dataVersion: SqliteStatement;
  readonly #insertOne: SqliteStatement;
  readonly #insertMany: SqliteStatement;
  readonly #insertSeries: SqliteStatement;
  readonly #countUpTo: SqliteStatement;
  readonly #countAfter: SqliteStatement;
  readonly #deleteKeys: SqliteStatement;
  readonly #deleteEvents: SqliteStatement;
  readonly #database: SqliteDatabase;

  constructor(database: SqliteDatabase) {
    const prepare = (sql: string): SqliteStatement => database.prepare(sql);
    this.#database = database;
    this.begin = prepare("BEGIN IMMEDIATE");
    this.commit = prepare("COMMIT");
    const insert = (rows: number): SqliteStatement =>
      prepare(
        `INSERT INTO events (topic, ${eventColumns}) VALUES ${Array(rows).fill("(?, ?, ?, CAST(? AS BLOB), ?, ?)").join(", ")}`,
      );
    this.#insertOne = insert(1);
    this.#insertMany = insert(rowsPerInsert);
    this.#insertSeries = prepare(seriesSql());
    this.readRange = prepare(
      `SELECT ${eventColumns} FROM events WHERE topic = ? AND event_id > ? ORDER BY event_id LIMIT ?`,
    );
    this.lastEvent = prepare(`SELECT ${eventColumns} FROM events WHERE topic = ? ORDER BY event_id DESC LIMIT 1`);
    this.getHead = prepare("SELECT last_id FROM topic_heads WHERE topic = ?");
    this.setHead = prepare(
      "INSERT INTO topic_heads (topic, last_id) VALUES (?, ?) ON CONFLICT (topic) DO UPDATE SET last_id = excluded.last_id",
    );
    this.findKey = prepare("SELECT event_id FROM event_idempotency_keys WHERE topic = ? AND key = ? AND value = ?");
    this.insertKey = prepare("INSERT INTO event_idempotency_keys (topic, key, value, event_id) VALUES (?, ?, ?, ?)");
    this.getCursor = prepare("SELECT cursor FROM consumers WHERE topic = ? AND consumer_id = ?");
    this.setCursor = prepare(
      `INSERT INTO consumers (topic, consumer_id, cursor, updated_at_ms) VALUES (?, ?, ?, ?)
       ON CONFLICT (topic, consumer_id) DO UPDATE SET cursor = excluded.cursor, updated_at_ms = excluded.updated_at_ms`,
    );
    this.topics = prepare("SELECT DISTINCT topic FROM events ORDER BY topic");
    this.#dataVersion = prepare("PRAGMA data_version");
    this.#countUpTo = prepare("SELECT count(*) AS events FROM events WHERE topic = ? AND event_id <= ?");
    this.#countAfter = prepare("SELECT count(*) AS events FROM events WHERE topic = ? AND event_id > ?");
    this.#deleteKeys = prepare("DELETE FROM event_idempotency_keys WHERE topic = ? AND event_id <= ?");
    this.#deleteEvents = prepare("DELETE FROM events WHERE topic = ? AND event_id <= ?");
  }

  /** Changes when another connection has committed. */
  readDataVersion(): number {
    return this.#dataVersion.get()?.data_version as number;
  }

  insertEvents(rows: EventRows): void {
    let at = 0;
    for (; at + valuesPerInsert <= rows.length; at += valuesPerInsert) {
      const whole = rows.length === valuesPerInsert ? rows : rows.slice(at, at + valuesPerInsert);
      if (isSeries(whole)) this.#insertSeries.run(...seriesOf(whole));
      else this.#insertMany.run(...whole);
    }
    for (; at < rows.length; at += valuesPerRow) this.#insertOne.run(...rows.slice(at, at + valuesPerRow));
  }

  compact(topic: string, before: number): { removed: number; remaining: number } {
    const removed = this.#countUpTo.get(topic, before)?.events as number;
    const remaining = this.#countAfter.get(topic, before)?.events as number;
    this.#deleteKeys.run(topic, before);
    this.#deleteEvents.run(topic, before);
    return { removed, remaining };
  }

  checkpoint(mode: "FULL" | "TRUNCATE"): void {
    this.#database.prepare(`PRAGMA wal_checkpoint(${mode})`).all();
  }
}

/** Whether all rows are of one topic and kind. Their ids follow each other then. */
function isSeries(rows: EventRows): boolean {
  for (let at = valuesPerRow; at < rows.length; at += valuesPerRow)
    if (rows[at] !== rows[0] || rows[at + 2] !== rows[2]) return false;
  return true;
}

/** What is the same in each row goes to SQLite once: every value that is handed over costs about a microsecond. */
function seriesOf(rows: EventRows): EventRows {
  const values: EventRows = rows.slice(0, 3);
  for (let at = 3; at < rows.length; at += valuesPerRow)
    values.push(rows[at] as string, rows[at + 1] as string, rows[at + 2] as number);
  return values;
}

function seriesSql(): string {
  const rows = Array.from({ length: rowsPerInsert }, (_, row) => {
    const own = 4 + row * ownPerRow;
    return `(?1, ?2 + ${row}, ?3, CAST(?${own} AS BLOB), ?${own + 1}, ?${own + 2})`;
  });
  return `INSERT INTO events (topic, ${eventColumns}) VALUES ${rows.join(", ")}`;
}
