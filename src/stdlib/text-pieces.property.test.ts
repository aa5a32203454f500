import fc from "fast-check";
import { expect, test } from "vitest";
import { firstGraphemeOf, graphemesOf } from "./text-pieces.ts";

const parts = ["a", "é", "e\u0301", "👩‍🚀", "🇨🇭", "🇨", "\r\n", "\u0301", "\u200d", "각", "ᄀ", "ᅡ", "\ud83d", "क्षि"];
const text = fc.array(fc.constantFrom(...parts), { maxLength: 700 }).map((list) => list.join(""));
const segmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

test("characters are the same, in however many cuts they are found", () => {
  fc.assert(
    fc.property(text, (whole) => {
      const expected = Array.from(segmenter.segment(whole), ({ segment }) => segment);
      expect(graphemesOf(whole)).toEqual(expected);
      expect(firstGraphemeOf(whole)).toBe(expected[0]);
    }),
    { numRuns: 60 },
  );
});

test("a character may be longer than a cut", () => {
  const tower = `a${"\u0301".repeat(3000)}`;
  expect(graphemesOf(`x${tower}y`)).toEqual(["x", tower, "y"]);
  expect(firstGraphemeOf(`${tower}y`)).toBe(tower);
});
