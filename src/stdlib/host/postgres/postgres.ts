import {
  type Builtin,
  type CallContext,
  type DatabaseConnection,
  type DatabaseResult,
  declare,
  type Outcome,
  openConnections,
  opt,
  req,
  serviceKey,
  t,
} from "../../../builtin/index.ts";
import { DictValue, handOut, ListValue, type Raise, runtimeError, show, type Value } from "../../../value/index.ts";
import { isCallable } from "../../arguments.ts";
import { asDict, dictOption } from "../options.ts";
import { databaseFailure } from "./failure.ts";
import { MockPool } from "./mock-pools.ts";
import { openPool } from "./open-pool.ts";
import type { PostgresPool, StatementRunner } from "./pool.ts";
import { parameterOf, rowsOf } from "./values.ts";

const postgres = declare("postgres");

type Transaction =
  | { readonly kind: "live"; readonly runner: StatementRunner }
  | { readonly kind: "mock"; readonly mock: MockPool };

/** The pools and transactions of one runtime, by the ids of their handles. */
class PostgresHandles {
  readonly pools = new Map<string, PostgresPool>();
  readonly mocks = new Map<string, MockPool>();
  readonly transactions = new Map<string, Transaction>();
  #count = 0;

  next(prefix: string): string {
    return `${prefix}-${++this.#count}`;
  }
}

const postgresHandles = serviceKey<PostgresHandles>("postgres handles", () => new PostgresHandles());

type HandleKind = "pg_pool" | "pg_tx" | "pg_mock_pool";

function handleValue(kind: HandleKind, id: string, more: Readonly<Record<string, Value>> = {}): DictValue {
  return DictValue.of({ _type: kind, id, ...more });
}

function kindOf(handle: Value | undefined): string {
  return show(asDict(handle)?.get("_type") ?? "");
}

function idOf(handle: Value | undefined, kind: HandleKind, builtin: string, expected: HandleKind = kind): string {
  if (kindOf(handle) !== kind) throw runtimeError(`${builtin}: expected ${expected} handle`);
  const id = show(asDict(handle)?.get("id") ?? "");
  if (id === "") throw runtimeError(`${builtin}: handle is missing id`);
  return id;
}

function poolOf(context: CallContext, handle: Value | undefined, builtin: string): PostgresPool {
  const id = idOf(handle, "pg_pool", builtin);
  const pool = context.service(postgresHandles).pools.get(id);
  if (pool === undefined) throw runtimeError(`pg_pool: unknown or closed pool \`${id}\``);
  return pool;
}

function mockOf(context: CallContext, handle: Value | undefined, builtin: string): MockPool {
  const id = idOf(handle, "pg_mock_pool", builtin);
  const mock = context.service(postgresHandles).mocks.get(id);
  if (mock === undefined) throw runtimeError(`pg_mock: unknown or closed mock pool \`${id}\``);
  return mock;
}

/** Where the statements of a handle go. */
function targetOf(context: CallContext, handle: Value | undefined, builtin: string): Transaction {
  if (kindOf(handle) === "pg_mock_pool") return { kind: "mock", mock: mockOf(context, handle, builtin) };
  if (kindOf(handle) !== "pg_tx") return { kind: "live", runner: poolOf(context, handle, builtin) };
  const id = idOf(handle, "pg_tx", builtin);
  const found = context.service(postgresHandles).transactions.get(id);
  if (found === undefined) throw runtimeError(`pg_transaction: unknown transaction \`${id}\``);
  return found;
}

interface Statement {
  readonly sql: string;
  readonly params: ListValue;
}

function statementOf(
  builtin: string,
  handle: Value | undefined,
  sql: Value | undefined,
  params: Value | undefined,
): Statement {
  if (handle === undefined) throw runtimeError(`${builtin}: pool or transaction handle is required`);
  const text = sql === undefined ? "" : show(sql);
  if (text.trim() === "") throw runtimeError(`${builtin}: sql is required`);
  if (params === undefined || params === null) return { sql: text, params: new ListValue([]) };
  if (!(params instanceof ListValue)) throw runtimeError(`${builtin}: params must be a list when provided`);
  return { sql: text, params };
}

async function run(
  context: CallContext,
  label: string,
  runner: StatementRunner,
  { sql, params }: Statement,
): Promise<DatabaseResult> {
  try {
    return await runner.run(sql, params.view().map(parameterOf), context.signal);
  } catch (error) {
    throw databaseFailure(label, error);
  }
}

/** Lets `shape` make the answer out of the rows. */
function query(
  context: CallContext,
  builtin: string,
  args: readonly (Value | undefined)[],
  shape: (rows: readonly Value[]) => Value,
): Outcome {
  const [handle, sql, params] = args;
  const statement = statementOf(builtin, handle, sql, params);
  const target = targetOf(context, handle, "pg_query");
  if (target.kind === "mock") return shape(target.mock.rows(statement.sql, statement.params));
  return context.async(async () => shape(rowsOf(await run(context, "pg_query", target.runner, statement))));
}

function execute(context: CallContext, args: readonly (Value | undefined)[]): Outcome {
  const [handle, sql, params] = args;
  const statement = statementOf("pg_execute", handle, sql, params);
  const target = targetOf(context, handle, "pg_execute");
  const answer = (affected: number): Value => DictValue.of({ rows_affected: affected });
  if (target.kind === "mock") return answer(target.mock.affected(statement.sql, statement.params));
  return context.async(async () => answer((await run(context, "pg_execute", target.runner, statement)).affected));
}

/** Lets a closure work inside a transaction, under a handle that is good until it ends. */
async function within(context: CallContext, transaction: Transaction, body: Value): Promise<Value> {
  const { transactions } = context.service(postgresHandles);
  const id = context.service(postgresHandles).next("pgtx");
  transactions.set(id, transaction);
  try {
    return await context.callAsync(body, [handleValue("pg_tx", id)]);
  } finally {
    transactions.delete(id);
  }
}

async function transact(
  context: CallContext,
  connection: DatabaseConnection,
  body: Value,
  settings: DictValue | undefined,
): Promise<Value> {
  const runner: StatementRunner = {
    run: (sql, params, signal) => connection.run({ sql, params, continues: true }, signal),
  };
  await step("begin", () => connection.run({ sql: "BEGIN", params: [], continues: false }, context.signal));
  try {
    for (const [name, value] of settings?.entries() ?? []) {
      const params = [name, show(value)].map(parameterOf);
      await step(`set_config(${name})`, () => runner.run("select set_config($1, $2, true)", params, context.signal));
    }
    const result = await within(context, { kind: "live", runner }, body);
    await commit(runner);
    return result;
  } catch (error) {
    await runner.run("ROLLBACK", [], unstopped()).catch(() => {});
    throw error;
  }
}

/** A server answers the commit of a transaction in which a statement failed by rolling it back. */
async function commit(runner: StatementRunner): Promise<void> {
  const { command } = await step("commit", () => runner.run("COMMIT", [], unstopped()));
  if (command === "ROLLBACK")
    throw runtimeError("pg_transaction: commit failed: a statement had failed, so the transaction was rolled back");
}

async function step(name: string, act: () => Promise<DatabaseResult>): Promise<DatabaseResult> {
  try {
    return await act();
  } catch (error) {
    throw databaseFailure(`pg_transaction: ${name} failed`, error);
  }
}

/** How a transaction ends must not depend on whether the task that began it still waits. */
function unstopped(): AbortSignal {
  return new AbortController().signal;
}

function transaction(
  context: CallContext,
  pool: Value | undefined,
  body: Value | undefined,
  options: Value | undefined,
): Outcome {
  const isMock = kindOf(pool) === "pg_mock_pool";
  const target = isMock ? mockOf(context, pool, "pg_transaction") : poolOf(context, pool, "pg_transaction");
  if (!isCallable(body)) throw runtimeError("pg_transaction: second argument must be a closure");
  if (target instanceof MockPool) return context.async(() => within(context, { kind: "mock", mock: target }, body));
  const settings = dictOption(asDict(options), "settings");
  return context.async(async () => {
    try {
      return await target.withConnection(context.signal, (connection) => transact(context, connection, body, settings));
    } catch (error) {
      throw databaseFailure("pg_transaction: begin failed", error);
    }
  });
}

function open(
  context: CallContext,
  builtin: "pg_pool" | "pg_connect",
  source: Value | undefined,
  options: Value | undefined,
): Outcome {
  if (source === undefined) throw missingSource(builtin);
  const isSingle = builtin === "pg_connect";
  return context.async(async () => {
    const { pool, maxConnections, applicationName } = await openPool(
      context,
      builtin,
      source,
      asDict(options),
      isSingle,
    );
    const handles = context.service(postgresHandles);
    const id = handles.next(isSingle ? "pgconn" : "pgpool");
    handles.pools.set(id, pool);
    return handleValue("pg_pool", id, {
      max_connections: maxConnections,
      single_connection: isSingle,
      ...(applicationName === undefined ? {} : { application_name: applicationName }),
    });
  });
}

function missingSource(builtin: string): Raise {
  return runtimeError(`${builtin}: url, env:, secret:, or {url|env|secret} is required`);
}

function close(context: CallContext, handle: Value | undefined): Outcome {
  const { mocks, pools } = context.service(postgresHandles);
  if (kindOf(handle) === "pg_mock_pool") return mocks.delete(idOf(handle, "pg_mock_pool", "pg_close"));
  const id = idOf(handle, "pg_pool", "pg_close");
  const pool = pools.get(id);
  if (pool === undefined) return false;
  pools.delete(id);
  context.service(openConnections).remove(pool);
  return context.async(async () => {
    await pool.close();
    return true;
  });
}

function fixturesOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  if (value instanceof DictValue) return [value];
  if (value instanceof ListValue) return value.view();
  throw runtimeError("pg_mock_pool: fixtures must be a list of dicts");
}

const queryParams = [req("handle", t.any), req("sql", t.any), opt("params", t.any)] as const;
const openParams = [req("source", t.any), opt("options", t.any)] as const;

export const postgresBuiltins: readonly Builtin[] = [
  postgres({
    name: "pg_pool",
    summary:
      "Open a pool of connections to a Postgres server: a URL, `env:NAME`, or `{url | env}`. Options: `max_connections` (5), `min_connections`, `acquire_timeout_ms` (30000), `idle_timeout_ms`, `max_lifetime_ms`, `ssl_mode`, `application_name`, `statement_cache_capacity` (100).",
    params: openParams,
    returns: t.dict,
    effect: "net",
    lenient: true,
    run: (context, source, options) => open(context, "pg_pool", source, options),
  }),
  postgres({
    name: "pg_connect",
    summary: "Open a pool of a single connection, for work that needs one session.",
    params: openParams,
    returns: t.dict,
    effect: "net",
    lenient: true,
    run: (context, source, options) => open(context, "pg_connect", source, options),
  }),
  postgres({
    name: "pg_query",
    summary:
      "The rows of a statement, as dicts by column. Values go in as `params` for `$1`, `$2` …, never into the text.",
    params: queryParams,
    returns: t.list,
    effect: "net",
    lenient: true,
    examples: [
      ['pg_query(pg_mock_pool([{sql: "select 1 as one", rows: [{one: 1}]}]), "select 1 as one")', "[{one: 1}]"],
    ],
    run: (context, handle, sql, params) =>
      query(context, "pg_query", [handle, sql, params], (rows) => new ListValue([...rows])),
  }),
  postgres({
    name: "pg_query_one",
    summary: "The first row of a statement, nil when there is none.",
    params: queryParams,
    effect: "net",
    lenient: true,
    examples: [
      ['pg_query_one(pg_mock_pool([{sql: "select 1 as one", rows: [{one: 1}]}]), "select 1 as one")', "{one: 1}"],
    ],
    run: (context, handle, sql, params) =>
      query(context, "pg_query_one", [handle, sql, params], ([row]) => row ?? null),
  }),
  postgres({
    name: "pg_execute",
    summary: "Run a statement for what it does: `{rows_affected}`.",
    params: queryParams,
    returns: t.dict,
    effect: "net",
    lenient: true,
    examples: [
      ['pg_execute(pg_mock_pool([{sql: "delete from t", rows_affected: 2}]), "delete from t")', "{rows_affected: 2}"],
    ],
    run: (context, handle, sql, params) => execute(context, [handle, sql, params]),
  }),
  postgres({
    name: "pg_transaction",
    summary:
      "Let a closure work in a transaction: it is committed when the closure returns, rolled back when it throws. `options.settings` hold for the transaction alone.",
    params: [req("pool", t.any), req("body", t.any), opt("options", t.any)],
    effect: "net",
    lenient: true,
    run: transaction,
  }),
  postgres({
    name: "pg_close",
    summary: "Close a pool; whether it was open.",
    params: [req("pool", t.any)],
    returns: t.bool,
    effect: "net",
    lenient: true,
    examples: [["pg_close(pg_mock_pool([]))", "true"]],
    run: close,
  }),
  postgres({
    name: "pg_mock_pool",
    summary: "A pool that answers from fixtures `{sql, params?, rows?, rows_affected?, error?}`, for tests.",
    params: [opt("fixtures", t.any)],
    returns: t.dict,
    effect: "net",
    lenient: true,
    examples: [["pg_mock_pool([])._type", "pg_mock_pool"]],
    run(context, fixtures) {
      const handles = context.service(postgresHandles);
      const mock = new MockPool(fixturesOf(fixtures));
      const id = handles.next("pgmock");
      handles.mocks.set(id, mock);
      return handleValue("pg_mock_pool", id);
    },
  }),
  postgres({
    name: "pg_mock_calls",
    summary: "What a mocked pool was asked: `{sql, params, execute}` each.",
    params: [req("mock", t.any)],
    returns: t.list,
    effect: "net",
    lenient: true,
    examples: [["pg_mock_calls(pg_mock_pool([]))", "[]"]],
    run: (context, mock) => new ListValue(mockOf(context, mock, "pg_mock_calls").calls.map(handOut)),
  }),
];
