import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCompression } from "../../../host/node/compression.ts";
import { BytesValue, DictValue, ListValue, Raise, show, type Value } from "../../../value/index.ts";
import { Bench, value } from "../testing/bench.ts";
import { compressionEngine } from "./engine.ts";

const bench = new Bench();

function bytesOf(result: Value): Uint8Array {
  if (!(result instanceof BytesValue)) throw new Error("no bytes");
  return result.bytes;
}

describe("compression", () => {
  test("is refused by name where the host has none", () => {
    const engine = compressionEngine.make?.(bench);
    const attempts = [
      () => engine?.compress("gzip", new Uint8Array(1), 6),
      () => engine?.decompress("zstd", new Uint8Array(1), 9),
    ];
    const refusals = attempts.map((attempt) => {
      try {
        return attempt();
      } catch (error) {
        return error instanceof Raise ? show(error.value) : error;
      }
    });
    expect(refusals).toEqual([
      "Runtime error: this host offers no compression (gzip)",
      "Runtime error: this host offers no compression (zstd)",
    ]);
  });

  test.each(["gzip", "brotli", "zstd"])("%s gives back what it was given", (format) => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (content) => {
        const packed = bench.now(`${format}_encode`, new BytesValue(content));
        expect(bytesOf(bench.now(`${format}_decode`, packed))).toEqual(content);
      }),
      { numRuns: 20 },
    );
  });

  test("a large text survives zstd in several blocks", () => {
    const text = "0123456789".repeat(40_000);
    const unpacked = bench.now("zstd_decode", bench.now("zstd_encode", text));
    expect(new TextDecoder().decode(bytesOf(unpacked))).toBe(text);
  });

  test.each(["gzip", "deflate", "brotli", "zstd"] as const)("%s stops at the limit", (format) => {
    const packed = nodeCompression.compress(format, new Uint8Array(100_000), 1);
    expect(() => nodeCompression.decompress(format, packed, 1000)).toThrow("exceeds the limit of 1000 bytes");
  });

  test.each(["tar", "zip"])("%s keeps paths and contents", (format) => {
    const entries = value([
      { path: "docs/é.txt", content: "text" },
      { path: "empty", content: "" },
    ]);
    const files = bench.now(`${format}_extract`, bench.now(`${format}_create`, entries));
    if (!(files instanceof ListValue)) throw new Error("no list");
    const shown = files.view().map((file) => {
      if (!(file instanceof DictValue)) throw new Error("no dict");
      return [file.get("path"), new TextDecoder().decode(bytesOf(file.get("content") ?? null))];
    });
    expect(shown).toEqual([
      ["docs/é.txt", "text"],
      ["empty", ""],
    ]);
  });

  test("a tar holds the permissions of its files", async () => {
    const packed = bench.now("tar_create", value([{ path: "run", content: "", mode: 0o755 }]));
    expect(await bench.shown("tar_extract", packed)).toBe('[{content: b"", mode: 493, path: run}]');
  });

  test("long paths are cut at a slash", async () => {
    const path = `${"folder/".repeat(16)}file`;
    const packed = bench.now("tar_create", value([{ path, content: "" }]));
    expect(await bench.shown("tar_extract", packed)).toContain(`path: ${path}}`);
  });

  test.each([
    ["gzip_encode", ["x", 10], "gzip_encode: level must be between 0 and 9, got 10"],
    ["brotli_decode", [new BytesValue(Uint8Array.of(1, 2))], "brotli_decode: Invalid Data"],
    ["zstd_decode", [new BytesValue(Uint8Array.of(1, 2))], "zstd_decode: Unknown frame descriptor"],
    ["tar_extract", [new BytesValue(Uint8Array.of(1))], "tar_extract: failed to read entire block"],
    ["zip_extract", [new BytesValue(Uint8Array.of(1))], "zip_extract: invalid Zip archive: Could not find EOCD"],
    ["tar_create", [value([{ path: "../x", content: "" }])], "must not have `..`"],
    ["zip_create", [value([{ path: "x" }])], "zip_create: entry 1 is missing content"],
  ] as const)("%s refuses %j", async (name, args, message) => {
    expect(await bench.shown(name, ...args)).toContain(message);
  });

  test("an archive whose checksum is wrong is refused", async () => {
    const packed = bytesOf(bench.now("zip_create", value([{ path: "a", content: "hello" }]))).slice();
    packed[14] = (packed[14] ?? 0) ^ 1;
    const directory = packed.length - 22 - 47;
    packed[directory + 16] = (packed[directory + 16] ?? 0) ^ 1;
    expect(await bench.shown("zip_extract", new BytesValue(packed))).toContain("Invalid checksum");
  });
});
