import { describe, expect, test } from "vitest";
import { readJson, stringifyJson } from "../../../value/index.ts";
import { canonicalSchema } from "../schema/canonical.ts";
import { validate } from "../schema/validate.ts";
import { type Check, JsonStream, type Verdict } from "./json-stream.ts";

const check: Check = (value, schema) => validate(value, schema, { appliesDefaults: false, matches: () => true }).errors;

function shown(verdict: Verdict): string {
  return verdict.kind === "invalid" ? `${verdict.path}: ${verdict.reason}` : verdict.kind;
}

/** The verdict after each piece, and the last one. */
function run(schema: string, pieces: readonly string[]): string[] {
  const stream = new JsonStream(canonicalSchema(readJson(schema)));
  return [...pieces.map((piece) => shown(stream.feed(piece, check))), shown(stream.finish(check))];
}

const person = `{"type": "dict", "required": ["name"], "properties": {
  "name": {"type": "string"}, "age": {"type": "int", "min": 0}, "nick": {"type": "string", "nullable": true},
  "tags": {"type": "list", "items": {"type": "string"}}, "o": {"type": "dict", "properties": {"n": {"type": "string"}}}
}}`;

describe("verdicts", () => {
  test.each<[schema: string, pieces: string[], wanted: string[]]>([
    [
      person,
      ['{"na', 'me": "A', "d\\u00", 'e9", "age"', ": 3", '6, "tags": ["x"', ', "y"]', "}"],
      [...Array<string>(7).fill("pending"), "valid", "valid"],
    ],
    [person, ['{"name": 5', "}"], Array(3).fill("$.name: expected type 'string', got JSON number")],
    [person, ['{"nick": nul', 'l, "name": ""}'], ["pending", "valid", "valid"]],
    [
      person,
      ['{"age": -1', ","],
      ["pending", "$.age: at root: expected value >= 0, got -1", "$.age: at root: expected value >= 0, got -1"],
    ],
    [person, ['{"o": {"n": [', ""], Array(3).fill("$.o.n: expected type 'string', got JSON array")],
    [
      person,
      ['{"tags": ["a", 1', "]"],
      [
        "pending",
        "$.tags: at [1]: expected type 'string', got 'int'",
        "$.tags: at [1]: expected type 'string', got 'int'",
      ],
    ],
    [person, ["{}"], Array(2).fill("$: at root: missing required key 'name'")],
    [person, ['{"name": "a"'], ["pending", "$: incomplete JSON document at end of stream"]],
    [person, ['{"name": "a"} x'], Array(2).fill("$: trailing data after complete JSON value")],
    [person, ['{"name" "a"}'], Array(2).fill("$: JSON parse error: expected `:` at line 1 column 9")],
    [person, ["[1]"], Array(2).fill("$: expected type 'dict', got JSON array")],
    ['{"type": "dict"}', ['{"a": [1}'], Array(2).fill("$: mismatched JSON delimiter: expected ']', got '}'")],
    ['{"type": "dict"}', ["}"], Array(2).fill("$: expected JSON value, got '}'")],
    ['{"type": "dict"}', ['{"a": "\\q"}'], Array(2).fill("$: JSON parse error: invalid escape at line 1 column 9")],
    ['{"type": "int"}', ["4", "2"], ["pending", "pending", "valid"]],
    [
      '{"type": "int"}',
      ["4", "2 ", "1"],
      ["pending", "valid", "$: trailing data after complete JSON value", "$: trailing data after complete JSON value"],
    ],
    ['{"type": "float"}', ["4", ".5"], ["pending", "pending", "valid"]],
    ['{"type": "int"}', ["-"], ["pending", "$: JSON parse error: EOF while parsing a value at line 1 column 1"]],
    ['{"type": "any"}', ["nul", "l"], ["pending", "valid", "valid"]],
    ["{}", [""], ["pending", "$: incomplete JSON document at end of stream"]],
  ])("%s fed %j", (schema, pieces, wanted) => {
    expect(run(schema, pieces)).toEqual(wanted);
  });
});

test("however a document is cut, its verdict is that of the whole", () => {
  const documents = [
    '{"name": "é🙂\\"", "age": 3, "tags": ["a"], "o": {"n": "x", "k": [{}, 1.5e3, null]}}',
    '{"name": "a", "age": -1}',
    '{"name": true}',
    " [ ] ",
    '{"name": "a",}',
  ];
  for (const document of documents) {
    const [whole] = run(person, [document]).slice(-1);
    for (let at = 0; at <= document.length; at++)
      expect(run(person, [document.slice(0, at), document.slice(at)]).at(-1)).toBe(whole);
    expect(run(person, [...document]).at(-1)).toBe(whole);
  }
});

test("bytes may be cut inside a character", () => {
  const bytes = new TextEncoder().encode('{"name": "é🙂"}');
  for (let at = 0; at <= bytes.length; at++) {
    const stream = new JsonStream(canonicalSchema(readJson(person)));
    stream.feed(bytes.subarray(0, at), check);
    const verdict = stream.feed(bytes.subarray(at), check);
    expect(verdict.kind === "valid" && stringifyJson(verdict.value)).toBe('{"name":"é🙂"}');
  }
});
