import { Fifo } from "./fifo.ts";

/** Entries of those who left that are worth a copy to be rid of. */
const spentLimit = 64;

/**
 * Those who wait for something, first come, first served. Who waits in it can leave it from any place. All in constant time:
 * a `Set` alone keeps that order too, but walks over everybody who left before it finds its first.
 */
export class WaitLine<T extends object> {
  readonly #present = new Set<T>();
  /** In the order in which they came, with some who have left. */
  #order = new Fifo<T>();

  get size(): number {
    return this.#present.size;
  }

  /** Somebody who left by `leave` does not join again. */
  join(one: T): void {
    this.#present.add(one);
    this.#order.push(one);
  }

  /** False when it did not wait. */
  leave(one: T): boolean {
    if (!this.#present.delete(one)) return false;
    if (this.#present.size === 0) this.#order.clear();
    else if (this.#order.size > 2 * this.#present.size + spentLimit) this.#discardSpent();
    return true;
  }

  get first(): T | undefined {
    for (let one = this.#order.first; one !== undefined; one = this.#order.first) {
      if (this.#present.has(one)) return one;
      this.#order.shift();
    }
    return undefined;
  }

  shift(): T | undefined {
    const { first } = this;
    if (first === undefined) return undefined;
    this.#order.shift();
    this.leave(first);
    return first;
  }

  /** Everybody, who then waits no longer. */
  takeAll(): readonly T[] {
    const all = [...this.#present];
    this.#present.clear();
    this.#order.clear();
    return all;
  }

  #discardSpent(): void {
    this.#order = new Fifo();
    for (const one of this.#present) this.#order.push(one);
  }
}
