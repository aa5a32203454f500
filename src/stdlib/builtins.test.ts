import { describe, expect, test } from "vitest";
import { Catalog } from "../builtin/index.ts";
import {
  BytesValue,
  DictValue,
  err,
  FloatValue,
  ListValue,
  maxInt,
  minInt,
  ok,
  SetValue,
  type Value,
} from "../value/index.ts";
import { classifyErrorText, pureStdlib } from "./index.ts";
import { lateStdlib } from "./late.ts";
import { callBuiltin, shown } from "./testing/fake-context.ts";

const catalog = new Catalog([...pureStdlib, lateStdlib]);

function call(name: string, ...args: Value[]): string {
  const builtin = catalog.builtins.get(name);
  if (!builtin) throw new TypeError(`no builtin ${name}`);
  return shown(() => callBuiltin(builtin, ...args));
}

const f = (value: number) => new FloatValue(value);
const bytes = (...values: number[]) => new BytesValue(Uint8Array.from(values));

describe("results and misuse", () => {
  test.each<[name: string, args: Value[], wanted: string]>([
    ["len", ["naïve🙂"], "6"],
    ["len", [null], "0"],
    ["len", [bytes(1, 2)], "2"],
    [
      "len",
      [5],
      "!! Type error: 'len' parameter `value` expects string | bytes | list | dict | set | range | nil, got int",
    ],
    ["len", [], "!! Arity mismatch: 'len' expects 1 argument, got 0"],
    ["to_int", ["+7"], "7"],
    ["to_int", ["-0"], "0"],
    ["to_int", ["7.0"], "nil"],
    ["to_int", [" 7"], "nil"],
    ["to_int", ["9223372036854775807"], "9223372036854775807"],
    ["to_int", ["9223372036854775808"], "nil"],
    ["to_int", [f(1e30)], "9223372036854775807"],
    ["to_int", [true], "nil"],
    ["to_float", [".5"], "0.5"],
    ["to_float", ["5."], "5.0"],
    ["to_float", ["-Infinity"], "-inf"],
    ["to_float", ["nan"], "NaN"],
    ["to_float", ["1e400"], "inf"],
    ["to_float", ["0x1p3"], "nil"],
    ["to_float", [""], "nil"],
    ["to_list", [new SetValue([2, 1])], "[2, 1]"],
    ["to_list", [], "[nil]"],
    ["unwrap", [err("m")], "!! Runtime error: unwrap called on Err: m"],
    ["unwrap", [ok(null)], "nil"],
    ["unwrap_or", [ok(null), 7], "nil"],
    ["unwrap_or", [err("m"), 7], "7"],
    ["unwrap_err", [ok(1)], "!! Runtime error: unwrap_err called on non-Err"],
    ["unreachable", [], "!! Runtime error: unreachable code was reached"],
    ["unreachable", ["state 9"], "!! Runtime error: unreachable code was reached: state 9"],
    ["assert", [false], "!! Assertion failed"],
    ["assert", [0, "own words"], "!! own words"],
    ["assert_eq", [1, 2], "!! Assertion failed: expected 2, got 1"],
    ["assert_ne", [1, f(1)], "!! Assertion failed: values should not be equal: 1"],
    ["throw_error", ["m", "odd"], "!! {category: generic, message: m}"],
    ["throw_error", [], "!! {category: generic, message: }"],
    ["error_category", [DictValue.of({ category: "auth" })], "auth"],
    ["error_category", ["Error [timeout]: slow"], "timeout"],
    ["is_rate_limited", ["status 429"], "true"],
    ["format", ["{} {} {}", 1, 2], "1 2 {}"],
    ["format", ["{a} {b", DictValue.of({ a: "{a}" })], "{a} {b"],
    ["split", [10203, 0], "[1, 2, 3]"],
    ["split", [], "[]"],
    ["replace", ["abc"], "abc"],
    ["substring", ["harness", 2, -1], ""],
    ["str_pad", ["ab", 6, "*", "both"], "**ab**"],
    ["str_pad", ["ab", 5, "*", "middle"], "!! Runtime error: str_pad: side must be left, right, or both"],
    ["str_pad", ["👩‍🚀", 3, "."], "👩‍🚀.."],
    ["unicode_normalize", ["e\u0301", "NFC"], "é"],
    ["unicode_normalize", ["x", "y"], "!! Runtime error: unicode_normalize: form must be NFC, NFD, NFKC, or NFKD"],
    ["camel_to_snake", ["parseXML2Json"], "parse_xml2_json"],
    ["camel_to_kebab", ["aB1C2"], "a-b1-c2"],
    ["snake_to_pascal", ["__lead_trail__"], "LeadTrail"],
    ["title_case", ["o'neil  SHOUTS brown-fox"], "O'neil  Shouts Brown-fox"],
    ["uppercase", [null], "NIL"],
    ["dirname", ["/a/../b/./c"], "/a/../b"],
    ["dirname", ["a/b/"], "a"],
    ["dirname", ["/x"], "/"],
    ["dirname", ["/"], ""],
    ["basename", ["a//b/"], "b"],
    ["basename", [".."], ""],
    ["extname", ["trailing."], "."],
    ["extname", ["dir.d/file"], ""],
    ["abs", [minInt], "9223372036854776000"],
    ["abs", [-5], "5"],
    ["floor", [f(Number.NaN)], "!! Runtime error: cannot convert non-finite float to int"],
    ["ceil", [f(1e30)], "!! Runtime error: float is outside the representable int range"],
    ["round", [f(-2.5)], "-3"],
    ["round", [f(0.49999999999999994)], "0"],
    ["round", ["x"], "nil"],
    ["min", [3, f(3)], "3.0"],
    ["min", [f(Number.NaN), f(1)], "1.0"],
    ["max", [maxInt, 1], "9223372036854775807"],
    ["max", ["a", "b"], "nil"],
    ["pow", [10, 19], "10000000000000000000"],
    ["pow", [2, 62], "4611686018427387904"],
    ["pow", [-2, 63], "-9223372036854775808"],
    ["pow", [1, 2n ** 62n], "1"],
    ["pow", [-1, 3], "-1"],
    ["pow", [0, -1], "inf"],
    ["pow", [2], "nil"],
    ["sqrt", [-4], "NaN"],
    ["atan", [5], "1.373400766945016"],
    ["tan", [5], "-3.380515006246586"],
    ["exp", [5], "148.4131591025766"],
    ["log10", [5], "0.6989700043360189"],
    ["sign", [f(Number.NaN)], "NaN"],
    ["mean", [new ListValue([])], "0.0"],
    ["mean", [new ListValue(["x"])], "!! Type error: mean must be numeric"],
    ["median", [new ListValue([])], "!! Runtime error: median: items must not be empty"],
    ["percentile", [new ListValue([1, 2]), 101], "!! Runtime error: percentile must be between 0 and 100"],
    ["percentile", [new ListValue([1, 2, 4]), 75], "3.0"],
    ["variance", [new ListValue([1]), true], "!! Runtime error: sample variance requires at least 2 values"],
    ["variance", [new ListValue([1, 3]), true], "2.0"],
    ["stddev", [5], "!! Type error: stddev: items must be a list"],
    ["range", [f(2.5)], "!! Type error: range(n): expected integer argument"],
    ["range", [1, 2, 3], "!! Type error: range expects 1 or 2 integer arguments, got 3"],
    ["pair", [1], "!! Type error: pair: expected 2 arguments, got 1"],
    [
      "iter",
      [5],
      "!! Type error: 'iter' parameter `value` expects list | dict | string | set | range | iter | Generator | stream | channel, got int",
    ],
    ["set", [new ListValue([3, 1, 3]), 5], "set(3, 1, 5)"],
    ["set_add", [new ListValue([]), 2], "!! set_add: first argument must be a set"],
    ["set_union", [new SetValue([1]), 5], "!! set_union: arguments must be sets"],
    ["set_is_disjoint", [], "true"],
    ["set_contains", [new ListValue([1]), 1], "false"],
    ["partition", [], "!! Runtime error: partition: first argument must be a list"],
    ["partition", [new ListValue([])], "!! Runtime error: partition: callback is required"],
    ["window", [new ListValue([1, 2, 3]), 2, 2], "[[1, 2]]"],
    ["chunk", [new ListValue([1, 2, 3]), 0], "[[1], [2], [3]]"],
    ["group_by", [new ListValue([]), 1], "!! Type error: 'group_by' parameter `key_fn` expects closure, got int"],
    ["keys", [5], "!! Type error: 'keys' parameter `dict` expects dict, got int"],
    ["json_parse", ["{bad"], "!! JSON parse error: key must be a string at line 1 column 2"],
    ["json_extract", ['```json\n{"a": [1]}\n```'], "{a: [1]}"],
    ["json_extract", ['say {"a": "}"} now', "a"], "}"],
    ["json_extract", ["[1]", "a"], "!! json_extract: parsed value is not a dict, cannot extract key"],
    ["json_extract", ["{}", "a"], "!! json_extract: key 'a' not found"],
    ["json_extract", ["none"], "!! json_extract: failed to parse JSON: expected ident at line 1 column 2"],
    ["json_pointer", [DictValue.of({ "a/b": new ListValue([7]) }), "/a~1b/0"], "7"],
    ["json_pointer", [5, "/x"], "nil"],
    ["json_pointer", [5, "x"], "!! json_pointer: pointer must be empty or start with '/'"],
    ["json_pointer", [5, "/~2"], "!! json_pointer: invalid escape '~2' in pointer"],
    ["json_pointer_set", [DictValue.of({ a: 1 }), "/missing/b", 2], "{a: 1}"],
    ["json_pointer_set", [new ListValue([1, 2]), "/1", 9], "[1, 9]"],
    ["json_pointer_set", [new ListValue([1, 2]), "/5", 9], "[1, 2]"],
    ["json_pointer_delete", [new ListValue([1, 2]), "/0"], "[2]"],
    ["json_pointer_delete", [DictValue.of({ a: DictValue.of({ b: 1 }) }), "/a/b"], "{a: {}}"],
    ["bytes_slice", [bytes(1, 2, 3, 4), -5, 99], 'b"01020304"'],
    ["bytes_slice", [bytes(1, 2), 2, 1], 'b""'],
    ["bytes_slice", [bytes(1, 2), f(1), 2], "!! Type error: 'bytes_slice' parameter `start` expects int, got float"],
    ["bytes_from_hex", ["abc"], "!! Runtime error: bytes_from_hex: Odd number of digits"],
    ["bytes_from_hex", ["zz"], "!! Runtime error: bytes_from_hex: Invalid character 'z' at position 0"],
    ["bytes_from_base64", ["!!"], "!! Runtime error: bytes_from_base64: Invalid symbol 33, offset 0."],
    [
      "bytes_to_string",
      [bytes(0x68, 0xc3)],
      "!! Runtime error: bytes_to_string: incomplete utf-8 byte sequence from index 1",
    ],
    [
      "bytes_to_string",
      [bytes(0x68, 0xff, 0x68)],
      "!! Runtime error: bytes_to_string: invalid utf-8 sequence of 1 bytes from index 1",
    ],
    [
      "bytes_to_string",
      [bytes(0xe2, 0x82, 0x28)],
      "!! Runtime error: bytes_to_string: invalid utf-8 sequence of 2 bytes from index 0",
    ],
    ["bytes_to_string", [bytes(0xef, 0xbf, 0xbd)], "\ufffd"],
    ["bytes_to_string", [bytes(0xef, 0xbb, 0xbf, 0x78)], "\ufeffx"],
    ["bytes_to_string_lossy", [bytes(0x68, 0xc3)], "h\ufffd"],
    ["bytes_eq", [bytes(1), bytes(1)], "true"],
  ])("%s %#", (name, args, wanted) => {
    expect(call(name, ...args)).toBe(wanted);
  });

  test("same and addressed", () => {
    const list = new ListValue([1]);
    expect(call("is_same", list, list)).toBe("true");
    expect(call("is_same", list, new ListValue([1]))).toBe("false");
    expect(call("is_same", f(1), f(1))).toBe("true");
    expect(call("is_same", "x", "x")).toBe("true");
    expect(call("addr_of", list)).toBe(call("addr_of", list));
    expect(call("addr_of", list)).not.toBe(call("addr_of", new ListValue([1])));
    expect(call("addr_of", null)).toBe("nil@nil");
  });
});

test("errors are classified by status, then by words", () => {
  const cases: [string, string][] = [
    ["HTTP 401 Unauthorized", "auth"],
    ["404 then 429", "not_found"],
    ["request 4291 failed", "generic"],
    ["code 418, then 503", "overloaded"],
    ["context deadline exceeded", "timeout"],
    ["{type: overloaded_error}", "overloaded"],
    ["Connection RESET by peer", "transient_network"],
    ["insufficient_quota", "rate_limit"],
    ["anything else", "generic"],
  ];
  for (const [text, category] of cases) expect(classifyErrorText(text), text).toBe(category);
});
