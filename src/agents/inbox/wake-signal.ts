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

  /** The same for a wait that ends with an abortion, which rejects with its reason. */
  async untilNext(signal: AbortSignal): Promise<void> {
    const { woken, stop } = this.next();
    let leave = (): void => {};
    const aborted = new Promise<never>((_resolve, reject) => {
      const fail = (): void => reject(signal.reason);
      if (signal.aborted) fail();
      signal.addEventListener("abort", fail, { once: true });
      leave = () => signal.removeEventListener("abort", fail);
    });
    try {
      await Promise.race([woken, aborted]);
    } finally {
      leave();
      stop();
    }
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
