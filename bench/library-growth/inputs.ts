// Inputs of a given size for every kind of value that a builtin may be given. `n` counts characters, elements or bytes, roughly.
import { BytesValue, DictValue, ListValue, SetValue, type Value } from "../../src/value/index.ts";

export interface Input {
  readonly name: string;
  readonly of: (n: number) => Value;
}

/** Each made once for a size: what is measured is the call. */
function input(name: string, make: (n: number) => Value): Input {
  let last: { readonly n: number; readonly value: Value } | undefined;
  return {
    name,
    of(n) {
      if (last?.n !== n) last = { n, value: make(n) };
      return last.value;
    },
  };
}

const repeated = (unit: string) => (n: number) => unit.repeat(Math.max(1, Math.floor(n / unit.length)));
const joined = (part: (at: number) => string, between: string, around: readonly [string, string] = ["", ""]) =>
  function text(n: number): string {
    const width = part(Math.floor(n / 20)).length + between.length;
    return (
      around[0] +
      Array.from({ length: Math.max(1, Math.floor(n / width)) }, (_, at) => part(at)).join(between) +
      around[1]
    );
  };

export const texts: readonly Input[] = [
  input("letters", repeated("a")),
  input("words", repeated("ab cd ")),
  input("blanks", repeated(" ")),
  input("lines", repeated("x y\n")),
  input("line ends", repeated("\n")),
  input("backslashes", repeated("\\")),
  input("quotes", repeated('"')),
  input("accents", repeated("é")),
  input("beyond the plane", repeated("😀")),
  input("combining marks", repeated("\u0301")),
  input("digits", repeated("1")),
  input("hex", repeated("61")),
  input("base64", repeated("QUFB")),
  input("open brackets", repeated("[")),
  input("open braces", repeated("{")),
  input("template holes", repeated("{{ x }}")),
  input("open template holes", repeated("{{")),
  input("tags", repeated("<b>x</b>")),
  input("open tags", repeated("<b")),
  input("comments", repeated("<!-- ")),
  input("escapes", repeated("\u001b[1m")),
  input("percent", repeated("%41")),
  input("stars", repeated("*a")),
  input("open fences", repeated("```json\n{")),
  input("diff lines", repeated("-a\n+b\n")),
  input("paths", repeated("../a/")),
  input(
    "cookies",
    joined((at) => `k${at}=v`, "; "),
  ),
  input(
    "query",
    joined((at) => `k${at}=v`, "&"),
  ),
  input(
    "csv",
    joined((at) => `${at},b,"c"`, "\n"),
  ),
  input(
    "yaml",
    joined((at) => `k${at}: 1`, "\n"),
  ),
  input(
    "toml",
    joined((at) => `k${at} = 1`, "\n"),
  ),
  input(
    "json list",
    joined((at) => String(at), ",", ["[", "]"]),
  ),
  input(
    "json floats",
    joined((at) => `${at}.25`, ",", ["[", "]"]),
  ),
  input(
    "json dict",
    joined((at) => `"k${at}":1`, ",", ["{", "}"]),
  ),
  input(
    "json dict of one key",
    joined(() => `"k":1`, ",", ["{", "}"]),
  ),
  input("json in prose", (n) => `see: ${joined((at) => `{"a": ${at}`, " ")(n)}`),
  input("json nested", (n) => "[".repeat(n / 2) + "]".repeat(n / 2)),
  input(
    "harn code",
    joined((at) => `let v${at} = ${at}`, "\n"),
  ),
];

const list = (of: (at: number) => Value) => (n: number) => new ListValue(Array.from({ length: n }, (_, at) => of(at)));

export const lists: readonly Input[] = [
  input(
    "ints",
    list((at) => (at * 7919) % 100_003),
  ),
  input(
    "sorted ints",
    list((at) => at),
  ),
  input(
    "one int",
    list(() => 1),
  ),
  input(
    "texts",
    list((at) => `t${(at * 7919) % 100_003}`),
  ),
  input(
    "one text",
    list(() => "t"),
  ),
  input(
    "pairs",
    list((at) => new ListValue([`k${at}`, at])),
  ),
  input(
    "dicts",
    list((at) => DictValue.of({ id: `k${at}`, name: `n${at}`, path: `p/${at}`, kind: "a", value: at, content: "x" })),
  ),
  input(
    "lists of two",
    list((at) => new ListValue([at, at + 1])),
  ),
  input(
    "messages",
    list((at) => DictValue.of({ role: at % 2 === 0 ? "user" : "assistant", content: `m${at}` })),
  ),
];

export const dicts: readonly Input[] = [
  input("keys", (n) => new DictValue(new Map(Array.from({ length: n }, (_, at) => [`k${at}`, at])))),
  input("keys of texts", (n) => new DictValue(new Map(Array.from({ length: n }, (_, at) => [`k${at}`, `v${at}`])))),
  input(
    "keys of dicts",
    (n) => new DictValue(new Map(Array.from({ length: n }, (_, at) => [`k${at}`, DictValue.of({ type: "string" })]))),
  ),
  input("nested", nestedDict),
];

function nestedDict(n: number): Value {
  let value: Value = 1;
  for (let at = 0; at < n; at++) value = DictValue.of({ a: value });
  return value;
}

export const bytes: readonly Input[] = [
  input("zeros", (n) => new BytesValue(new Uint8Array(n))),
  input("letters", (n) => new BytesValue(new Uint8Array(n).fill(97))),
];

export const sets: readonly Input[] = [
  input("ints", (n) => new SetValue(Array.from({ length: n }, (_, at) => at))),
  input("texts", (n) => new SetValue(Array.from({ length: n }, (_, at) => `t${at}`))),
];
