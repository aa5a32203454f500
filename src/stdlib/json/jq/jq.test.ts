import { describe, expect, test } from "vitest";
import { readJson, stringifyJson } from "../../../value/index.ts";
import { evaluate } from "./evaluate.ts";
import { parseQuery } from "./parser.ts";

const document = readJson(`{
  "name": "root", "n": 4, "on": true, "none": null, "tags": ["b", "a"], "odd key": 7,
  "users": [{"id": 1, "email": "x@y", "active": true, "age": 30}, {"id": 2, "email": "p@q", "active": false, "age": 41}, {"id": 3, "active": true}]
}`);

function run(query: string): string {
  return evaluate(parseQuery(query), document)
    .map((value) => stringifyJson(value))
    .join(" ");
}

describe("queries", () => {
  test.each([
    [".name", '"root"'],
    [".missing", "null"],
    ['."odd key"', "7"],
    ['.["odd key"]', "7"],
    [".users[0].id", "1"],
    [".users[-1].id", "3"],
    [".users[].id", "1 2 3"],
    [".users.[1].id", "2"],
    [".users[1:].[].id", "2 3"],
    [".users[:2] | length", "2"],
    [".users[99]", "null"],
    [".name[0]", "null"],
    [".n[]", ""],
    [".users | map(.id)", "[1,2,3]"],
    [".users[] | select(.active) | .id", "1 3"],
    [".users[] | select(.active | not) | .id", "2"],
    [".users[] | select(not .active) | .id", "2"],
    [".users[] | select(.age > 35) | .email", '"p@q"'],
    [".users[] | select(.active == true and .id != 1) | .id", "3"],
    [".users[] | select(.id == 1 or .id == 3) | .id", "1 3"],
    [".users[] | select(.id >= 2) | .id", "2 3"],
    ["keys", '["n","name","none","odd key","on","tags","users"]'],
    [".tags | keys", "[0,1]"],
    [".tags | values", '["b","a"]'],
    [".n | type", '"number"'],
    [".none | length", "0"],
    [".name, .n", '"root" 4'],
    ["{who: .name, count: .users | length}", '{"count":3,"who":"root"}'],
    ['{"a b": .n,}', '{"a b":4}'],
    ['.. | select(type == "string")', '"root" "b" "a" "x@y" "p@q"'],
    [".n < 4.5", "true"],
    ['.n < "x"', "false"],
    [".on | not", "false"],
    ["(.n)", "4"],
    ["-3", "-3"],
    ["1.5e1", "15"],
    ['"li\\nt"', '"li\\nt"'],
    ["null", "null"],
  ])("%s", (query, wanted) => {
    expect(run(query)).toBe(wanted);
  });
});

test("what is no query", () => {
  const cases: [string, string][] = [
    ["", "jq: expected expression near ''"],
    [".a |", "jq: expected expression near ''"],
    [".a b", "jq: unexpected input near 'b'"],
    ["[.n, .name]", "jq: expected expression near '[.n, .name]'"],
    ["{name, n}", "jq: expected ':' near ', n}'"],
    ["frob", "jq: unknown identifier 'frob'"],
    ["map .a", "jq: expected '(' near '.a'"],
    [".a[x]", "jq: expected ']' near 'x]'"],
    [".a[", "jq: expected ']' near ''"],
    ['"abc', "jq: unterminated string literal"],
    ["-", "jq: invalid number near '-'"],
  ];
  for (const [query, message] of cases) expect(() => parseQuery(query), query).toThrow(message);
});
