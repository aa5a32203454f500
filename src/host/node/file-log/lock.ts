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
  #database: SqliteDatabase | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** Waits up to five seconds. */
  acquire(): void {
    if (this.#database === undefined) {
      this.#database = openSqlite(this.#path);
      this.#database.exec("PRAGMA busy_timeout = 5000");
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
