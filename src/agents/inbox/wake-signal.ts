/** Wakes whoever waits. A wait that was begun before a wake-up is ended by it, whenever the waiter gets to look. */
export class WakeSignal {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next wake-up. `stop` gives the wait up. */
  next(): { readonly woken: Promise<void>; readonly stop: () => void } {
    let wake = (): void => {};
    const woken = new Promise<void>((resolve) => {
      wake = resolve;
    });
    this.#waiting.add(wake);
    return { woken, stop: () => void this.#waiting.delete(wake) };
  }

  get isIdle(): boolean {
    return this.#waiting.size === 0;
  }

  wakeAll(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }
}
