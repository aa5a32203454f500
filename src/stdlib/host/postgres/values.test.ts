import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BytesValue, DurationValue, FloatValue, ListValue, show, type Value } from "../../../value/index.ts";
import { value } from "../testing/bench.ts";
import { type ArrayElement, readArrayText, writeArrayText } from "./array-text.ts";
import { oid } from "./types.ts";
import { cellValue, parameterOf, rowsOf } from "./values.ts";

describe("parameters", () => {
  test.each<[string, Value, number, string | null]>([
    ["an int", 5, oid.int8, "5"],
    ["a big int", 9_223_372_036_854_775_807n, oid.int8, "9223372036854775807"],
    ["a float", new FloatValue(1.5), oid.float8, "1.5"],
    ["an infinite float", new FloatValue(-Infinity), oid.float8, "-Infinity"],
    ["a text", "it's $1; drop table t", oid.text, "it's $1; drop table t"],
    ["a flag", true, oid.bool, "true"],
    ["nil", null, 0, null],
    ["bytes", new BytesValue(Uint8Array.of(1, 255)), oid.bytea, "\\x01ff"],
    ["a duration", new DurationValue(1500), oid.int8, "1500"],
    ["a dict", value({ a: [1] }), oid.jsonb, '{"a":[1]}'],
  ])("%s", (_name, given, type, text) => expect(parameterOf(given)).toEqual({ type, text }));

  test("a list goes as JSON or as an array", () =>
    expect(parameterOf(value([1, null, ['a"b', "NULL"]]))).toEqual({
      type: 0,
      text: '[1,null,["a\\"b","NULL"]]',
      arrayText: '{"1",NULL,{"a\\"b","NULL"}}',
    }));
});

describe("cells", () => {
  test.each<[string, number, string, string]>([
    ["bool", oid.bool, "t", "true"],
    ["int8 beyond 2^53", oid.int8, "9007199254740993", "9007199254740993"],
    ["float8", oid.float8, "0.1", "0.1"],
    ["numeric stays exact", 1700, "1.50", "1.50"],
    ["uuid", 2950, "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000001"],
    ["jsonb", oid.jsonb, '{"a": [1, 2.5]}', "{a: [1, 2.5]}"],
    ["bytea", oid.bytea, "\\x0102", 'b"0102"'],
    ["bytea in its older form", oid.bytea, "a\\\\\\001", 'b"615c01"'],
    ["date", 1082, "2024-01-02", "2024-01-02"],
    ["timestamp", oid.timestamp, "2024-01-02 03:04:05.5", "2024-01-02T03:04:05.5"],
    ["timestamptz", oid.timestamptz, "2024-01-02 03:04:05+00", "2024-01-02T03:04:05Z"],
    ["timestamptz of another zone", oid.timestamptz, "2024-01-02 03:04:05-03", "2024-01-02T03:04:05-03:00"],
    ["an endless timestamp", oid.timestamptz, "infinity", "infinity"],
    ["int4[]", 1007, "{1,NULL,3}", "[1, nil, 3]"],
    ["nested text[]", 1009, '{{"a,b",c},{"",NULL}}', "[[a,b, c], [, nil]]"],
    ["bounds", 1007, "[0:1]={7,8}", "[7, 8]"],
    ["timestamptz[]", 1185, '{"2024-01-02 03:04:05+00"}', "[2024-01-02T03:04:05Z]"],
    ["an unknown type", 600, "(1,2)", "(1,2)"],
    ["void", oid.void, "", "nil"],
  ])("%s", (_name, type, text, shown) => expect(show(cellValue(type, text))).toBe(shown));

  test("rows are dicts, and of two columns of one name the later one counts", () => {
    const columns = ["a", "b", "a"].map((name) => ({ name, type: oid.int4 }));
    const [row] = rowsOf({ columns, rows: [["1", null, "3"]], affected: 1, command: "SELECT" });
    expect(show(row as Value)).toBe("{a: 3, b: nil}");
  });
});

test("what is written as an array is read as the same array", () => {
  const arrays = fc.letrec<{ array: ArrayElement[] }>((tie) => ({
    array: fc.array(fc.oneof({ maxDepth: 3 }, fc.string(), fc.constant(null), fc.constant("NULL"), tie("array")), {
      maxLength: 5,
    }),
  })).array;
  fc.assert(
    fc.property(arrays, (array) => {
      expect(readArrayText(writeArrayText(array))).toEqual(array);
    }),
  );
});

test.each(["", "{", "{1", '{"a', "{1}x", "1,2", '{"a"b}'])("%j is no array", (text) =>
  expect(readArrayText(text)).toBeUndefined(),
);

test("a list of texts is one parameter however it looks", () => {
  const { arrayText } = parameterOf(new ListValue(["a,b", "}", '"', "\\"]));
  expect(readArrayText(arrayText ?? "")).toEqual(["a,b", "}", '"', "\\"]);
});
