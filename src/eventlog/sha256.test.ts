import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "./sha256.ts";

test("agrees with the platform's hash", () => {
  const reference = (text: string) => createHash("sha256").update(text).digest("hex");
  expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (let length = 0; length < 300; length++) expect(sha256("x".repeat(length))).toBe(reference("x".repeat(length)));
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => sha256(text) === reference(text)));
});
