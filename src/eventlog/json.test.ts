import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BytesValue,
  DictValue,
  DurationValue,
  EnumValue,
  FloatValue,
  JsonError,
  ListValue,
  SetValue,
  type Value,
} from "../value/index.ts";
import { encodeJson, type Json } from "./json.ts";
import { formatFloat } from "./json-number.ts";
import { encodeValue, jsonOfValue, parseExactJson, parsePlainJson, valueOfJson } from "./value-json.ts";

describe("encodeJson", () => {
  test("sorts keys by code point at every level", () => {
    expect(encodeJson({ b: 1, a: { z: [{ y: 1, x: 2 }] }, "｡": 1, "😀": 2 })).toBe(
      '{"a":{"z":[{"x":2,"y":1}]},"b":1,"｡":1,"😀":2}',
    );
  });

  test("keeps integer-like keys in text order and `__proto__` ordinary", () => {
    expect(encodeJson({ "10": 1, "9": 2, a: 3 })).toBe('{"10":1,"9":2,"a":3}');
    expect(encodeJson(parseExactJson('{"__proto__":1,"a":2}'))).toBe('{"__proto__":1,"a":2}');
  });

  test("leaves out what is undefined", () => {
    expect(encodeJson({ a: undefined, b: null })).toBe('{"b":null}');
  });

  test("marks whole floats and spells big integers exactly", () => {
    expect(encodeJson([new FloatValue(2), 2, 2.5, 9007199254740993n, -0])).toBe("[2.0,2,2.5,9007199254740993,0]");
  });
});

describe("formatFloat", () => {
  test.each([
    [0, "0.0"],
    [-0, "-0.0"],
    [1e15, "1000000000000000.0"],
    [1e16, "1e16"],
    [1.5e300, "1.5e300"],
    [0.00001, "0.00001"],
    [0.000001, "1e-6"],
    [-123.456, "-123.456"],
    [Number.NaN, "null"],
    [Number.POSITIVE_INFINITY, "null"],
  ])("%d is %s", (value, text) => {
    expect(formatFloat(value)).toBe(text);
  });

  test("reads back as the same number", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(Number(formatFloat(value)), value),
      ),
    );
  });
});

describe("parsing", () => {
  const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).filter((n) => !Number.isSafeInteger(Number(n))),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => new FloatValue(value)),
      fc.string({ unit: "grapheme" }),
      fc.array(tie("json")),
      fc.dictionary(fc.string(), tie("json")),
    ),
  })).json;

  test("exact parsing undoes encoding", () => {
    fc.assert(fc.property(json, (value) => encodeJson(parseExactJson(encodeJson(value))) === encodeJson(value)));
  });

  test("plain parsing gives numbers where it can and keeps big integers", () => {
    expect(parsePlainJson('{"a":2.0,"b":9007199254740993}')).toEqual({ a: 2, b: 9007199254740993n });
  });

  test("says where a text stops being JSON", () => {
    expect(() => parsePlainJson("[1,\n2,]")).toThrow(JsonError);
    expect(() => parsePlainJson("[1,\n2,]")).toThrow("trailing comma at line 2 column 3");
  });

  test("refuses nesting without end instead of overflowing the stack", () => {
    expect(() => parseExactJson("[".repeat(100_000))).toThrow("recursion limit exceeded");
  });
});

describe("values of programs", () => {
  test("come back with int and float told apart", () => {
    const value = DictValue.of({
      whole: new FloatValue(2),
      int: 2,
      half: new FloatValue(2.5),
      big: 9007199254740993n,
      list: new ListValue([null, true, "x"]),
    });
    const text = encodeJson(jsonOfValue(value));
    expect(text).toBe('{"big":9007199254740993,"half":2.5,"int":2,"list":[null,true,"x"],"whole":2.0}');
    expect(encodeJson(jsonOfValue(valueOfJson(parseExactJson(text))))).toBe(text);
  });

  test.each([
    [new DurationValue(1500), '"1500ms"'],
    [new SetValue([2, 1]), '"set(2, 1)"'],
    [new EnumValue("Mood", "Angry", ["rain"]), '"Mood.Angry(rain)"'],
    [new BytesValue(new Uint8Array([104, 105])), '{"$bytes_b64":"aGk="}'],
    [new FloatValue(Number.NaN), "null"],
  ])("%o stands as %s", (value, text) => {
    expect([encodeJson(jsonOfValue(value)), encodeValue(value)]).toEqual([text, text]);
  });

  test("have one text, whichever way it is made", () => {
    const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "10", "9", "\ufffd", "\u{1f600}", "a"));
    const { value } = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constantFrom<Value>(null, true, false, new DurationValue(5), new SetValue([1, "a"])),
        fc.string(),
        fc.maxSafeInteger(),
        fc.bigInt({ min: 2n ** 60n, max: 2n ** 62n }),
        fc.double().map((number) => new FloatValue(number)),
        fc.array(tie("value")).map((items) => new ListValue(items)),
        fc.array(fc.tuple(key, tie("value"))).map((entries) => new DictValue(new Map(entries))),
      ),
    }));
    fc.assert(fc.property(value, (given) => encodeValue(given) === encodeJson(jsonOfValue(given))));
  });
});
