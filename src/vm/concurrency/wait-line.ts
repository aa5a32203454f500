import { Wait } from "../wait.ts";

/** Somebody who can stand in a line, in one at a time. Its places are written by `WaitLine` alone. */
export abstract class InLine {
  line: object | undefined;
  before: InLine | undefined;
  behind: InLine | undefined;
}

/** A task's wait that stands in a line itself. */
export abstract class WaitInLine extends Wait implements InLine {
  line: object | undefined;
  before: InLine | undefined;
  behind: InLine | undefined;
}

/**
 * Those who wait for something, first come, first served. Who waits in it can leave it from any place. All in constant time
 * and without a record beside those who wait: there may be many of them.
 */
export class WaitLine<T extends InLine> {
  #size = 0;
  #first: InLine | undefined;
  #last: InLine | undefined;

  get size(): number {
    return this.#size;
  }

  get first(): T | undefined {
    return this.#first as T | undefined;
  }

  join(one: T): void {
    one.line = this;
    one.before = this.#last;
    if (this.#last) this.#last.behind = one;
    else this.#first = one;
    this.#last = one;
    this.#size++;
  }

  /** False when it did not wait. */
  leave(one: T): boolean {
    if (one.line !== this) return false;
    const { before, behind } = one;
    if (before) before.behind = behind;
    else this.#first = behind;
    if (behind) behind.before = before;
    else this.#last = before;
    one.line = one.before = one.behind = undefined;
    this.#size--;
    return true;
  }

  shift(): T | undefined {
    const { first } = this;
    if (first) this.leave(first);
    return first;
  }

  /** Everybody, who then waits no longer. */
  takeAll(): readonly T[] {
    const all: T[] = [];
    for (let one = this.shift(); one; one = this.shift()) all.push(one);
    return all;
  }
}
