import { describe, expect, it } from "vitest";
import { ByteMap } from "./byte-map.ts";

const encoder = new TextEncoder();

describe("ByteMap", () => {
  it.each([
    ["ASCII", "let a = 1\n"],
    ["letters of two and three bytes", "é漢 let ü = “x”\n"],
    ["pairs", "\u{1f600}a\u{1f601}\u{1f602}"],
    ["longer than a stride", `${"a\u{1f600}é".repeat(700)}\n${"漢".repeat(900)}`],
  ])("agrees with the encoder: %s", (_, text) => {
    const map = new ByteMap(text);
    let bytes = 0;
    let offset = 0;
    for (const character of text) {
      expect(map.byteAt(offset)).toBe(bytes);
      bytes += encoder.encode(character).length;
      offset += character.length;
    }
    expect(map.byteAt(offset)).toBe(bytes);
  });

  it("counts a half of a pair that stands alone as what encoding makes of it", () => {
    const text = "\ud800a\udc00b";
    expect(new ByteMap(text).byteAt(text.length)).toBe(encoder.encode(text).length);
  });
});
