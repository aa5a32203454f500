import type { HostFiles } from "../../builtin/index.ts";
import { sha256 } from "../../eventlog/index.ts";
import { parseJson, stringifyJson, type Value } from "../../value/index.ts";
import { intAt, isDict, record, textAt } from "../fields.ts";
import type { AnswerStore, KeptAnswer } from "./answer-store.ts";

/**
 * Answers as files: `FOLDER/NAMESPACE/SHA-256 OF KEY.json`, each `{key, value, created_at_ms, expires_at_ms, last_accessed_ms}`. A file that
 * is none of these counts as absent: a cache must not fail a run.
 */
export class FileAnswerStore implements AnswerStore {
  readonly #files: HostFiles;
  readonly #folder: string;

  constructor(files: HostFiles, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  find(namespace: string, key: string): KeptAnswer | undefined {
    const found = this.#read(this.#path(namespace, key));
    return found?.key === key ? found : undefined;
  }

  keep(namespace: string, answer: KeptAnswer): void {
    this.#files.makeFolder(this.#namespace(namespace));
    const entry = record({
      key: answer.key,
      value: answer.value,
      created_at_ms: answer.createdAtMs,
      expires_at_ms: answer.expiresAtMs ?? null,
      last_accessed_ms: answer.lastAccessedMs,
    });
    this.#files.writeAtomic(this.#path(namespace, answer.key), stringifyJson(entry, 2));
  }

  remove(namespace: string, key: string): void {
    this.#files.remove(this.#path(namespace, key), { recursive: false });
  }

  clear(namespace: string): void {
    const folder = this.#namespace(namespace);
    if (this.#files.exists(folder)) this.#files.remove(folder, { recursive: true });
  }

  shrink(namespace: string, most: number, latest: string): void {
    const folder = this.#namespace(namespace);
    const names = this.#files.list(folder).filter(({ name }) => name.endsWith(".json"));
    if (names.length <= most) return;
    const aged = names.map(({ name }) => {
      const path = this.#files.resolve(folder, name);
      const lastAccessedMs = this.#read(path)?.lastAccessedMs ?? 0;
      // Two of the same millisecond are told apart by the one that has just been kept.
      return {
        path,
        lastAccessedMs: path === this.#path(namespace, latest) ? Number.POSITIVE_INFINITY : lastAccessedMs,
      };
    });
    aged.sort((a, b) => a.lastAccessedMs - b.lastAccessedMs);
    for (const { path } of aged.slice(0, names.length - most)) this.#files.remove(path, { recursive: false });
  }

  #read(path: string): KeptAnswer | undefined {
    if (!this.#files.exists(path)) return undefined;
    const entry = parsed(this.#files.readText(path));
    const key = isDict(entry) ? textAt(entry, "key") : undefined;
    if (!isDict(entry) || key === undefined) return undefined;
    return {
      key,
      value: entry.get("value") ?? null,
      createdAtMs: intAt(entry, "created_at_ms") ?? 0,
      expiresAtMs: intAt(entry, "expires_at_ms"),
      lastAccessedMs: intAt(entry, "last_accessed_ms") ?? 0,
    };
  }

  /** A name out of a program is one folder, whatever it says. */
  #namespace(name: string): string {
    const isPlain = /^[\w.-]+$/.test(name) && !/^\.+$/.test(name);
    return this.#files.resolve(this.#folder, isPlain ? name : sha256(name));
  }

  #path(namespace: string, key: string): string {
    return this.#files.resolve(this.#namespace(namespace), `${sha256(key)}.json`);
  }
}

function parsed(text: string): Value | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
