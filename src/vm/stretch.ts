/** How long a task may keep the host's event loop waiting, in milliseconds. */
const sliceMs = 12;

/**
 * How long a task has run without waiting for anything but the host's turns, and the slice that it is in. A slice begins when its
 * first fuel is used up: looking at the clock costs more than many a step. Times are those of the host's turns.
 */
export class Stretch {
  readonly since: number;
  #sliceEnd = 0;

  constructor(now: number) {
    this.since = now;
  }

  isSliceOver(now: number): boolean {
    if (this.#sliceEnd === 0) this.#sliceEnd = now + sliceMs;
    return now >= this.#sliceEnd;
  }

  nextSlice(): void {
    this.#sliceEnd = 0;
  }
}
