import { createHash, createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { BytesValue } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";

const bench = new Bench();
/** Around the block boundaries of every digest, some way beyond, and where the host is asked. */
const sizes = [0, 1, 3, 55, 56, 63, 64, 65, 71, 72, 111, 112, 127, 128, 135, 136, 137, 1000, 4095, 4096, 5000];
const message = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 7 + size) % 251);

describe.each([
  ["md5", "md5"],
  ["sha224", "sha224"],
  ["sha256", "sha256"],
  ["sha384", "sha384"],
  ["sha512", "sha512"],
  ["sha512_256", "sha512-256"],
  ["sha3_256", "sha3-256"],
  ["sha3_512", "sha3-512"],
])("%s", (builtin, name) => {
  test.each(sizes)("of %i bytes is what the platform's own gives", (size) => {
    const expected = createHash(name).update(message(size)).digest("hex");
    expect(bench.now(builtin, new BytesValue(message(size)))).toBe(expected);
  });
});

describe("blake3", () => {
  test.each([
    ["", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
    ["a", "17762fddd969a453925d65717ac3eea21320b66b54342fde15128d6caf21215f"],
    ["The quick brown fox", "90b19e27443d2dfc45bebff9dc61a4ca483f5a224da48ae4d6e9dd280d48d1b1"],
    ["naïve 🙂", "ee0ff90e6802bef8e1839218b47cc8f42207997713ce83c5a0900bb0e87db8d8"],
  ])("of %j", (text, expected) => {
    expect(bench.now("blake3", text)).toBe(expected);
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
    const bytes = Uint8Array.from({ length: size }, (_, at) => at % 251);
    expect(bench.now("blake3", new BytesValue(bytes))).toBe(expected);
  });
});

describe("hmac", () => {
  test.each([0, 20, 64, 65, 200])("with a key of %i bytes", (size) => {
    const key = "k".repeat(size);
    for (const name of ["sha1", "sha256"]) {
      const expected = createHmac(name, key).update("text").digest("hex");
      expect(bench.now(`hmac_${name}`, key, "text")).toBe(expected);
    }
  });
});
