import { describe, expect, it } from "vitest";
import { LineMap } from "./line-map.ts";

describe("LineMap", () => {
  const map = new LineMap("one\r\ntwo\n\u{1F600}x\n");

  it("finds lines and columns", () => {
    expect(map.positionAt(0)).toEqual({ line: 1, column: 1 });
    expect(map.positionAt(6)).toEqual({ line: 2, column: 2 });
    expect(map.positionAt(13)).toEqual({ line: 4, column: 1 });
  });

  it("counts a character of two code units as one column", () => {
    expect(map.positionAt(11)).toEqual({ line: 3, column: 2 });
  });

  it("gives lines without their breaks", () => {
    expect([1, 2, 3, 4].map((line) => map.textOf(line))).toEqual(["one", "two", "\u{1F600}x", ""]);
    expect(map.lineCount).toBe(4);
  });
});
