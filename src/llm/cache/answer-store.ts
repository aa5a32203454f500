import type { Value } from "../../value/index.ts";

/** Something that was kept under a key. Times are Unix milliseconds. */
export interface KeptAnswer {
  readonly key: string;
  readonly value: Value;
  readonly createdAtMs: number;
  /** Undefined: for ever. */
  readonly expiresAtMs: number | undefined;
  readonly lastAccessedMs: number;
}

/** Where answers are kept, by namespace and key. What is out of date is for `AnswerCaches` to notice. */
export interface AnswerStore {
  find(namespace: string, key: string): KeptAnswer | undefined;
  keep(namespace: string, answer: KeptAnswer): void;
  remove(namespace: string, key: string): void;
  clear(namespace: string): void;
  /** Removes those that were not asked for the longest, until `most` are left; `latest` is among them. */
  shrink(namespace: string, most: number, latest: string): void;
}

/** Opens an SQLite file as a store. The host gives it; without it answers are kept as files. */
export type OpenAnswerDatabase = (path: string) => AnswerStore;

/** For as long as the run lasts. */
export class MemoryAnswerStore implements AnswerStore {
  /** Each map is in the order of last access: the first was not asked for the longest. */
  readonly #namespaces = new Map<string, Map<string, KeptAnswer>>();

  find(namespace: string, key: string): KeptAnswer | undefined {
    return this.#namespaces.get(namespace)?.get(key);
  }

  keep(namespace: string, answer: KeptAnswer): void {
    let answers = this.#namespaces.get(namespace);
    if (answers === undefined) {
      answers = new Map();
      this.#namespaces.set(namespace, answers);
    }
    answers.delete(answer.key);
    answers.set(answer.key, answer);
  }

  remove(namespace: string, key: string): void {
    this.#namespaces.get(namespace)?.delete(key);
  }

  clear(namespace: string): void {
    this.#namespaces.delete(namespace);
  }

  shrink(namespace: string, most: number): void {
    const answers = this.#namespaces.get(namespace);
    for (const key of answers?.keys() ?? []) {
      if (answers === undefined || answers.size <= most) return;
      answers.delete(key);
    }
  }
}
