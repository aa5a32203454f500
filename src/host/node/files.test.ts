import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HostFiles } from "../../builtin/index.ts";
import { restrictFiles } from "../sandbox.ts";
import { MemoryFiles } from "../testing/index.ts";
import { nodeFiles } from "./files.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "harn-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The memory twin must behave like the machine, or tests that use it prove nothing. */
describe.each([
  ["node", (): HostFiles => nodeFiles(folder)],
  ["memory", (): HostFiles => new MemoryFiles()],
])("%s files", (_name, make) => {
  test("write, append, read back as text and bytes", () => {
    const files = make();
    files.writeText("a.txt", "é");
    files.appendText("a.txt", "!\n");
    expect(files.readText("a.txt")).toBe("é!\n");
    expect([...files.readBytes("a.txt")]).toEqual([0xc3, 0xa9, 0x21, 0x0a]);
    expect(files.stat("a.txt", true)).toMatchObject({ kind: "file", size: 4 });
  });

  test.each([
    ["readText", (files: HostFiles) => files.readText("none"), "ENOENT", "No such file or directory (os error 2)"],
    ["readText of a folder", (files: HostFiles) => files.readText("dir"), "EISDIR", "Is a directory (os error 21)"],
    [
      "writeText over a folder",
      (files: HostFiles) => files.writeText("dir", "x"),
      "EISDIR",
      "Is a directory (os error 21)",
    ],
    [
      "writeText into nothing",
      (files: HostFiles) => files.writeText("no/f", "x"),
      "ENOENT",
      "No such file or directory (os error 2)",
    ],
    [
      "readText of other bytes",
      (files: HostFiles) => files.readText("bin"),
      "EILSEQ",
      "stream did not contain valid UTF-8",
    ],
    [
      "remove",
      (files: HostFiles) => files.remove("none", { recursive: false }),
      "ENOENT",
      "No such file or directory (os error 2)",
    ],
    ["list", (files: HostFiles) => files.list("bin"), "ENOTDIR", "Not a directory (os error 20)"],
    [
      "copy of a folder",
      (files: HostFiles) => files.copy("dir", "d2"),
      "EINVAL",
      "the source path is neither a regular file nor a symlink to a regular file",
    ],
  ])("%s fails in the system's words", (_what, act, code, message) => {
    const files = make();
    files.makeFolder("dir/deep");
    files.writeBytes("bin", new Uint8Array([0xff, 0x00]));
    expect(() => act(files)).toThrow(expect.objectContaining({ code, message }));
  });

  test("folders: nested creation twice, listing, rename, recursive removal", () => {
    const files = make();
    files.makeFolder("a/b");
    files.makeFolder("a/b");
    files.writeText("a/b/f", "1");
    files.rename("a", "z");
    expect(files.list("z")).toEqual([{ name: "b", kind: "directory" }]);
    expect(files.readText("z/b/f")).toBe("1");
    files.remove("z", { recursive: true });
    expect(files.exists("z")).toBe(false);
  });

  test("writeAtomic replaces the whole file", () => {
    const files = make();
    files.writeAtomic("s.json", "long old content");
    files.writeAtomic("s.json", "new");
    expect(files.readText("s.json")).toBe("new");
  });

  test("a temporary folder is new each time", () => {
    const files = make();
    const made = [files.makeTempFolder("t-"), files.makeTempFolder("t-")];
    expect(new Set(made).size).toBe(2);
    for (const path of made) files.remove(path, { recursive: true });
  });
});

describe("node files only", () => {
  test("writeAtomic leaves no temporary file, keeps the mode and writes through a link", () => {
    const files = nodeFiles(folder);
    writeFileSync(join(folder, "real"), "old", { mode: 0o640 });
    symlinkSync("real", join(folder, "link"));
    files.writeAtomic("link", "new");
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
    expect(statSync(join(folder, "real")).mode & 0o777).toBe(0o640);
    expect(readdirSync(folder).sort()).toEqual(["link", "real"]);
  });

  test("a failed writeAtomic leaves the old file and nothing else", () => {
    const files = nodeFiles(folder);
    files.makeFolder("target/full");
    expect(() => files.writeAtomic("target", "x")).toThrow(expect.objectContaining({ code: "EISDIR" }));
    expect(readdirSync(folder)).toEqual(["target"]);
  });

  test("no link, dangling or not, leads out of a sandbox", () => {
    const outside = mkdtempSync(join(tmpdir(), "harn-outside-"));
    symlinkSync(outside, join(folder, "folder"));
    symlinkSync(join(outside, "new"), join(folder, "dangling"));
    const files = restrictFiles(nodeFiles(folder), { roots: [folder] });
    expect(() => files.writeText("folder/x", "x")).toThrow("attempted to write");
    expect(() => files.writeText("dangling", "x")).toThrow("attempted to write");
    expect(readdirSync(outside)).toEqual([]);
    rmSync(outside, { recursive: true });
  });
});

test("a NUL byte in a path is refused without Node's words", () => {
  const files = nodeFiles(folder);
  for (const act of [() => files.readText("a\0b"), () => files.writeText("a\0b", ""), () => files.list("a\0b")])
    expect(act).toThrow(expect.objectContaining({ code: "EINVAL", message: "the name contains a NUL byte" }));
});
