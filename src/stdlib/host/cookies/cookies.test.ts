import { expect, test } from "vitest";
import { DictValue, type Value } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";

const bench = new Bench();

function field(dict: Value, key: string): unknown {
  return dict instanceof DictValue ? dict.get(key) : undefined;
}

test("repeated and malformed cookies are told apart", async () => {
  expect(await bench.shown("cookie_parse", "a=1; b=2; a=3; x")).toBe(
    "{cookies: {a: 1, b: 2}, duplicates: {a: [1, 3]}, invalid: [{reason: missing '=', segment: x}], " +
      "pairs: [{name: a, value: 1}, {name: b, value: 2}, {name: a, value: 3}]}",
  );
});

test.each([
  ["a b", "v", {}, "cookie name is empty"],
  ["a", "v;w", {}, "encode it first"],
  ["a", "v", { path: "/;x" }, "Path contains an invalid cookie attribute value"],
  ["a", "v", { same_site: "None" }, "SameSite=None requires Secure"],
  ["a", "v", { same_site: "Some" }, "same_site must be one of"],
  ["a", "v", { max_age: "1" }, "option max_age must be an int, got string"],
])("cookie %s=%s with %j is refused", async (name, text, options, message) => {
  expect(await bench.shown("cookie_serialize", name, text, value(options))).toContain(message);
});

test("a session survives the way through a client, a forged one does not", async () => {
  const header = bench.now("session_cookie", "sid", value({ user: "ann" }), "secret");
  const jar = bench.now("cookie_round_trip", "theme=dark", header);
  const sent = await bench.shown(
    "session_from_cookies",
    value({ Cookie: field(jar, "cookie_header") }),
    "sid",
    "secret",
  );
  expect(sent).toBe("{error: nil, ok: true, payload: {user: ann}}");
  const token = String(bench.now("session_sign", value({ user: "ann" }), "other"));
  expect(await bench.shown("session_verify", token, "secret")).toContain("invalid_signature");
});

test("a removed cookie leaves the jar", async () => {
  const removal = bench.now("cookie_delete", "a");
  expect(await bench.shown("cookie_round_trip", "a=1; b=2", value([removal]))).toBe(
    "{cookie_header: b=2, cookies: {b: 2}}",
  );
});
