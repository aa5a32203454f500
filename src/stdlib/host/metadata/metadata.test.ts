import { beforeEach, describe, expect, test } from "vitest";
import { type MemoryHost, memoryHost } from "../../../host/testing/index.ts";
import { DictValue, setIndex, show } from "../../../value/index.ts";
import { Bench } from "../testing/bench.ts";
import { MetadataStore } from "./store.ts";

const folder = "/state";
let host: MemoryHost;

beforeEach(() => {
  host = memoryHost();
});

function open(): MetadataStore {
  return new MetadataStore({ folder, program: "p", files: host.files });
}

function fields(entries: Record<string, string | number>): DictValue {
  return DictValue.of(entries);
}

describe("a metadata store", () => {
  test("M1: a folder inherits field by field", () => {
    const store = open();
    store.set("folder", ".", "n", fields({ a: 1, b: 1 }));
    store.set("folder", "x", "n", fields({ b: 2 }));
    store.set("folder", "x/y", "n", fields({ c: 3 }));
    expect(Object.fromEntries(store.resolve("x/y").get("n") ?? [])).toEqual({ a: 1, b: 2, c: 3 });
    expect(Object.fromEntries(store.resolve("other").get("n") ?? [])).toEqual({ a: 1, b: 1 });
  });

  test("M2: nothing is written before it is saved, everything after", () => {
    const store = open();
    store.set("folder", "x", "odd name/", fields({ a: 1 }));
    store.set("file", "x/f.ts", "odd name/", fields({ b: 2 }));
    expect(host.files.exists(folder)).toBe(false);
    store.save(0);
    expect(JSON.parse(host.files.readText(`${folder}/metadata/odd_20name_2F/entries.json`))).toEqual({
      version: 1,
      namespace: "odd name/",
      backend: "filesystem",
      generatedAt: "1970-01-01T00:00:00Z",
      entries: { x: { a: 1 } },
      files: { "x/f.ts": { b: 2 } },
    });
    expect([...open().local("file", "x/f.ts").keys()]).toEqual(["odd name/"]);
  });

  test("M3: two that save keep each other's fields", () => {
    const [one, other] = [open(), open()];
    one.set("folder", "x", "n", fields({ a: 1 }));
    other.set("folder", "x", "n", fields({ b: 2 }));
    one.save(0);
    other.save(0);
    expect(Object.fromEntries(open().local("folder", "x").get("n") ?? [])).toEqual({ a: 1, b: 2 });
  });

  test("reads the one file of older versions", () => {
    host.files.makeFolder(`${folder}/metadata`);
    host.files.writeText(`${folder}/metadata/root.json`, '{"entries":{"":{"namespaces":{"n":{"a":1}}}}}');
    expect(open().paths("folder")).toEqual(["."]);
  });

  test("names a file that it cannot read, instead of taking it for empty", () => {
    host.files.makeFolder(`${folder}/metadata/n`);
    host.files.writeText(`${folder}/metadata/n/entries.json`, "{");
    expect(() => open().paths("folder")).toThrow();
  });
});

describe("metadata builtins", () => {
  test("one folder has one key, however it is written", async () => {
    const bench = new Bench();
    bench.now("metadata_set", "", "n", fields({ a: 1 }));
    bench.now("metadata_set", "./x/", "n", fields({ b: 2 }));
    expect(await bench.shown("metadata_get", "x", "n")).toBe("{a: 1, b: 2}");
    expect(show(bench.now("metadata_entries"))).toBe(
      "[{dir: ., local: {n: {a: 1}}, resolved: {n: {a: 1}}}, {dir: x, local: {n: {b: 2}}, resolved: {n: {a: 1, b: 2}}}]",
    );
  });

  test("what is handed out cannot change what is kept", async () => {
    const bench = new Bench();
    const given = fields({ a: 1 });
    bench.now("metadata_set", "x", "n", given);
    setIndex(given, "a", 2);
    expect(await bench.shown("metadata_get", "x", "n")).toBe("{a: 1}");
  });

  test("a hash that was noted tells of a change", async () => {
    const bench = new Bench({ files: { "/desk/x/f": "1" } });
    bench.now("metadata_set", "x", "classification", fields({ contentHash: "old" }));
    expect(await bench.shown("metadata_stale")).toBe("{any_stale: true, tier1: [], tier2: [x]}");
    bench.now("metadata_refresh_hashes");
    expect(await bench.shown("metadata_stale")).toBe("{any_stale: false, tier1: [], tier2: []}");
    bench.host.files.writeText("/desk/x/f", "longer");
    expect(await bench.shown("metadata_stale")).toBe("{any_stale: true, tier1: [], tier2: [x]}");
  });

  test("refuses a kind, namespace or path that is none", async () => {
    const bench = new Bench();
    const set = (path: string, namespace: string, options: DictValue): Promise<string> =>
      bench.shown("path_metadata_set", path, namespace, fields({ a: 1 }), options);
    expect(await set("f", "n", DictValue.of({ kind: "symbol" }))).toContain('opts.kind must be "file" or "dir"');
    expect(await set("f", "", DictValue.of({}))).toContain("namespace must not be empty");
    expect(await set("", "n", DictValue.of({}))).toContain('"" is not a valid file path');
  });

  test("scans by parts of a path, by stars, and to a depth", async () => {
    const bench = new Bench({ files: { "/desk/a/one.ts": "", "/desk/a/b/two.ts": "", "/desk/a/.hidden.ts": "" } });
    const paths = (...args: Parameters<typeof bench.now> extends [string, ...infer R] ? R : never): unknown =>
      [...show(bench.now("scan_directory", ...args)).matchAll(/path: ([^,]+)/g)].map((match) => match[1]);
    expect(paths("a", "a/**/*.ts")).toEqual(["a/b/two.ts", "a/one.ts"]);
    expect(paths("a", "tw")).toEqual(["a/b/two.ts"]);
    expect(paths("a", DictValue.of({ max_depth: 0, include_dirs: false, include_hidden: true }))).toEqual([
      "a/.hidden.ts",
      "a/one.ts",
    ]);
  });
});
