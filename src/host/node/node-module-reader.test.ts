import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeModuleReader } from "./node-module-reader.ts";

describe("nodeModuleReader", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "harn-modules-"));
    writeFileSync(join(folder, "a.harn"), "let a = 1\n");
    writeFileSync(join(folder, "binary.harn"), Buffer.from([0xff, 0xfe, 0x00]));
    symlinkSync(join(folder, "a.harn"), join(folder, "link.harn"));
    mkdirSync(join(folder, "std", "deep"), { recursive: true });
    writeFileSync(join(folder, "std", "deep", "x.harn"), "pub fn x() { 1 }\n");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("reads files relative to the folder it was given", () => {
    const reader = nodeModuleReader({ cwd: folder });
    expect(reader.read("a.harn")).toBe("let a = 1\n");
    expect([reader.exists("a.harn"), reader.exists("b.harn"), reader.isFolder("."), reader.isFolder("a.harn")]).toEqual(
      [true, false, true, false],
    );
  });

  it("knows a file by one path, whatever links lead to it", () => {
    const reader = nodeModuleReader({ cwd: folder });
    expect(reader.realPath("link.harn")).toBe(reader.realPath("a.harn"));
  });

  it("says why a file cannot be read", () => {
    const reader = nodeModuleReader({ cwd: folder });
    expect(() => reader.read("missing.harn")).toThrow("No such file or directory (os error 2)");
    expect(() => reader.read("binary.harn")).toThrow("stream did not contain valid UTF-8");
  });

  it("finds std modules by name, and never leaves their folder", () => {
    const reader = nodeModuleReader({ stdFolder: join(folder, "std") });
    expect(reader.stdSource("deep/x")).toContain("pub fn x");
    expect([reader.stdSource("nothing"), reader.stdSource("../a"), reader.stdSource("deep/../../a")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
