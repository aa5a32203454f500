import type { Host, HostFiles } from "../../builtin/index.ts";
import { thrown, type Value } from "../../value/index.ts";
import { type AnswerStore, MemoryAnswerStore, type OpenAnswerDatabase } from "./answer-store.ts";
import type { CacheOptions } from "./cache-options.ts";
import { FileAnswerStore } from "./file-store.ts";

export interface CacheCounts {
  readonly hits: number;
  readonly misses: number;
}

const none: CacheCounts = { hits: 0, misses: 0 };

/** The answers that one runtime keeps, by backend and place, and how often they were asked for and found. */
export class AnswerCaches {
  readonly #host: Host;
  readonly #openDatabase: OpenAnswerDatabase | undefined;
  readonly #stateFolder: () => string | undefined;
  readonly #memory = new MemoryAnswerStore();
  readonly #stores = new Map<string, AnswerStore>();
  readonly #counts = new Map<string, CacheCounts>();

  constructor(host: Host, openDatabase: OpenAnswerDatabase | undefined) {
    this.#host = host;
    this.#openDatabase = openDatabase;
    this.#stateFolder = () => host.environment?.get("HARN_STATE_DIR");
  }

  /** What was kept and is not out of date. */
  find(options: CacheOptions, key: string): { readonly value: Value } | undefined {
    const store = this.#store(options);
    const now = this.#host.clock.now();
    const found = store.find(options.namespace, key);
    if (found === undefined) return this.#count(options, undefined);
    if (found.expiresAtMs !== undefined && found.expiresAtMs <= now) {
      store.remove(options.namespace, key);
      return this.#count(options, undefined);
    }
    store.keep(options.namespace, { ...found, lastAccessedMs: now });
    return this.#count(options, found);
  }

  keep(options: CacheOptions, key: string, value: Value): void {
    const store = this.#store(options);
    const now = this.#host.clock.now();
    const expiresAtMs = now + options.ttlMs;
    store.keep(options.namespace, { key, value, createdAtMs: now, expiresAtMs, lastAccessedMs: now });
    store.shrink(options.namespace, options.maxEntries, key);
  }

  clear(options: CacheOptions): void {
    this.#store(options).clear(options.namespace);
  }

  counts(options: CacheOptions): CacheCounts {
    return this.#counts.get(countKey(options)) ?? none;
  }

  resetCounts(options: CacheOptions): void {
    this.#counts.delete(countKey(options));
  }

  #count<T>(options: CacheOptions, found: T): T {
    const { hits, misses } = this.counts(options);
    this.#counts.set(
      countKey(options),
      found === undefined ? { hits, misses: misses + 1 } : { hits: hits + 1, misses },
    );
    return found;
  }

  #store({ backend, path }: CacheOptions): AnswerStore {
    if (backend === "mem") return this.#memory;
    const { files } = this.#host;
    if (files === undefined) throw thrown(`cache backend "${backend}" needs files, which this host has not`);
    const place = path === undefined ? this.#defaultPlace(files, backend) : files.resolve(path);
    const known = this.#stores.get(`${backend} ${place}`);
    if (known !== undefined) return known;
    const opened = this.#open(files, backend, place);
    this.#stores.set(`${backend} ${place}`, opened);
    return opened;
  }

  #defaultPlace(files: HostFiles, backend: "fs" | "sqlite"): string {
    const set = this.#stateFolder();
    const state = set === undefined || set === "" ? files.resolve(".harn") : files.resolve(set);
    return files.resolve(state, "cache", backend === "fs" ? "llm" : "llm.sqlite");
  }

  /** Through the files of the host first: what a policy forbids to write is no place for a database either. */
  #open(files: HostFiles, backend: "fs" | "sqlite", place: string): AnswerStore {
    if (backend === "fs") return new FileAnswerStore(files, place);
    files.makeFolder(files.resolve(place, ".."));
    if (this.#openDatabase !== undefined) return this.#openDatabase(place);
    return new FileAnswerStore(files, place.replace(/\.[^./\\]+$/, ""));
  }
}

function countKey({ backend, namespace, path }: CacheOptions): string {
  return JSON.stringify([backend, namespace, path ?? null]);
}
