import { describe, expect, test } from "vitest";
import {
  equal,
  readJson,
  SetValue,
  StructType,
  StructValue,
  show,
  stringifyJson,
  type Value,
} from "../../../value/index.ts";
import { shown } from "../../testing/fake-context.ts";
import { canonicalSchema } from "./canonical.ts";
import { exportSchema } from "./export.ts";
import { keepFields, partialSchema } from "./transform.ts";
import { validate } from "./validate.ts";

const matches = (pattern: string, text: string): boolean | string =>
  pattern === "(" ? "unclosed group" : new RegExp(pattern, "u").test(text);

function errorsOf(value: Value, schema: string, appliesDefaults = false): readonly string[] {
  return validate(value, canonicalSchema(readJson(schema)), { appliesDefaults, matches }).errors;
}

describe("what is wrong with a value", () => {
  test.each<[value: string, schema: string, wanted: string[]]>([
    ["1", '{"type": "integer"}', []],
    ["1.0", '{"type": "int"}', ["at root: expected type 'int', got 'float'"]],
    ["null", '{"type": "string", "nullable": true}', []],
    ["null", '{"properties": {}, "type": "object"}', ["at root: expected type 'dict', got 'nil'"]],
    ['{"a": null}', '{"properties": {"a": {"type": "string"}}}', ["at a: expected type 'string', got 'nil'"]],
    ["3", '{"const": 4}', ["at root: expected constant 4, got 3"]],
    ["3", '{"enum": [3.0]}', []],
    ['"z"', '{"enum": ["a", "b"]}', ["at root: value must be one of [a, b]"]],
    ["0", '{"minimum": 1, "max": 10}', ["at root: expected value >= 1, got 0"]],
    ["10.5", '{"maximum": 10}', ["at root: expected value <= 10, got 10.5"]],
    ['"🙂"', '{"minLength": 2}', ["at root: expected length >= 2, got 1"]],
    ['"abc"', '{"max_length": 2}', ["at root: expected length <= 2, got 3"]],
    ['"abc"', '{"pattern": "^x"}', ["at root: value does not match pattern '^x'"]],
    ['"abc"', '{"pattern": "("}', ["at root: invalid regex pattern '(': unclosed group"]],
    ["[1]", '{"min_items": 2}', ["at root: expected at least 2 items, got 1"]],
    ["[1, 2, 3]", '{"maxItems": 2}', ["at root: expected at most 2 items, got 3"]],
    ['[1, "x"]', '{"items": {"type": "int"}}', ["at [1]: expected type 'int', got 'string'"]],
    ["{}", '{"required": ["a", "b"]}', ["at root: missing required key 'a'", "at root: missing required key 'b'"]],
    ["{}", '{"properties": {"a": {"type": "int", "required": true}}}', ["at root: missing required key 'a'"]],
    ['{"b": 1}', '{"additionalProperties": false}', ["at root: unexpected key 'b'"]],
    [
      '{"b": "x"}',
      '{"properties": {"a": {}}, "additional_properties": {"type": "int"}}',
      ["at b: expected type 'int', got 'string'"],
    ],
    [
      '{"l": [{"n": "q"}]}',
      '{"properties": {"l": {"items": {"properties": {"n": {"type": "int"}}}}}}',
      ["at l[0].n: expected type 'int', got 'string'"],
    ],
    ["true", '{"type": ["int", "null"]}', ["at root: value did not match any union branch"]],
    ["null", '{"type": ["int", "null"]}', []],
    ["5", '{"allOf": [{"type": "int"}, {"min": 6}]}', ["at root: expected value >= 6, got 5"]],
    [
      '{"next": {"next": 5}}',
      '{"$ref": "#/definitions/node", "definitions": {"node": {"type": "dict", "properties": {"next": {"$ref": "#/definitions/node"}}}}}',
      ["at next.next: expected type 'dict', got 'int'"],
    ],
    ["1", '{"$ref": "#/definitions/none"}', ["at root: unresolved schema reference '#/definitions/none'"]],
    ["1", '{"$ref": "#"}', ["at root: unresolved schema reference '#'"]],
  ])("%s against %s", (value, schema, wanted) => {
    expect(errorsOf(readJson(value), schema)).toEqual(wanted);
  });

  test("a struct is a dict, and stays a struct", () => {
    const point = new StructValue(new StructType("P", ["x"]), new Map([["x", 1]]));
    const schema = canonicalSchema(readJson('{"type": "dict", "properties": {"y": {"default": 2}}}'));
    expect(show(validate(point, schema, { appliesDefaults: true, matches }).value)).toBe("P {x: 1, y: 2}");
    expect(show(point)).toBe("P {x: 1}");
  });

  test("a set has items", () => {
    expect(
      errorsOf(new SetValue([1, "x"]), '{"type": "array", "uniqueItems": true, "items": {"type": "int"}}'),
    ).toEqual(["at [1]: expected type 'int', got 'string'"]);
  });
});

test("defaults are filled in at any depth, checked, and only when asked for", () => {
  const schema =
    '{"properties": {"o": {"default": {}, "properties": {"d": {"type": "int", "default": 2}}}}, "required": ["o"]}';
  const filled = validate(readJson("{}"), canonicalSchema(readJson(schema)), { appliesDefaults: true, matches });
  expect(stringifyJson(filled.value)).toBe('{"o":{"d":2}}');
  expect(errorsOf(readJson("{}"), schema)).toEqual(["at root: missing required key 'o'"]);
  expect(errorsOf(readJson("{}"), '{"properties": {"a": {"type": "int", "default": "x"}}}', true)).toEqual([
    "at a: expected type 'int', got 'string'",
  ]);
});

test("a schema that is none", () => {
  expect(shown(() => canonicalSchema(5))).toBe("!! schema must be a dict");
  expect(shown(() => canonicalSchema(readJson('{"oneOf": {}}')))).toBe("!! schema union/all_of must be a list");
  expect(shown(() => canonicalSchema(readJson('{"items": []}')))).toBe("!! schema must be a dict");
});

test("to JSON Schema and back is the same schema", () => {
  const schemas = [
    '{"type": "dict", "required": ["a"], "properties": {"a": {"type": "int", "min": 1.0}, "b": {"type": "list", "items": {"type": "bool"}}}}',
    '{"union": [{"type": "nil"}, {"type": "string", "min_length": 2, "pattern": "x"}], "description": "d"}',
    '{"type": "list", "x-harn-type": "set"}',
    '{"additional_properties": {"type": "float"}, "definitions": {"n": {"type": "nil"}}}',
  ];
  for (const text of schemas) {
    const schema = canonicalSchema(readJson(text));
    expect(equal(canonicalSchema(exportSchema(schema, "json")), schema), text).toBe(true);
  }
});

test("parts of a schema", () => {
  const schema = canonicalSchema(
    readJson('{"required": ["a", "b"], "properties": {"a": {"required": ["x"]}, "b": {}}}'),
  );
  expect(show(partialSchema(schema))).toBe("{properties: {a: {}, b: {}}}");
  expect(show(keepFields(schema, (name) => name === "b"))).toBe("{properties: {b: {}}, required: [b]}");
});
