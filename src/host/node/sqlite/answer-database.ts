import type { AnswerStore, KeptAnswer } from "../../../llm/index.ts";
import { parseJson, stringifyJson } from "../../../value/index.ts";
import { openSqlite, type SqliteDatabase, type SqlRow } from "./driver.ts";

/** Kept answers in SQLite, in the reference's own table. Several processes may use one file. */
export function openAnswerDatabase(path: string, driver?: SqliteDatabase["driver"]): AnswerStore {
  return new AnswerDatabase(openSqlite(path, driver));
}

const schema = `
  CREATE TABLE IF NOT EXISTS cache_entries (
    namespace TEXT NOT NULL, cache_key TEXT NOT NULL, value_json TEXT NOT NULL, created_at_ms INTEGER NOT NULL,
    expires_at_ms INTEGER, last_accessed_ms INTEGER NOT NULL, PRIMARY KEY (namespace, cache_key));
  CREATE INDEX IF NOT EXISTS idx_cache_entries_lru ON cache_entries (namespace, last_accessed_ms)`;

class AnswerDatabase implements AnswerStore {
  readonly #find;
  readonly #keep;
  readonly #remove;
  readonly #clear;
  readonly #shrink;

  constructor(database: SqliteDatabase) {
    // Answers can be had again: they need no sync of their own.
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000");
    database.exec(schema);
    this.#find = database.prepare("SELECT * FROM cache_entries WHERE namespace = ? AND cache_key = ?");
    this.#keep = database.prepare("INSERT OR REPLACE INTO cache_entries VALUES (?, ?, ?, ?, ?, ?)");
    this.#remove = database.prepare("DELETE FROM cache_entries WHERE namespace = ? AND cache_key = ?");
    this.#clear = database.prepare("DELETE FROM cache_entries WHERE namespace = ?");
    this.#shrink = database.prepare(
      `DELETE FROM cache_entries WHERE namespace = ?1 AND cache_key IN (
        SELECT cache_key FROM cache_entries WHERE namespace = ?1 ORDER BY last_accessed_ms DESC, rowid DESC LIMIT -1 OFFSET ?2)`,
    );
  }

  find(namespace: string, key: string): KeptAnswer | undefined {
    const row = this.#find.get(namespace, key);
    return row === undefined ? undefined : keptAnswer(row);
  }

  keep(namespace: string, { key, value, createdAtMs, expiresAtMs, lastAccessedMs }: KeptAnswer): void {
    const times = [createdAtMs, expiresAtMs, lastAccessedMs].map((time) =>
      time === undefined ? null : Math.round(time),
    );
    this.#keep.run(namespace, key, stringifyJson(value), ...times);
  }

  remove(namespace: string, key: string): void {
    this.#remove.run(namespace, key);
  }

  clear(namespace: string): void {
    this.#clear.run(namespace);
  }

  shrink(namespace: string, most: number): void {
    this.#shrink.run(namespace, most);
  }
}

function keptAnswer(row: SqlRow): KeptAnswer {
  const { cache_key, value_json, created_at_ms, expires_at_ms, last_accessed_ms } = row;
  return {
    key: String(cache_key),
    value: parseJson(String(value_json)),
    createdAtMs: Number(created_at_ms),
    expiresAtMs: expires_at_ms === null || expires_at_ms === undefined ? undefined : Number(expires_at_ms),
    lastAccessedMs: Number(last_accessed_ms),
  };
}
