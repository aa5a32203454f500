import { expect, test } from "vitest";
import {
  reverseText,
  scalarAt,
  scalarIndexOf,
  scalarLastIndexOf,
  scalarLength,
  scalarSlice,
  scalars,
} from "./index.ts";

/** Each text against its scalars as an array. */
const texts = ["", "a", "plain text", "🙂", "a🙂b", "🙂🙃🙂", "e\u0301🇫🇷", "x".repeat(40), `${"y".repeat(40)}🙂z`];

test("lengths, positions and cuts count scalars", () => {
  for (const text of texts) {
    const wanted = Array.from(text);
    expect(scalars(text)).toEqual(wanted);
    expect(scalarLength(text)).toBe(wanted.length);
    for (let at = -1; at <= wanted.length; at++) expect(scalarAt(text, at)).toBe(wanted[at]);
    for (let start = 0; start <= wanted.length; start++) {
      for (const end of [start - 1, start, start + 1, wanted.length, wanted.length + 5]) {
        expect(scalarSlice(text, start, end)).toBe(wanted.slice(start, Math.max(start, end)).join(""));
      }
    }
    expect(reverseText(text)).toBe([...wanted].reverse().join(""));
  }
});

test("positions of parts", () => {
  expect(scalarIndexOf("🙂a🙂b", "b")).toBe(3);
  expect(scalarLastIndexOf("🙂a🙂b", "🙂")).toBe(2);
  expect(scalarIndexOf("abc", "z")).toBe(-1);
  expect(scalarIndexOf("🙂", "")).toBe(0);
  expect(scalarLastIndexOf("🙂", "")).toBe(1);
});
