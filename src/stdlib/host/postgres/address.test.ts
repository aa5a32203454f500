import { expect, test } from "vitest";
import { Raise } from "../../../value/index.ts";
import { parsePostgresUrl } from "./address.ts";

function failing(url: string): unknown {
  try {
    return parsePostgresUrl(url);
  } catch (error) {
    return error instanceof Raise ? error.value : error;
  }
}

test("every part of a URL", () =>
  expect(
    parsePostgresUrl(
      "postgresql://an%40a:p%2Fw@db.example:6543/app?sslmode=verify-full&search_path=x&application_name=n",
    ),
  ).toMatchObject({
    host: "db.example",
    port: 6543,
    user: "an@a",
    password: "p/w",
    database: "app",
    tls: "verify-full",
    settings: { search_path: "x", application_name: "n" },
  }));

test("what a URL leaves out", () =>
  expect(parsePostgresUrl("postgres://")).toMatchObject({
    host: "localhost",
    port: 5432,
    user: undefined,
    password: undefined,
    database: undefined,
    tls: undefined,
    settings: {},
  }));

test("the folder of a Unix socket and an address of the newer kind", () => {
  expect(parsePostgresUrl("postgres:///app?host=/run/pg").host).toBe("/run/pg");
  expect(parsePostgresUrl("postgres://[::1]:1/app").host).toBe("::1");
});

test.each([
  ["ana:hunter2@host/db", "relative URL without a base"],
  ["mysql://ana:hunter2@host/db", "the scheme must be postgres or postgresql, not mysql"],
  ["postgres://ana:hunter2@host:99999/db", "invalid URL"],
  ["postgres://ana:hunter2@host/db?port=x", "invalid port number"],
  ["postgres://ana:hunter2%zz@host/db", "invalid percent-encoding"],
])("%s fails without its password", (url, reason) => {
  const text = String(failing(url));
  expect(text).toContain("pg_pool: invalid Postgres URL/options: error with configuration: ");
  expect(text).toContain(url.startsWith("ana:") ? "" : reason);
  expect(text).not.toContain("hunter2");
});
