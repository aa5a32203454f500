import { expect, test } from "vitest";
import { textOfUtf8 } from "./utf8.ts";

const kept = { keepsMark: true };
const dropped = { keepsMark: false };

test("a byte order mark is kept or dropped, at the beginning alone", () => {
  const bytes = Buffer.from("\ufeffäb\ufeff");
  expect(textOfUtf8(bytes, kept)).toBe("\ufeffäb\ufeff");
  expect(textOfUtf8(bytes, dropped)).toBe("äb\ufeff");
  expect(textOfUtf8(Buffer.from("plain"), dropped)).toBe("plain");
  expect(textOfUtf8(Buffer.alloc(0), dropped)).toBe("");
});

test.each([[[0xff]], [[0xc3]], [[0xed, 0xa0, 0x80]], [[0xc0, 0xaf]]])("%j is no text", (bytes) => {
  expect(textOfUtf8(Buffer.from(bytes), kept)).toBeUndefined();
});
