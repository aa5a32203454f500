// The driver against Postgres itself: the one that runs inside the process, and a server of which `HARN_TEST_POSTGRES_URL` says where
// it is (for what takes more than one session).
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DatabaseConnection, type DatabaseRequest, HostError } from "../../builtin/index.ts";
import { Bench, callable, value } from "../../stdlib/host/testing/bench.ts";
import type { Value } from "../../value/index.ts";
import { nodeDatabases } from "./postgres.ts";
import { EmbeddedServer } from "./testing/embedded-postgres.ts";

const hostOf = () => ({ databases: nodeDatabases });
let embedded: EmbeddedServer;

beforeAll(async () => {
  embedded = await EmbeddedServer.open();
});

afterAll(async () => await embedded.close());

/** Runs `use` with a pool, which is closed afterwards. */
async function withPool(url: string, use: (bench: Bench, pool: Value) => Promise<void>, options = {}): Promise<void> {
  const insert = (tx: Value): Value => {
    void bench.start("pg_execute", tx, "insert into kept values (1)");
    return 1;
  };
  const undone = (tx: Value): never => {
    insert(tx);
    throw new Error("undo");
  };
  const bench: Bench = new Bench({ parts: hostOf, callables: { insert, undone } });
  const pool = await bench.start("pg_connect", url, value(options));
  try {
    await use(bench, pool);
  } finally {
    await bench.start("pg_close", pool);
  }
}

describe("the embedded server", () => {
  test("values go in and come back as what they are", () =>
    withPool(embedded.url, async (bench, pool) => {
      const sql = `select $1 as i, $2 as s, $3::int4[] as xs, $4 as d, $5::timestamptz as t, $6::int as n,
        1.10::numeric as exact, 'x'::bytea as b, array['a', null] as texts, $7 as f`;
      const params = value([9007199254740993n, "'; --", [1, 2], { a: [1] }, "2024-01-02T03:04:05+02:00", null, true]);
      expect(await bench.shown("pg_query_one", pool, sql, params)).toBe(
        `{b: b"78", d: {a: [1]}, exact: 1.10, f: true, i: 9007199254740993, n: nil, s: '; --, t: 2024-01-02T01:04:05Z, texts: [a, nil], xs: [1, 2]}`,
      );
    }));

  test("a list is JSON where JSON is expected", () =>
    withPool(embedded.url, async (bench, pool) => {
      expect(await bench.shown("pg_query_one", pool, "select $1::jsonb as j", value([["a", 1]]))).toBe("{j: [a, 1]}");
    }));

  test("one text with values of other kinds is prepared anew", () =>
    withPool(embedded.url, async (bench, pool) => {
      const typed = (param: unknown) =>
        bench.shown("pg_query_one", pool, "select pg_typeof($1)::text t", value([param]));
      expect([await typed(1), await typed("x"), await typed(2), await typed(true)]).toEqual(
        ["bigint", "text", "bigint", "boolean"].map((t) => `{t: ${t}}`),
      );
    }));

  test("more texts than may be prepared; the one that tried the connection counts", () =>
    withPool(
      embedded.url,
      async (bench, pool) => {
        for (let n = 0; n < 5; n++)
          expect(await bench.shown("pg_query_one", pool, `select ${n} + $1 as v`, value([1]))).toBe(`{v: ${n + 1}}`);
        expect(
          await bench.shown(
            "pg_query_one",
            pool,
            "select count(*) as n from pg_prepared_statements where statement like '% as v'",
          ),
        ).toBe("{n: 1}");
      },
      { statement_cache_capacity: 2 },
    ));

  test("transactions", () =>
    withPool(embedded.url, async (bench, pool) => {
      await bench.start("pg_execute", pool, "create temporary table kept(n int)");
      const count = () => bench.shown("pg_query_one", pool, "select count(*) as n from kept");
      expect(await bench.start("pg_transaction", pool, callable("insert"))).toBe(1);
      expect(await count()).toBe("{n: 1}");
      await expect(bench.start("pg_transaction", pool, callable("undone"))).rejects.toThrow("undo");
      expect(await count()).toBe("{n: 1}");
    }));

  test("errors of the server are told in its words, several statements at once are refused", () =>
    withPool(embedded.url, async (bench, pool) => {
      expect(await bench.shown("pg_query", pool, "selec 1")).toBe(
        '!! Runtime error: pg_query: error returned from database: syntax error at or near "selec"',
      );
      expect(await bench.shown("pg_execute", pool, "select 1; drop table t")).toContain(
        "cannot insert multiple commands into a prepared statement",
      );
      expect(await bench.shown("pg_query_one", pool, "select 1 as a")).toBe("{a: 1}");
    }));

  test("a connection that was cut while idle is opened again; within a transaction it is gone", async () => {
    const connection = await connected(embedded.url);
    const cut = async (): Promise<void> => {
      for (const socket of embedded.sockets) socket.destroy();
      // Turns in which the client has to hear of it, should it have been kept from running meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 50));
      for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
    };
    await cut();
    expect((await connection.run({ sql: "select 1", params: [], continues: false })).rows).toEqual([["1"]]);
    await connection.run({ sql: "BEGIN", params: [], continues: false });
    await cut();
    await expect(connection.run({ sql: "select 1", params: [], continues: true })).rejects.toThrow("lost within");
    await connection.run({ sql: "ROLLBACK", params: [], continues: false });
    await connection.close();
  });

  test("TLS that must be is not given up", async () => {
    await expect(connected(embedded.url, { tls: "require" })).rejects.toThrow("does not support TLS");
  });
});

test("nobody listens", async () => {
  const bench = new Bench({ parts: hostOf });
  expect(await bench.shown("pg_pool", "postgres://a:hunter2@127.0.0.1:1/x")).toBe(
    "!! Runtime error: pg_pool: connect failed: Connection refused (os error 111)",
  );
});

async function connected(url: string, more: Partial<DatabaseRequest> = {}): Promise<DatabaseConnection> {
  const { hostname, password, pathname, port, username } = new URL(url);
  return await nodeDatabases.connect({
    host: hostname,
    port: Number(port || 5432),
    user: username,
    password: password || undefined,
    database: pathname.slice(1),
    tls: "disable",
    settings: {},
    preparedStatements: 10,
    connectTimeoutMs: 120_000,
    ...more,
  });
}

const server = process.env.HARN_TEST_POSTGRES_URL;

describe.skipIf(server === undefined)("a server", () => {
  const url = server as string;

  test("stops a statement whose task is over, and serves the next", async () => {
    const connection = await connected(url);
    const task = new AbortController();
    const sleeping = connection.run({ sql: "select pg_sleep(600)", params: [], continues: false }, task.signal);
    setTimeout(() => task.abort(new Error("task is over")), 100);
    await expect(sleeping).rejects.toThrow("task is over");
    expect((await connection.run({ sql: "select 1", params: [], continues: false })).rows).toEqual([["1"]]);
    await connection.close();
  });

  test("each of several statements has a connection of its own", async () => {
    const bench = new Bench({ parts: hostOf });
    const pool = await bench.start("pg_pool", url, value({ max_connections: 3 }));
    const sql = "select pg_backend_pid() as pid from pg_sleep(0.2)";
    const calls = await Promise.all([1, 2, 3].map(() => bench.shown("pg_query_one", pool, sql)));
    expect(new Set(calls).size).toBe(3);
    await bench.start("pg_close", pool);
  });

  test("a wrong password is refused without being told", async () => {
    const wrong = new URL(url);
    wrong.password = "hunter2";
    const failure = await connected(wrong.href).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HostError);
    expect((failure as HostError).code).toBe("28P01");
    expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain("hunter2");
  });
});
