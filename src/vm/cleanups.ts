/** How many tasks of a run are cleaning up, and who is told when none does any more. */
export class Cleanups {
  #count = 0;
  #callback: (() => void) | undefined;

  begin(): void {
    this.#count++;
  }

  end(): void {
    if (--this.#count === 0) this.#callback?.();
  }

  whenNone(callback: () => void): void {
    if (this.#count === 0) callback();
    else this.#callback = callback;
  }
}
