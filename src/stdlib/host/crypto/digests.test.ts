import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../value/index.ts";
import { blake3 } from "./blake3.ts";
import { equalInConstantTime, hmac } from "./hmac.ts";
import { md5 } from "./md5.ts";
import { sha1 } from "./sha1.ts";
import { sha224, sha256, sha384, sha512, sha512Of256 } from "./sha2.ts";
import { sha3of256, sha3of512 } from "./sha3.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
/** Around the block boundaries of every digest, and some way beyond. */
const sizes = [0, 1, 3, 55, 56, 63, 64, 65, 71, 72, 111, 112, 127, 128, 135, 136, 137, 1000];
const message = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 7 + size) % 251);

describe.each([
  ["md5", md5],
  ["sha1", sha1],
  ["sha224", sha224],
  ["sha256", sha256],
  ["sha384", sha384],
  ["sha512", sha512],
  ["sha512-256", sha512Of256],
  ["sha3-256", sha3of256],
  ["sha3-512", sha3of512],
] as const)("%s", (name, digest) => {
  test.each(sizes)("of %i bytes is what the platform's own gives", (size) => {
    expect(toHex(digest(message(size)))).toBe(createHash(name).update(message(size)).digest("hex"));
  });
});

describe("blake3", () => {
  test.each([
    ["", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
    ["a", "17762fddd969a453925d65717ac3eea21320b66b54342fde15128d6caf21215f"],
    ["The quick brown fox", "90b19e27443d2dfc45bebff9dc61a4ca483f5a224da48ae4d6e9dd280d48d1b1"],
    ["naïve 🙂", "ee0ff90e6802bef8e1839218b47cc8f42207997713ce83c5a0900bb0e87db8d8"],
  ])("of %j", (text, expected) => {
    expect(toHex(blake3(utf8(text)))).toBe(expected);
  });

  // The published test vectors: bytes 0, 1, 2 … 250, 0 …, cut at these lengths.
  test.each([
    [1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"],
    [1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"],
    [1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"],
    [1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"],
    [2048, "e776b6028c7cd22a4d0ba182a8bf62205d2ef576467e838ed6f2529b85fba24a"],
    [3072, "b98cb0ff3623be03326b373de6b9095218513e64f1ee2edd2525c7ad1e5cffd2"],
    [31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"],
  ])("of %i bytes, over several chunks", (size, expected) => {
    expect(toHex(blake3(Uint8Array.from({ length: size }, (_, at) => at % 251)))).toBe(expected);
  });
});

describe("hmac", () => {
  test.each([0, 20, 64, 65, 200])("with a key of %i bytes", (size) => {
    expect(toHex(hmac(sha256, 64, message(size), utf8("text")))).toBe(
      createHmac("sha256", message(size)).update("text").digest("hex"),
    );
    expect(toHex(hmac(sha1, 64, message(size), utf8("text")))).toBe(
      createHmac("sha1", message(size)).update("text").digest("hex"),
    );
  });

  test("equality in constant time is equality", () => {
    expect(equalInConstantTime(utf8("abc"), utf8("abc"))).toBe(true);
    expect(equalInConstantTime(utf8(""), utf8(""))).toBe(true);
    for (const other of ["abd", "ab", "abcabc", ""]) expect(equalInConstantTime(utf8("abc"), utf8(other))).toBe(false);
  });
});
