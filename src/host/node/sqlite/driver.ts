import { closeSync, openSync, readSync } from "node:fs";
import type LibsqlDatabase from "libsql";
import { requirePackage } from "../lazy-modules.ts";

/** What SQLite stores here. Blobs come back as `Uint8Array`s; integers must be safe ones. */
export type SqlValue = null | number | string | Uint8Array;
export type SqlRow = Readonly<Record<string, SqlValue>>;

export interface SqliteStatement {
  run(...parameters: readonly SqlValue[]): void;
  get(...parameters: readonly SqlValue[]): SqlRow | undefined;
  all(...parameters: readonly SqlValue[]): readonly SqlRow[];
}

/** One connection: the part of SQLite that the stores use, the same over both drivers. */
export interface SqliteDatabase {
  readonly driver: "node:sqlite" | "libsql";
  exec(sql: string): void;
  prepare(sql: string): SqliteStatement;
  close(): void;
}

/**
 * Opens with the driver that is part of Node (from 22.5), else with libsql. Both are loaded here, at the first use:
 * programs that never touch a store do not pay for one.
 */
export function openSqlite(path: string, driver?: SqliteDatabase["driver"]): SqliteDatabase {
  const builtin = driver === "libsql" ? undefined : loadBuiltin();
  return builtin === undefined ? new Libsql(path) : new NodeSqlite(new builtin.DatabaseSync(path));
}

// The part of Node's module that is used here; the type package of the oldest supported Node does not know it.
interface BuiltinModule {
  readonly DatabaseSync: new (path: string) => DatabaseSync;
}

interface DatabaseSync {
  exec(sql: string): void;
  prepare(sql: string): StatementSync;
  close(): void;
}

interface StatementSync {
  run(...parameters: readonly SqlValue[]): unknown;
  get(...parameters: readonly SqlValue[]): unknown;
  all(...parameters: readonly SqlValue[]): unknown[];
}

function loadBuiltin(): BuiltinModule | undefined {
  const getBuiltinModule = (process as { getBuiltinModule?: (id: string) => unknown }).getBuiltinModule;
  if (getBuiltinModule === undefined) return undefined;
  return withoutExperimentalWarning(() => getBuiltinModule("node:sqlite") as BuiltinModule | undefined);
}

/** Node says once that its SQLite is experimental. That is not for the users of a program to read. */
function withoutExperimentalWarning<T>(load: () => T): T {
  const original = process.emitWarning;
  process.emitWarning = ((warning: string | Error, ...rest: never[]) => {
    if (!String(warning).includes("SQLite")) Reflect.apply(original, process, [warning, ...rest]);
  }) as typeof process.emitWarning;
  try {
    return load();
  } finally {
    process.emitWarning = original;
  }
}

class NodeSqlite implements SqliteDatabase {
  readonly driver = "node:sqlite";
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string): SqliteStatement {
    return new NodeSqliteStatement(this.#database.prepare(sql));
  }

  close(): void {
    this.#database.close();
  }
}

class NodeSqliteStatement implements SqliteStatement {
  readonly #statement: StatementSync;

  constructor(statement: StatementSync) {
    this.#statement = statement;
  }

  run(...parameters: readonly SqlValue[]): void {
    this.#statement.run(...parameters);
  }

  get(...parameters: readonly SqlValue[]): SqlRow | undefined {
    return this.#statement.get(...parameters) as SqlRow | undefined;
  }

  all(...parameters: readonly SqlValue[]): readonly SqlRow[] {
    return this.#statement.all(...parameters) as SqlRow[];
  }
}

class Libsql implements SqliteDatabase {
  readonly driver = "libsql";
  readonly #database: LibsqlDatabase.Database;

  constructor(path: string) {
    const Database = loadLibsql();
    this.#database = new Database(path);
  }

  exec(sql: string): void {
    this.#database.exec(sql);
  }

  prepare(sql: string): SqliteStatement {
    return new LibsqlStatement(this.#database.prepare(sql));
  }

  close(): void {
    this.#database.close();
  }
}

type LibsqlConstructor = new (path: string) => LibsqlDatabase.Database;

/**
 * On Linux the package wants to know the C library, from a diagnostic report of the whole process: that takes half of the time of
 * loading it. The head of Node's own program says as well which loader it was linked for.
 */
function loadLibsql(): LibsqlConstructor {
  const { report } = process;
  if (process.platform !== "linux" || !isLinkedWithGlibc()) return requirePackage("libsql") as LibsqlConstructor;
  const own = Object.getOwnPropertyDescriptor(report, "getReport");
  Object.defineProperty(report, "getReport", {
    configurable: true,
    value: () => ({ header: { glibcVersionRuntime: "2" } }),
  });
  try {
    return requirePackage("libsql") as LibsqlConstructor;
  } finally {
    if (own === undefined) Reflect.deleteProperty(report, "getReport");
    else Object.defineProperty(report, "getReport", own);
  }
}

/** Bytes of an executable that hold its headers, and the path of its loader right behind them. */
const headLength = 2048;

function isLinkedWithGlibc(): boolean {
  let file: number | undefined;
  try {
    file = openSync(process.execPath, "r");
    const head = Buffer.alloc(headLength);
    return head.toString("latin1", 0, readSync(file, head)).includes("/ld-linux");
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

class LibsqlStatement implements SqliteStatement {
  readonly #statement: LibsqlDatabase.Statement<SqlValue[]>;

  constructor(statement: LibsqlDatabase.Statement<SqlValue[]>) {
    this.#statement = statement;
  }

  // The driver takes a single object for named parameters, so parameters always travel as one array.
  run(...parameters: readonly SqlValue[]): void {
    this.#statement.run(parameters as never);
  }

  get(...parameters: readonly SqlValue[]): SqlRow | undefined {
    return toRow(this.#statement.get(parameters as never));
  }

  all(...parameters: readonly SqlValue[]): readonly SqlRow[] {
    return (this.#statement.all(parameters as never) as unknown[]).map((row) => toRow(row) as SqlRow);
  }
}

/** The driver adds timings to a single row, and hands out blobs as bare buffers. */
function toRow(row: unknown): SqlRow | undefined {
  if (row === undefined || row === null) return undefined;
  const { _metadata, ...columns } = row as Record<string, SqlValue | ArrayBuffer>;
  for (const [name, value] of Object.entries(columns)) {
    if (value instanceof ArrayBuffer) columns[name] = new Uint8Array(value);
  }
  return columns as SqlRow;
}
