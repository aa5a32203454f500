import { describe, expect, test } from "vitest";
import { DictValue, equal, FloatValue, ListValue, show, stringifyJson, type Value } from "../../value/index.ts";
import { shown } from "../testing/fake-context.ts";
import { readToml, writeToml } from "./toml.ts";
import { readYaml } from "./yaml-reader.ts";
import { writeYaml } from "./yaml-writer.ts";

const nastyTexts = [
  "",
  " ",
  "plain",
  "two words",
  " lead",
  "trail ",
  "a: b",
  "a:b",
  "a #b",
  "a#b",
  "- x",
  "-x",
  "-",
  "?",
  "? x",
  ": x",
  ":x",
  "#x",
  "[x",
  "{x",
  "&x",
  "*x",
  "!x",
  "|",
  ">",
  "'",
  "it's",
  '"q"',
  "%x",
  "@x",
  "`x",
  "null",
  "~",
  "true",
  "Yes",
  "off",
  "n",
  "1",
  "-1.5",
  "1e3",
  "0x1f",
  "007",
  ".5",
  ".inf",
  "1_000",
  "é",
  "🙂",
  "\t",
  "a\tb",
  "\u0000",
  "\ufeff",
  "a\nb",
  "a\n",
  "\n",
  "\n\n",
  "a\n\nb\n\n",
  " a\nb",
  "a \nb",
  "a\n b",
  "---",
  "... x",
  "a, b",
  "a]",
  "<<",
];

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function makeValue(random: (below: number) => number, depth: number, scalars: readonly Value[]): Value {
  const form = depth === 0 ? 0 : random(4);
  const key = () => nastyTexts[random(nastyTexts.length)] as string;
  const parts = () => Array.from({ length: random(4) }, () => makeValue(random, depth - 1, scalars));
  if (form < 2) return scalars[random(scalars.length)] as Value;
  return form === 2 ? new ListValue(parts()) : new DictValue(new Map(parts().map((part) => [key(), part])));
}

const scalars: Value[] = [
  ...nastyTexts,
  true,
  0,
  -5,
  2n ** 60n,
  new FloatValue(2),
  new FloatValue(-0.5),
  new FloatValue(1e300),
  new FloatValue(Number.POSITIVE_INFINITY),
];

test("what was written as YAML reads back equal", () => {
  for (const value of [...scalars, null])
    expect(equal(readYaml(writeYaml(value)), value), stringifyJson(value)).toBe(true);
  for (let seed = 1; seed <= 400; seed++) {
    const value = makeValue(randomOf(seed), 4, [...scalars, null]);
    const text = writeYaml(value);
    expect(equal(readYaml(text), value), text).toBe(true);
  }
});

test("what was written as TOML reads back equal", () => {
  for (let seed = 1; seed <= 400; seed++) {
    const random = randomOf(seed);
    const value = new DictValue(
      new Map(
        Array.from({ length: random(5) }, (_, at) => [
          nastyTexts[random(nastyTexts.length)] ?? `k${at}`,
          makeValue(random, 3, scalars),
        ]),
      ),
    );
    const text = writeToml(value);
    expect(show(readToml(text)), text).toBe(show(value));
  }
});

describe("YAML", () => {
  test("block style, keys in order, quotes where they are needed", () => {
    const value = DictValue.of({
      z: 1,
      a: new ListValue([new ListValue([1, 2]), DictValue.of({ b: new ListValue(["x"]), c: null })]),
      "odd: key": "",
      m: "l1\nl2\n",
      on: "yes",
    });
    expect(writeYaml(value)).toBe(
      "a:\n- - 1\n  - 2\n- b:\n  - x\n  c: null\nm: |\n  l1\n  l2\n'odd: key': ''\n'on': 'yes'\nz: 1\n",
    );
  });

  test.each([
    ["a: &x [1]\nb: *x", '{"a":[1],"b":[1]}'],
    ["<<: 1", '{"<<":1}'],
    ["a: !mine {b: 1}", '{"a":{"!mine":{"b":1}}}'],
    ["a: !!str 1", '{"a":"1"}'],
    ["[0o17, 0x1f, 1e3, 007, 2024-01-02, yes]", '[15,31,1000,"007","2024-01-02","yes"]'],
    ["a: >\n  f1\n  f2\n", '{"a":"f1 f2\\n"}'],
    ["9223372036854775808", "9223372036854776000"],
    ["# nothing", "null"],
  ])("%j", (text, wanted) => {
    expect(stringifyJson(readYaml(text))).toBe(wanted);
  });

  test.each([
    [
      "a: 1\n---\nb: 2\n",
      "YAML parse error: deserializing from YAML containing more than one document is not supported",
    ],
    ["1: x", "yaml_parse: key must be a string"],
    ["a: 1\na: 2", 'YAML parse error: duplicate entry with key "a"'],
    ["a: 1\n b: 2\n", "YAML parse error: mapping values are not allowed in this context at line 2 column 3"],
    [
      "a:\n\tb: 1\n",
      "YAML parse error: found character that cannot start any token at line 2 column 1, while scanning for the next token",
    ],
    [
      "a: [1, 2\n",
      "YAML parse error: did not find expected ',' or ']' at line 2 column 1, while parsing a flow sequence at line 1 column 4",
    ],
    ["a: *nope\n", "YAML parse error: unknown anchor at line 1 column 4"],
    ["a: &a [*a]", "YAML parse error: unknown anchor at line 1 column 8"],
  ])("%j is refused", (text, wanted) => {
    expect(shown(() => readYaml(text))).toBe(`!! ${wanted}`);
  });

  test("aliases of aliases cost no more than their text", () => {
    const lines = ["a0: &a0 [x, x]"];
    for (let at = 1; at < 60; at++) lines.push(`a${at}: &a${at} [*a${at - 1}, *a${at - 1}]`);
    expect(readYaml(lines.join("\n"))).toBeInstanceOf(DictValue);
  });
});

describe("TOML", () => {
  test("plain entries first, then sections", () => {
    const value = DictValue.of({
      z: 1,
      t: DictValue.of({ u: DictValue.of({ v: new FloatValue(2) }) }),
      l: new ListValue([DictValue.of({ n: 1 }), DictValue.of({ n: 2, "odd key": 'q"' })]),
      mixed: new ListValue([1, DictValue.of({ k: true })]),
    });
    expect(writeToml(value)).toBe(
      `mixed = [1, { k = true }]\nz = 1\n\n[[l]]\nn = 1\n\n[[l]]\nn = 2\n"odd key" = 'q"'\n\n[t.u]\nv = 2.0\n`,
    );
  });

  test("ints, floats and dates", () => {
    expect(show(readToml("a = 9007199254740993\nb = 1.0\nc = 1979-05-27T07:32:00Z\n"))).toBe(
      "{a: 9007199254740993, b: 1.0, c: 1979-05-27T07:32:00Z}",
    );
  });

  test("what has no TOML form", () => {
    expect(shown(() => writeToml(5))).toBe("!! toml_stringify: unsupported i64 type");
    expect(shown(() => writeToml(DictValue.of({ a: null })))).toBe("!! toml_stringify: unsupported unit type");
    expect(shown(() => readToml("a = 9223372036854775808"))).toBe(
      "!! TOML parse error: integer 9223372036854775808 does not fit 64 bits",
    );
    expect(shown(() => readToml("a = "))).toBe("!! TOML parse error: invalid value at line 1 column 5");
  });
});
