import type { Value } from "../../value/index.ts";

const limit = 1024;

interface Answer {
  readonly value: Value;
  readonly until: number;
}

/** What classifiers of commands have answered, each for some time. The oldest goes when there are too many. */
export class Classifications {
  readonly #answers = new Map<string, Answer>();

  get(key: string, now: number): Value {
    const answer = this.#answers.get(key);
    if (answer === undefined) return null;
    if (now < answer.until) return answer.value;
    this.#answers.delete(key);
    return null;
  }

  put(key: string, value: Value, until: number): void {
    this.#answers.delete(key);
    this.#answers.set(key, { value, until });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > limit && oldest !== undefined) this.#answers.delete(oldest);
  }

  clear(): void {
    this.#answers.clear();
  }
}
