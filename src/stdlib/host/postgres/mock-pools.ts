import { DictValue, handOut, ListValue, runtimeError, show, stringifyJson, type Value } from "../../../value/index.ts";
import { asDict, intOption } from "../options.ts";

interface Fixture {
  readonly sql: string;
  /** In JSON; undefined for any. */
  readonly params: string | undefined;
  readonly rows: readonly Value[];
  readonly affected: number;
  readonly error: string | undefined;
}

/** Answers statements from fixtures, and remembers what was asked. */
export class MockPool {
  readonly calls: DictValue[] = [];
  readonly #fixtures: readonly Fixture[];

  constructor(fixtures: readonly Value[]) {
    this.#fixtures = fixtures.map(fixtureOf);
  }

  rows(sql: string, params: ListValue): readonly Value[] {
    return this.#answer(sql, params, false).rows.map(handOut);
  }

  affected(sql: string, params: ListValue): number {
    return this.#answer(sql, params, true).affected;
  }

  #answer(sql: string, params: ListValue, execute: boolean): Fixture {
    this.calls.push(DictValue.of({ sql, params: handOut(params), execute }));
    const json = stringifyJson(params);
    const found = this.#fixtures.find(
      (fixture) => fixture.sql.trim() === sql.trim() && (fixture.params === undefined || fixture.params === json),
    );
    if (found === undefined) throw runtimeError(`pg_mock: no fixture matched \`${sql}\``);
    if (found.error !== undefined) throw runtimeError(`pg_mock: ${found.error}`);
    return found;
  }
}

function fixtureOf(value: Value): Fixture {
  const fields = asDict(value);
  if (fields === undefined) throw runtimeError("pg_mock_pool: each fixture must be a dict");
  const sql = show(fields.get("sql") ?? "");
  if (sql.trim() === "") throw runtimeError("pg_mock_pool: fixture.sql is required");
  const rows = fields.get("rows") ?? new ListValue([]);
  if (!(rows instanceof ListValue)) throw runtimeError("pg_mock_pool: fixture.rows must be a list");
  const params = fields.get("params");
  return {
    sql,
    params: params === undefined ? undefined : stringifyJson(params),
    rows: rows.view(),
    affected: Math.max(0, intOption(fields, "rows_affected") ?? rows.view().length),
    error: show(fields.get("error") ?? "") || undefined,
  };
}
