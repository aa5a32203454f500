import { describe, expect, test } from "vitest";
import {
  type DatabaseRequest,
  type DatabaseResult,
  type DatabaseStatement,
  HostError,
  openConnections,
} from "../../../builtin/index.ts";
import { thrown, type Value } from "../../../value/index.ts";
import { Bench, callable, value } from "../testing/bench.ts";

const none: DatabaseResult = { columns: [], rows: [], affected: 0, command: "" };
const url = "postgres://ana:hunter2@db.example:5432/app";

/** A server that notes what it is asked. */
function given(
  answer: (statement: DatabaseStatement, signal: AbortSignal | undefined) => Promise<DatabaseResult> | DatabaseResult,
  callables: Record<string, (...args: Value[]) => Value> = {},
) {
  const asked: string[] = [];
  const requests: DatabaseRequest[] = [];
  let closed = 0;
  const bench = new Bench({
    environment: { DATABASE_URL: url },
    callables,
    parts: () => ({
      databases: {
        connect: async (request) => {
          requests.push(request);
          return {
            run: async (statement, signal) => {
              asked.push(statement.sql);
              return await answer(statement, signal);
            },
            close: async () => {
              closed++;
            },
          };
        },
      },
    }),
  });
  return { asked, bench, requests, closed: () => closed };
}

async function opened(bench: Bench, source: Value = url): Promise<Value> {
  return await bench.start("pg_pool", source);
}

describe("opening", () => {
  test("the URL, a variable, and a dict say the same; the handle says nothing of it", async () => {
    const { bench, requests } = given(() => none);
    for (const source of [url, "env:DATABASE_URL", value({ env: "DATABASE_URL" }), value({ url })]) {
      const shown = await bench.shown("pg_pool", source, value({ max_connections: 3, application_name: "n" }));
      expect(shown).toMatch(
        /^\{_type: pg_pool, application_name: n, id: pgpool-\d, max_connections: 3, single_connection: false\}$/,
      );
    }
    expect(requests.map(({ host, password, settings }) => [host, password, settings.application_name])).toEqual(
      Array.from({ length: 4 }, () => ["db.example", "hunter2", "n"]),
    );
  });

  test("no error holds the password", async () => {
    const { bench } = given(() => none);
    for (const source of ["nope://ana:hunter2@x", "ana:hunter2@x/y", `${url}?sslmode=hunter`])
      expect(await bench.shown("pg_pool", source)).not.toContain("hunter2");
  });

  test("the egress policy is asked, without the login", async () => {
    const bench = new Bench({ services: { requiresEgressPolicy: true } });
    expect(await bench.shown("pg_pool", url)).toBe(
      "!! EgressBlocked: pg_pool blocked for postgres://db.example:5432 (no egress policy configured)",
    );
  });

  test("a server that refuses the login is told at once", async () => {
    const bench = new Bench({
      parts: () => ({
        databases: {
          connect: async () => {
            throw new HostError("28P01", 'password authentication failed for user "ana"');
          },
        },
      }),
    });
    expect(await bench.shown("pg_pool", url)).toBe(
      '!! Runtime error: pg_pool: connect failed: error returned from database: password authentication failed for user "ana"',
    );
  });

  test("a host without databases says so", async () => {
    const bench = new Bench({ parts: () => ({ databases: undefined as never }) });
    expect(await bench.shown("pg_pool", url)).toBe("!! Runtime error: pg_pool: this host offers no databases");
  });

  test("what is left open is closed with the runtime, once", async () => {
    const { bench, closed } = given(() => none);
    const pool = await opened(bench);
    expect(await bench.start("pg_close", pool)).toBe(true);
    await opened(bench);
    await bench.service(openConnections).closeAll();
    expect(closed()).toBe(2);
  });
});

describe("statements", () => {
  test("values travel beside the text", async () => {
    const seen: DatabaseStatement[] = [];
    const { bench } = given((statement) => {
      seen.push(statement);
      return { columns: [{ name: "n", type: 20 }], rows: [["7"]], affected: 1, command: "SELECT" };
    });
    const pool = await opened(bench);
    const sql = "select n from t where name = $1";
    expect(await bench.shown("pg_query", pool, sql, value(["'; drop table t; --"]))).toBe("[{n: 7}]");
    expect(await bench.shown("pg_query_one", pool, sql, value(["x"]))).toBe("{n: 7}");
    expect(await bench.shown("pg_execute", pool, sql, value(["x"]))).toBe("{rows_affected: 1}");
    expect(seen[0]).toEqual({ sql, params: [{ type: 25, text: "'; drop table t; --" }], continues: false });
  });

  test("an error of the server, of the way to it, and of the handle", async () => {
    let error = new HostError("42P01", 'relation "t" does not exist');
    const { bench } = given(() => {
      throw error;
    });
    const pool = await opened(bench);
    expect(await bench.shown("pg_query", pool, "select 1")).toBe(
      '!! Runtime error: pg_query: error returned from database: relation "t" does not exist',
    );
    error = new HostError("ECONNRESET", "the server closed the connection");
    expect(await bench.shown("pg_execute", pool, "select 1")).toBe(
      "!! Runtime error: pg_execute: the server closed the connection",
    );
    expect(await bench.shown("pg_query", value({}), "select 1")).toBe(
      "!! Runtime error: pg_query: expected pg_pool handle",
    );
    await bench.start("pg_close", pool);
    expect(await bench.shown("pg_query", pool, "select 1")).toMatch(/unknown or closed pool `pgpool-1`/);
  });

  test("the task's end reaches the server", async () => {
    const { bench } = given(
      (_statement, signal) =>
        new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason))),
    );
    const pool = await opened(bench);
    const waiting = expect(bench.start("pg_query", pool, "select pg_sleep(60)")).rejects.toThrow("task is over");
    await new Promise(setImmediate);
    bench.abort(new Error("task is over"));
    await waiting;
  });
});

describe("transactions", () => {
  test("are committed when the closure returns, under their own settings", async () => {
    let handle: Value = null;
    const { asked, bench } = given(() => none, {
      body: (tx) => {
        handle = tx;
        return 7;
      },
    });
    const pool = await opened(bench);
    const settings = value({ settings: { "app.tenant": "a" } });
    expect(await bench.start("pg_transaction", pool, callable("body"), settings)).toBe(7);
    expect(asked).toEqual(["BEGIN", "select set_config($1, $2, true)", "COMMIT"]);
    expect(await bench.shown("pg_query", handle, "select 1")).toBe(
      "!! Runtime error: pg_transaction: unknown transaction `pgtx-2`",
    );
  });

  test("are rolled back when it throws, and the error is the closure's", async () => {
    const { asked, bench } = given(() => none, {
      body: () => {
        throw thrown("undo");
      },
    });
    expect(await bench.shown("pg_transaction", await opened(bench), callable("body"))).toBe("!! undo");
    expect(asked).toEqual(["BEGIN", "ROLLBACK"]);
  });

  test("that the server rolls back at the commit did not happen", async () => {
    const { bench } = given(({ sql }) => ({ ...none, command: sql === "COMMIT" ? "ROLLBACK" : sql }), {
      body: () => 1,
    });
    expect(await bench.shown("pg_transaction", await opened(bench), callable("body"))).toBe(
      "!! Runtime error: pg_transaction: commit failed: a statement had failed, so the transaction was rolled back",
    );
  });
});

describe("mocks", () => {
  const fixtures = value([
    { sql: "select id from t where id = $1", params: [1], rows: [{ id: 1 }] },
    { sql: "select id from t", rows: [{ id: 1 }, { id: 2 }] },
    { sql: "delete from t", rows_affected: 3 },
    { sql: "select broken", error: "relation does not exist" },
  ]);

  test("answer by text and parameters, and tell what they were asked", async () => {
    const bench = new Bench();
    const mock = bench.now("pg_mock_pool", fixtures);
    expect(await bench.shown("pg_query", mock, " select id from t where id = $1 ", value([1]))).toBe("[{id: 1}]");
    expect(await bench.shown("pg_query_one", mock, "select id from t")).toBe("{id: 1}");
    expect(await bench.shown("pg_execute", mock, "delete from t")).toBe("{rows_affected: 3}");
    expect(await bench.shown("pg_query", mock, "select broken")).toBe(
      "!! Runtime error: pg_mock: relation does not exist",
    );
    expect(await bench.shown("pg_query", mock, "select id from t where id = $1", value([2]))).toMatch(
      /no fixture matched/,
    );
    expect(await bench.shown("pg_mock_calls", mock)).toContain("{execute: true, params: [], sql: delete from t}");
  });

  test("have transactions and an end", async () => {
    const bench: Bench = new Bench({ callables: { body: (tx) => bench.now("pg_query_one", tx, "select id from t") } });
    const mock = bench.now("pg_mock_pool", fixtures);
    expect(await bench.shown("pg_transaction", mock, callable("body"))).toBe("{id: 1}");
    expect(bench.now("pg_close", mock)).toBe(true);
    expect(await bench.shown("pg_query", mock, "select id from t")).toMatch(/unknown or closed mock pool/);
  });
});
