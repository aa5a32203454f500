import { createRequire } from "node:module";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeRegexEngine } from "./node/regex-engine.ts";
import { plainPattern } from "./plain-pattern.ts";

// The engine with the promised answers, asked past the fast way.
const { RRegex } = createRequire(import.meta.url)("rregex") as typeof import("rregex");
const engine = nodeRegexEngine();

const letters = "ab-é🙂\n.1";
const member = fc.constantFrom("a", "b", "0-9", "a-z", "é", "🙂", "\\-", "\\.", "\\n", ".");
const atom = fc.oneof(
  fc.constantFrom("a", "b", "é", "🙂", "1", "\\.", "\\-", ".", "-"),
  fc
    .tuple(fc.constantFrom("", "^"), fc.array(member, { minLength: 1, maxLength: 3 }))
    .map(([not, members]) => `[${not}${members.join("")}]`),
);
const repeated = fc
  .tuple(atom, fc.constantFrom("", "", "", "?", "+", "*", "{2}", "{1,3}", "{1,}", "{0,2}", "+?", "{,2}"))
  .map((parts) => parts.join(""));
const sequence = fc.array(repeated, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(""));
const pattern = fc.array(sequence, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("|"));
const text = fc.string({ unit: fc.constantFrom(...letters), maxLength: 24 });

test("says what the promised engine says", () => {
  let plain = 0;
  fc.assert(
    fc.property(pattern, text, (source, subject) => {
      if (plainPattern(source) === undefined) return;
      plain += 1;
      const compiled = engine.compile(source);
      const promised = new RRegex(source);
      expect(compiled.findAll(subject)).toEqual(promised.findAll(subject).map(({ value }) => value));
      expect(compiled.split(subject)).toEqual(promised.split(subject));
      expect(compiled.replaceAll(subject, "<>")).toBe(promised.replaceAll(subject, "<>"));
      expect(compiled.replaceAll(subject, "<$0>")).toBe(promised.replaceAll(subject, "<$0>"));
      promised.free();
      compiled.dispose();
    }),
    { numRuns: 400 },
  );
  expect(plain).toBeGreaterThan(50);
});

describe("what it takes", () => {
  test.each(["tag-[0-9]+", "[0-9]{4}-[0-9]{2}", "a\\.b", "GET|POST", "[^,]+", "é{2,}", "x?y"])("%s", (source) => {
    expect(plainPattern(source)).toBeDefined();
  });
});

describe("what it leaves to the promised engine", () => {
  test.each([
    ["matches nothing", ["", "a*", "a?", "a|", "|a", "a{0}"]],
    ["may be read again and again", ["a+b", "[a-z]*x", ".{2,}y", "a+b+"]],
    ["may be divided in many ways", ["a{0,9}a{0,9}b", "a{1,99}"]],
    ["classes and places by name", ["\\d", "\\w+", "\\bx", "^a", "a$", "[[:alpha:]]", "\\p{L}", "[\\d]"]],
    ["groups and flags", ["(a)", "(?:a)", "(?i)a"]],
    ["set operations", ["[a&&b]", "[a--b]", "[a~~b]", "[a-z&&[^b]]"]],
    ["lazy, possessive, doubled", ["a+?", "a++", "a**", "a{2}{3}"]],
    [
      "mistakes",
      ["[", "[]", "[b-a]", "a{2,1}", "*", "a{", "\\", "a)", "[🙂-\uff00]", "a{999999999999}", "\\q", "a{,2}"],
    ],
  ])("%s", (_what, sources) => {
    expect(sources.filter((source) => plainPattern(source) !== undefined)).toEqual([]);
  });
});
