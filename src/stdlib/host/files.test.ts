import { describe, expect, test } from "vitest";
import { restrictFiles } from "../../host/sandbox.ts";
import { BytesValue } from "../../value/index.ts";
import { globPattern } from "./glob.ts";
import { Bench, value } from "./testing/bench.ts";

const missing = "No such file or directory (os error 2)";

describe("files", () => {
  test("write, append, read back", async () => {
    const bench = new Bench();
    bench.now("write_file", "a.txt", "one\r\ntwo é\n");
    bench.now("append_file", "a.txt", 3);
    expect(bench.now("read_file", "/desk/a.txt")).toBe("one\r\ntwo é\n3");
    expect(await bench.shown("read_lines", "a.txt")).toBe("[one, two é, 3]");
    expect(await bench.shown("stat", "a.txt")).toBe(
      "{is_dir: false, is_file: true, modified: 0.0, readonly: false, size: 13}",
    );
    bench.now("write_file", "e", "");
    expect(await bench.shown("read_lines", "e")).toBe("[]");
  });

  test.each([
    ["read_file", ["nope"], `Failed to read file /desk/nope: ${missing}`],
    ["read_file", [""], "Failed to read file /desk/: Is a directory (os error 21)"],
    ["read_file", ["/abs"], `Failed to read file /abs: ${missing}`],
    ["read_file", ["bin"], "Failed to read file /desk/bin: stream did not contain valid UTF-8"],
    ["read_lines", ["nope"], `read_lines: /desk/nope: ${missing}`],
    ["write_file", ["no/f", "x"], `Failed to write file /desk/no/f: ${missing}`],
    ["write_file_bytes", ["f", "text"], "write_file_bytes expects bytes content, got string"],
    ["delete_file", ["nope"], `Failed to delete file /desk/nope: ${missing}`],
    ["list_dir", ["bin"], "Failed to list directory /desk/bin: Not a directory (os error 20)"],
    ["copy_file", ["nope", "x"], `Failed to copy /desk/nope to /desk/x: ${missing}`],
    ["move_file", ["nope", "x"], `move_file: ${missing}`],
    ["walk_dir", [""], "walk_dir: root path is required"],
    ["glob", ["[a"], "glob: error parsing glob '[a': unclosed character class; missing ']'"],
    ["mkdtemp", ["a/b"], "mkdtemp: prefix must not contain a path separator: a/b"],
    ["read_file", [5], "Type error: 'read_file' parameter `path` expects string, got int"],
    ["write_file", ["f"], "Arity mismatch: 'write_file' expects 2 arguments, got 1"],
  ])("%s%j fails", async (name, args, message) => {
    const bench = new Bench();
    bench.now("write_file_bytes", "bin", new BytesValue(Uint8Array.of(0xff)));
    expect(await bench.shown(name, ...args)).toBe(`!! ${message}`);
  });

  test("results instead of errors", async () => {
    const bench = new Bench({ files: { x: "X" } });
    expect(await bench.shown("read_file_result", "x")).toBe("Result.Ok(X)");
    expect(await bench.shown("read_file_result", "y")).toBe(`Result.Err(Failed to read file /desk/y: ${missing})`);
  });

  test("folders: made with parents, listed in order, deleted whole", async () => {
    const bench = new Bench({ files: { "d/b": "1", "d/a": "2", "d/é": "3", "d/😀": "4", "d/sub/c.md": "5" } });
    expect(await bench.shown("list_dir", "d")).toBe("[a, b, sub, é, 😀]");
    expect(await bench.shown("walk_dir", "d", value({ max_depth: 1 }))).toBe(
      "[{depth: 0, is_dir: true, is_file: false, path: /desk/d}, {depth: 1, is_dir: false, is_file: true, path: /desk/d/a}, " +
        "{depth: 1, is_dir: false, is_file: true, path: /desk/d/b}, {depth: 1, is_dir: true, is_file: false, path: /desk/d/sub}, " +
        "{depth: 1, is_dir: false, is_file: true, path: /desk/d/é}, {depth: 1, is_dir: false, is_file: true, path: /desk/d/😀}]",
    );
    bench.now("delete_file", "d");
    expect(bench.now("file_exists", "d")).toBe(false);
    expect(bench.now("mkdtemp", "x-")).toMatch(/^\/tmp\/x-/);
  });

  test("links that lead back up end a walk", async () => {
    const bench = new Bench({ files: { "d/f": "1" } });
    bench.host.files.link("/desk/d/loop", "/desk/d");
    const entries = await bench.start("walk_dir", "d", value({ follow_symlinks: true }));
    expect(entries).toMatchObject({ size: 2 });
  });

  test("glob below a base", async () => {
    const bench = new Bench({ files: { "r/a.txt": "", "r/b.txt": "", "r/sub/c.md": "", "r/sub/d.txt": "" } });
    expect(await bench.shown("glob", "*.txt", "r")).toBe("[/desk/r/a.txt, /desk/r/b.txt]");
    expect(await bench.shown("glob", "**/*.md", "/desk/r")).toBe("[/desk/r/sub/c.md]");
    expect(await bench.shown("glob", "*.txt", value({ base: "r/sub" }))).toBe("[/desk/r/sub/d.txt]");
  });
});

describe("refusals", () => {
  test("come as a categorised error that names the builtin", async () => {
    const bench = new Bench({ parts: (host) => ({ files: restrictFiles(host.files, { roots: ["/desk"] }) }) });
    const refused = (name: string, what: string) =>
      `!! Error [tool_rejected]: HARN-CAP-201: sandbox violation: builtin '${name}' attempted to ${what} outside workspace_roots [/desk]`;
    expect(await bench.shown("read_file", "/etc/hostname")).toBe(refused("read_file", "read '/etc/hostname'"));
    expect(await bench.shown("write_file", "../x", "y")).toBe(refused("write_file", "write '/x'"));
    expect(await bench.shown("file_exists", "/etc")).toBe(refused("file_exists", "read '/etc'"));
    expect(await bench.shown("delete_file", "/etc")).toMatch("attempted to");
    expect(await bench.shown("project_root")).toBe("nil");
  });
});

describe("globs", () => {
  test.each([
    ["*.txt", ["a.txt"], ["a/b.txt", "a.txtx"]],
    ["**/*.md", ["a.md", "x/y/a.md"], ["a.mdx"]],
    ["a/**", ["a/b", "a/b/c"], ["b/a"]],
    ["[!a-c]?", ["dz"], ["az", "d", "d/"]],
    ["{a,b*}.{ts,js}", ["a.ts", "bcd.js"], ["c.ts"]],
    ["a\\*b", ["a*b"], ["axb"]],
    ["a+(b).$", ["a+(b).$"], ["aab"]],
  ])("%s", (glob, hits, misses) => {
    const pattern = globPattern(glob);
    expect(hits.filter((path) => !pattern.matches(path))).toEqual([]);
    expect(misses.filter((path) => pattern.matches(path))).toEqual([]);
  });
});
