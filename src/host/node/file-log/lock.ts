import { openSqlite, type SqliteDatabase } from "../sqlite/driver.ts";

export interface WriterLock {
  acquire(): void;
  release(): void;
  close(): void;
}

/**
 * One writer at a time, across processes. The lock is SQLite's own on an empty database: the system takes it back from a process
 * that dies, which no file with a process id in it can promise.
 */
export class LogLock implements WriterLock {
  readonly #path: string;
  readonly #patienceMs: number;
  #database: SqliteDatabase | undefined;

  /** Waits for another writer up to `patienceMs`. */
  constructor(path: string, patienceMs = 5000) {
    this.#path = path;
    this.#patienceMs = patienceMs;
  }

  acquire(): void {
    if (this.#database === undefined) {
      this.#database = openSqlite(this.#path);
      this.#database.exec(`PRAGMA busy_timeout = ${this.#patienceMs}`);
    }
    this.#database.exec("BEGIN EXCLUSIVE");
  }

  release(): void {
    this.#database?.exec("ROLLBACK");
  }

  close(): void {
    this.#database?.close();
    this.#database = undefined;
  }
}
