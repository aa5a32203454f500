import { describe, expect, test } from "vitest";
import {
  BytesValue,
  DictValue,
  DurationValue,
  decodeBase64,
  encodeBase64,
  equal,
  FloatValue,
  ListValue,
  ok,
  PairValue,
  parseJson,
  Raise,
  RangeValue,
  readJson,
  SetValue,
  show,
  stringifyJson,
  type Value,
} from "./index.ts";

describe("stringify", () => {
  test("keys are in code point order and nothing is spaced", () => {
    const value = DictValue.of({
      b: new ListValue([1, new FloatValue(2), new FloatValue(-0), null]),
      "😀": true,
      "｡": "é",
    });
    expect(stringifyJson(value)).toBe('{"b":[1,2,-0,null],"｡":"é","😀":true}');
  });

  test("control characters, quotes and backslashes are escaped", () => {
    expect(stringifyJson('"\\\n\t\r\u0001\u007f\u009f/')).toBe('"\\"\\\\\\n\\t\\r\\u0001\\u007f\\u009f/"');
  });

  test("kinds that JSON does not have", () => {
    const values: [Value, string][] = [
      [new SetValue([2, 1]), "[2,1]"],
      [new RangeValue(1, 3, true), '"1 to 3 exclusive"'],
      [new BytesValue(new Uint8Array([0, 255, 16])), '{"$bytes_b64":"AP8Q"}'],
      [new FloatValue(Number.NaN), "null"],
      [new FloatValue(1e21), "1000000000000000000000"],
      [ok(1), "null"],
      [new PairValue(1, 2), "null"],
      [new DurationValue(5), "null"],
      [2n ** 62n, "4611686018427387904"],
    ];
    for (const [value, wanted] of values) expect(stringifyJson(value)).toBe(wanted);
  });

  test("over lines", () => {
    const value = DictValue.of({ a: new ListValue([1, new ListValue([])]), f: new FloatValue(2), o: new DictValue() });
    expect(stringifyJson(value, 2)).toBe('{\n  "a": [\n    1,\n    []\n  ],\n  "f": 2.0,\n  "o": {}\n}');
    const scalars: [Value, string][] = [
      [new FloatValue(1e16), "1e+16"],
      [new FloatValue(1e15), "1000000000000000.0"],
      [new FloatValue(-1.5e-6), "-1.5e-6"],
      [new FloatValue(0.00001), "0.00001"],
      [new FloatValue(-0), "-0.0"],
      [new FloatValue(Number.NaN), "null"],
      [new DurationValue(5000), '"5s"'],
      [ok(1), '"Result.Ok(1)"'],
      ["\b\u007f", '"\\b\u007f"'],
    ];
    for (const [scalar, wanted] of scalars) expect(stringifyJson(scalar, 2)).toBe(wanted);
  });
});

describe("parse", () => {
  test("ints keep 64 bits; everything else is a float", () => {
    const cases: [string, string][] = [
      ["9007199254740993", "9007199254740993"],
      ["-9223372036854775808", "-9223372036854775808"],
      ["9223372036854775808", "9223372036854776000"],
      ["1e3", "1000.0"],
      ["1.0", "1.0"],
      ["-0", "-0.0"],
      ["0", "0"],
      ["123456789012345678", "123456789012345678"],
      [' [1, {"a" : [true, false, null]}]\n', "[1, {a: [true, false, nil]}]"],
      ['{"a":1,"a":2}', "{a: 2}"],
      ['{"__proto__":1}', "{__proto__: 1}"],
      ['"\\u00e9\\ud83d\\ude42\\b\\/"', "é🙂\b/"],
    ];
    for (const [text, wanted] of cases) expect(show(readJson(text)), text).toBe(wanted);
  });

  test("what is wrong, and where", () => {
    const cases: [string, string][] = [
      ["", "EOF while parsing a value at line 1 column 0"],
      ["{bad", "key must be a string at line 1 column 2"],
      ["[1,", "EOF while parsing a value at line 1 column 3"],
      ["[1", "EOF while parsing a list at line 1 column 2"],
      ["[1 2]", "expected `,` or `]` at line 1 column 4"],
      ["[1,]", "trailing comma at line 1 column 4"],
      ["{", "EOF while parsing an object at line 1 column 1"],
      ['{"a"', "EOF while parsing an object at line 1 column 4"],
      ['{"a" 1}', "expected `:` at line 1 column 6"],
      ['{"a":1,}', "trailing comma at line 1 column 8"],
      ['{"a":1,', "EOF while parsing a value at line 1 column 7"],
      ['{"a":1 "b"}', "expected `,` or `}` at line 1 column 8"],
      ["nope", "expected ident at line 1 column 2"],
      ["hello", "expected value at line 1 column 1"],
      ["1 2", "trailing characters at line 1 column 3"],
      ["01", "invalid number at line 1 column 2"],
      ["-", "EOF while parsing a value at line 1 column 1"],
      ["-x", "invalid number at line 1 column 2"],
      ["1.", "EOF while parsing a value at line 1 column 2"],
      ["1.x", "invalid number at line 1 column 3"],
      ["1e400", "number out of range at line 1 column 5"],
      ['"abc', "EOF while parsing a string at line 1 column 4"],
      ['"a\nb"', "control character (\\u0000-\\u001F) found while parsing a string at line 2 column 0"],
      ['"\\q"', "invalid escape at line 1 column 3"],
      ['"\\ud800"', "unexpected end of hex escape at line 1 column 8"],
      ["\n\n  é}", "expected value at line 3 column 3"],
      ["[".repeat(2000), "recursion limit exceeded at line 1 column 1025"],
    ];
    for (const [text, wanted] of cases) expect(errorOf(text), text.slice(0, 20)).toBe(`JSON parse error: ${wanted}`);
  });

  function errorOf(text: string): Value {
    try {
      return show(parseJson(text));
    } catch (error) {
      if (error instanceof Raise) return error.value;
      throw error;
    }
  }

  test("what was written reads back equal", () => {
    const value = DictValue.of({
      n: 1,
      f: new FloatValue(0.5),
      deep: new ListValue([new DictValue(), "line\nbreak 🙂", -(2n ** 63n)]),
    });
    expect(equal(readJson(stringifyJson(value)), value)).toBe(true);
    expect(equal(readJson(stringifyJson(value, 2)), value)).toBe(true);
  });
});

describe("base64", () => {
  test("decoding undoes encoding, in every form", () => {
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 89 + length * 31) & 0xff);
      for (const isUrlSafe of [true, false]) {
        for (const isPadded of [true, false]) {
          const text = encodeBase64(bytes, { isUrlSafe, isPadded });
          expect(text.includes("=")).toBe(isPadded && length % 3 !== 0);
          expect(decodeBase64(text, { isUrlSafe, isPadded })).toEqual(bytes);
        }
      }
    }
  });

  test("strict about symbols, padding and stray bits", () => {
    for (const text of ["a", "ab", "ab=", "a b=", "ab==c", "aB==", "!!!!"])
      expect(() => decodeBase64(text), text).toThrow();
  });
});
