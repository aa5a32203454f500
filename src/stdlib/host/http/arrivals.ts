import type { CallContext } from "../../../builtin/index.ts";

interface Receiver<T> {
  readonly give: (item: T | undefined) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Hands what arrives to whoever waits for it, one item each, in order. A receiver that has waited long enough, or whose task ends, leaves
 * the line; what was being read for it goes to the next.
 */
export class Arrivals<T> {
  readonly #read: () => Promise<T | undefined>;
  readonly #receivers = new Set<Receiver<T>>();
  /** Read for a receiver that was gone by then. */
  readonly #unclaimed: T[] = [];
  #isReading = false;
  #isOver = false;

  /** `read` gives undefined at the end, and is called again only after it has answered. */
  constructor(read: () => Promise<T | undefined>) {
    this.#read = read;
  }

  next(context: CallContext, timeoutMs: number): Promise<T | undefined | "timeout"> {
    if (this.#unclaimed.length > 0) return Promise.resolve(this.#unclaimed.shift());
    if (this.#isOver) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        disarm();
        this.#receivers.delete(receiver);
        context.signal.removeEventListener("abort", onAbort);
      };
      const receiver: Receiver<T> = {
        give: (item) => {
          leave();
          resolve(item);
        },
        fail: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = (): void => receiver.fail(context.signal.reason);
      const disarm = context.host.clock.schedule(timeoutMs, () => {
        leave();
        resolve("timeout");
      });
      this.#receivers.add(receiver);
      context.signal.addEventListener("abort", onAbort, { once: true });
      void this.#pump();
    });
  }

  /** Reads as long as somebody waits. */
  async #pump(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    while (this.#receivers.size > 0 && !this.#isOver) {
      try {
        this.#deliver(await this.#read());
      } catch (error) {
        const [receiver] = this.#receivers;
        this.#isOver = true;
        receiver?.fail(error);
      }
    }
    this.#isReading = false;
    if (this.#isOver) for (const receiver of [...this.#receivers]) receiver.give(undefined);
  }

  #deliver(item: T | undefined): void {
    const [receiver] = this.#receivers;
    if (item === undefined) this.#isOver = true;
    else if (receiver === undefined) this.#unclaimed.push(item);
    else receiver.give(item);
  }
}
