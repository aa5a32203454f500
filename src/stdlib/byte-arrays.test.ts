import { expect, test } from "vitest";
import { concatenated, equalInConstantTime } from "./byte-arrays.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

test("parts are joined in their order", () => {
  expect(concatenated(utf8("ab"), utf8(""), utf8("c"))).toEqual(utf8("abc"));
  expect(concatenated()).toEqual(new Uint8Array());
});

test("equality in constant time is equality", () => {
  expect(equalInConstantTime(utf8("abc"), utf8("abc"))).toBe(true);
  expect(equalInConstantTime(utf8(""), utf8(""))).toBe(true);
  for (const other of ["abd", "ab", "abcabc", ""]) expect(equalInConstantTime(utf8("abc"), utf8(other))).toBe(false);
});
