import { describe, expect, test } from "vitest";
import { DictValue, show } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";
import { IgnoreRules } from "./ignore-rules.ts";
import { codeFences, dockerfileCommands, makefileTargets } from "./manifests.ts";

function keysOf(value: unknown): string[] {
  return value instanceof DictValue ? [...value.entries()].map(([key]) => key) : [];
}

describe("ignore rules", () => {
  test.each([
    ["ignored/", "ignored", true, true],
    ["ignored/", "deep/ignored", true, true],
    ["ignored/", "ignored", false, undefined],
    ["/only", "deep/only", false, undefined],
    ["a/b", "a/b", false, true],
    ["a/b", "x/a/b", false, undefined],
    ["*.log\n!keep.log", "x/keep.log", false, false],
    ["# note\n\n  ", "note", false, undefined],
    ["\\#x", "#x", false, true],
    ["a/**/z", "a/b/c/z", false, true],
    ["{a}", "a", false, undefined],
    ["[", "[", false, undefined],
  ])("%j on %s", (rules, path, isFolder, expected) => {
    expect(new IgnoreRules(rules).decide(path, isFolder)).toBe(expected);
  });
});

describe("manifests", () => {
  test("targets are plain names", () => {
    expect(makefileTargets(".PHONY: x\nbuild test: dep\nCC := gcc\n%.o: %.c\nout/x.o: y\n\techo a: b\n")).toEqual([
      "build",
      "test",
    ]);
  });

  test("continued lines are one command", () => {
    expect(dockerfileCommands('FROM x\nRUN a && \\\n  # why\n  b\ncmd ["c"]\n')).toEqual(["a && b", '["c"]']);
  });

  test("what stands inside a fence opens none", () => {
    expect(codeFences("````md\n```js\n```\n````\n~~~py\n~~~\n```\nplain\n```\n```js\n```\n")).toEqual([
      "md",
      "py",
      "js",
    ]);
  });
});

describe("a scan", () => {
  test("sources and lockfiles strengthen an anchor; sources alone make no project", () => {
    const bench = new Bench({
      files: { "/desk/p/Cargo.toml": "", "/desk/p/Cargo.lock": "", "/desk/p/src/lib.rs": "", "/desk/q/x.py": "" },
    });
    const scan = (path: string): string =>
      show((bench.now("project_scan_native", path) as DictValue).get("confidence") ?? null);
    expect([scan("p"), scan("q"), scan("p/src/lib.rs")]).toEqual(["{rust: 1.0}", "{}", "{}"]);
  });

  test("a manifest that does not parse says nothing", () => {
    const bench = new Bench({ files: { "/desk/package.json": "{", "/desk/Cargo.toml": "[" } });
    const scan = bench.now("project_scan_native", ".", DictValue.of({ tiers: null })) as DictValue;
    expect(show(scan.get("languages") ?? null)).toBe("[rust]");
  });

  test("a path with nothing at it is an error that names it", async () => {
    expect(await new Bench().shown("project_scan_native", "nope")).toBe(
      "!! project_scan: there is nothing at /desk/nope",
    );
  });

  test("a tree leaves out what is ignored, by rules of deeper folders too", () => {
    const files = Object.fromEntries(
      ["a/go.mod", "a/gen/go.mod", "node_modules/x/package.json", ".hidden/go.mod"].map((path) => [
        `/desk/${path}`,
        "",
      ]),
    );
    const bench = new Bench({ files: { ...files, "/desk/a/.gitignore": "gen/\n" } });
    const paths = (options: DictValue): string[] => keysOf(bench.now("project_scan_tree_native", ".", options));
    expect(paths(DictValue.of({}))).toEqual([".", "a"]);
    const all = DictValue.of({ respect_gitignore: false, include_vendor: true, include_hidden: true });
    expect(paths(all).sort()).toEqual([".", ".hidden", "a", "a/gen", "node_modules/x"]);
  });

  test("hashes of a folder are about what lies directly in it", () => {
    const bench = new Bench({ files: { "/desk/a/f": "1", "/desk/b/f": "1" } });
    const walk = (): string[] => show(bench.now("project_walk_tree_native")).match(/hash: \w+/g) ?? [];
    const before = walk();
    bench.host.files.writeText("/desk/a/f", "2");
    expect(walk().map((hash, at) => hash === before[at])).toEqual([true, true, false, true, true, true]);
  });
});
