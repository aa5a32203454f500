import type { SqliteDatabase, SqliteStatement } from "../driver.ts";

/** A connection whose every call is a step that `beforeStep` may refuse by throwing. Taking back and closing always work. */
export function failingConnection(database: SqliteDatabase, beforeStep: (sql: string) => void): SqliteDatabase {
  const guarded = <T>(sql: string, run: () => T): T => {
    beforeStep(sql);
    return run();
  };
  const statement = (sql: string, inner: SqliteStatement): SqliteStatement => ({
    run: (...parameters) => guarded(sql, () => inner.run(...parameters)),
    get: (...parameters) => guarded(sql, () => inner.get(...parameters)),
    all: (...parameters) => guarded(sql, () => inner.all(...parameters)),
  });
  return {
    driver: database.driver,
    exec: (sql) => (sql === "ROLLBACK" ? database.exec(sql) : guarded(sql, () => database.exec(sql))),
    prepare: (sql) => statement(sql, database.prepare(sql)),
    close: () => database.close(),
  };
}
