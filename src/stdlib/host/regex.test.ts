import { describe, expect, test } from "vitest";
import type { CompiledRegex } from "../../builtin/index.ts";
import { stringifyJson } from "../../value/index.ts";
import { RegexCache } from "./regex.ts";
import { Bench } from "./testing/bench.ts";

async function json(name: string, ...args: string[]): Promise<string> {
  return stringifyJson(await new Bench().start(name, ...args));
}

describe("great patterns", () => {
  const text = "a".repeat(5000);

  test("texts of thousands of letters are found", async () => {
    expect(await json("regex_match", text, `b${text}b`)).toBe(JSON.stringify([text]));
    expect(await json("regex_replace", text, "x", `b${text}b`)).toBe('"bxb"');
    expect(await json("regex_replace", text, "<$0>", `b${text}b`)).toBe(`"b<${text}>b"`);
    expect(await json("regex_split", `b${text}${text}b`, text)).toBe('["b","","b"]');
    expect(await json("regex_captures", text, `b${text}b`)).toBe(`[{"groups":[],"match":"${text}"}]`);
  });

  test.each([
    ["a".repeat(65_537), "Invalid regex: the pattern has 65537 characters, more than 65536"],
    ["\\w".repeat(1001), "Invalid regex: the pattern has more than 1000 classes of word characters (\\w)"],
  ])("those that the engine takes long to refuse are refused before", async (pattern, message) => {
    expect(await new Bench().shown("regex_match", pattern, "a")).toBe(`!! ${message}`);
  });
});

describe("regex builtins", () => {
  test.each([
    [["\\d+", "a1 b22"], '["1","22"]'],
    [["\\d+", "abc"], "null"],
    [["x*", "axb"], '["","x",""]'],
    [["", "ab"], '["","",""]'],
    [["^l.", "l1\nl2"], '["l1"]'],
    [["^l.", "l1\nl2", "m"], '["l1","l2"]'],
    [["ÉA", "éa", "i"], '["éa"]'],
    [["a b # comment", "ab", "x"], '["ab"]'],
    [["^A.B$", "x\na\nb", "ims"], '["a\\nb"]'],
    [["\\p{Greek}+", "abc αβγ"], '["αβγ"]'],
    [["😀+", "a😀😀"], '["😀😀"]'],
  ])("regex_match %j", async (args, expected) => {
    expect(await json("regex_match", ...args)).toBe(expected);
  });

  test.each([
    [["(\\w)(\\d)", "a1 b2"], '[{"groups":["a","1"],"match":"a1"},{"groups":["b","2"],"match":"b2"}]'],
    [["(a)|(b)", "ab"], '[{"groups":["a",null],"match":"a"},{"groups":[null,"b"],"match":"b"}]'],
    [["(?P<x>a)|(?P<y>b)", "b"], '[{"groups":[null,"b"],"match":"b","y":"b"}]'],
    [["(?P<match>a)", "a"], '[{"groups":["a"],"match":"a"}]'],
    [["z", "abc"], "[]"],
  ])("regex_captures %j", async (args, expected) => {
    expect(await json("regex_captures", ...args)).toBe(expected);
  });

  test.each([
    [["a1b22c", "\\d+"], '["a","b","c"]'],
    [["abc", ""], '["","a","b","c",""]'],
    [["", ","], '[""]'],
    [["aXbxc", "x", "i"], '["a","b","c"]'],
  ])("regex_split %j", async (args, expected) => {
    expect(await json("regex_split", ...args)).toBe(expected);
  });

  test("regex_replace expands groups", async () => {
    expect(await json("regex_replace", "(?P<a>\\w+) (\\w+)", "$2 ${a} $$", "hello world")).toBe('"world hello $"');
    expect(await json("regex_replace_all", "\\d", "#", "a1b2")).toBe('"a#b#"');
  });

  test.each([
    ["regex_match", ["a", "a", "q"], "!! Invalid regex: unsupported regex flag 'q', expected one of i/m/s/x"],
    ["regex_match", ["(", "x"], "!! Invalid regex: regex parse error:\n    (\n    ^\nerror: unclosed group"],
    ["regex_match", ["(", "x", "i"], "!! Invalid regex: regex parse error:\n    (\n    ^\nerror: unclosed group"],
    [
      "regex_split",
      ["a", "*a"],
      "!! Invalid regex: regex parse error:\n    *a\n    ^\nerror: repetition operator missing expression",
    ],
  ])("%s%j fails", async (name, args, message) => {
    expect(await new Bench().shown(name, ...args)).toBe(message);
  });

  test("without an engine say so", async () => {
    const bench = new Bench({
      services: {
        regexEngine: {
          compile: () => {
            throw new Error("this host offers no regular expressions");
          },
        },
      },
    });
    expect(await bench.shown("regex_match", "a", "a")).toBe(
      "!! Invalid regex: this host offers no regular expressions",
    );
  });
});

describe("RegexCache", () => {
  test("compiles once, drops the least recently used, and disposes of it", () => {
    const log: string[] = [];
    const compile = (pattern: string): CompiledRegex => {
      log.push(`+${pattern}`);
      return {
        findAll: () => [],
        matches: () => [],
        split: () => [],
        replaceAll: (text) => text,
        dispose: () => log.push(`-${pattern}`),
      };
    };
    const cache = new RegexCache({ compile }, 2);
    for (const pattern of ["a", "b", "a", "c", "a", "b"]) cache.get(pattern);
    expect(log).toEqual(["+a", "+b", "+c", "-b", "+b", "-c"]);
  });
});
