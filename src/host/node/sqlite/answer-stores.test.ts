// One contract for every place where answers are kept.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { AnswerCaches, type AnswerStore, FileAnswerStore, MemoryAnswerStore } from "../../../llm/index.ts";
import { parseJson, stringifyJson } from "../../../value/index.ts";
import { VirtualClock } from "../../testing/index.ts";
import { createNodeHost } from "../index.ts";
import { openAnswerDatabase } from "./answer-database.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-answers-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { files } = createNodeHost();
const stores: readonly (readonly [string, () => AnswerStore])[] = [
  ["memory", () => new MemoryAnswerStore()],
  ["files", () => new FileAnswerStore(files, join(folder, "files"))],
  ["sqlite", () => openAnswerDatabase(join(folder, "answers.sqlite"))],
];

function kept(key: string, lastAccessedMs: number, value = '{"a":[1,2.5,null]}') {
  return { key, value: parseJson(value), createdAtMs: 1, expiresAtMs: undefined, lastAccessedMs };
}

describe.each(stores)("answers in %s", (_, open) => {
  const store = open();

  it("come back as they were, by namespace", () => {
    store.keep("n", kept("k", 1));
    const found = store.find("n", "k");
    expect(found && stringifyJson(found.value)).toBe('{"a":[1,2.5,null]}');
    expect(found).toMatchObject({ key: "k", createdAtMs: 1, expiresAtMs: undefined, lastAccessedMs: 1 });
    expect(store.find("other", "k")).toBeUndefined();
    expect(store.find("n", "K")).toBeUndefined();
  });

  it("are replaced, removed and cleared", () => {
    store.keep("n", kept("k", 2, "1"));
    expect(store.find("n", "k")?.value).toBe(1);
    store.keep("m", kept("k", 2, "2"));
    store.remove("n", "k");
    expect(store.find("n", "k")).toBeUndefined();
    store.clear("m");
    expect(store.find("m", "k")).toBeUndefined();
    store.clear("never there");
  });

  it("make room by age of use", () => {
    for (const [index, key] of ["a", "b", "c"].entries()) store.keep("lru", kept(key, 10 + index));
    store.keep("lru", kept("a", 20));
    store.shrink("lru", 2, "a");
    expect(["a", "b", "c"].filter((key) => store.find("lru", key) !== undefined)).toEqual(["a", "c"]);
  });

  it("stay below their folder, whatever a namespace or key is called", () => {
    for (const name of ["../../escape", "a/b", "..", "", "ä'; DROP TABLE cache_entries; --"]) {
      store.keep(name, kept(name, 1, '"safe"'));
      expect(store.find(name, name)?.value).toBe("safe");
    }
  });
});

describe("caches of a runtime", () => {
  const clock = new VirtualClock(1_000_000);
  const caches = new AnswerCaches({ clock, random: { fill: () => undefined }, files }, openAnswerDatabase);
  const options = {
    backend: "sqlite",
    namespace: "x",
    path: join(folder, "deep", "new.db"),
    ttlMs: 5000,
    maxEntries: 2,
  } as const;

  it("forget what is out of date, and count", async () => {
    caches.keep(options, "k", 1);
    expect(caches.find(options, "k")?.value).toBe(1);
    await clock.advance(5000);
    expect(caches.find(options, "k")).toBeUndefined();
    expect(caches.counts(options)).toEqual({ hits: 1, misses: 1 });
    caches.resetCounts(options);
    expect(caches.counts(options)).toEqual({ hits: 0, misses: 0 });
  });

  it("read what the reference's table holds, and no file that is broken", () => {
    const broken = { ...options, backend: "fs", path: join(folder, "broken") } as const;
    caches.keep(broken, "k", "v");
    const [entry] = files?.list(join(folder, "broken", "x")) ?? [];
    files?.writeText(join(folder, "broken", "x", entry?.name ?? ""), '{"key": "k", "val');
    expect(caches.find(broken, "k")).toBeUndefined();
  });
});
