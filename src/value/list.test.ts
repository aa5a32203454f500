import { describe, expect, test } from "vitest";
import { add, addOwned } from "./arithmetic.ts";
import { ListValue, maxListSize } from "./list.ts";

/** A list as long as one may be, without its elements. */
const longest = (): ListValue => new ListValue([], maxListSize);
const text = `list of ${maxListSize + 1} elements exceeds the limit of ${maxListSize}`;

describe("a list that would be longer than one may be", () => {
  test.each([
    ["append", () => longest().append(1)],
    ["appendOwned", () => longest().appendOwned(1)],
    ["appendAllOwned", () => longest().appendAllOwned([1])],
    ["a + b", () => add(longest(), new ListValue([1]))],
    ["a += b", () => addOwned(longest(), new ListValue([1]))],
  ])("is an error of the program: %s", (_name, grow) => {
    expect(grow).toThrow(expect.objectContaining({ value: expect.stringContaining(text) }));
  });
});
