import { SteppingClock } from "./stepping-clock.ts";

/** Turns of the event loop after which nothing else is taken to happen before the next timer. */
const quietTurns = 8;

/** A clock that goes on to its next timer by itself once nothing else happens: programs wait for no time at all, in due order. */
export class FlyingClock extends SteppingClock {
  #isFlying = false;

  override schedule(milliseconds: number, callback: () => void): () => void {
    const cancel = super.schedule(milliseconds, callback);
    if (!this.#isFlying) void this.#fly();
    return cancel;
  }

  async #fly(): Promise<void> {
    this.#isFlying = true;
    while (this.pending > 0) {
      for (let turn = 0; turn < quietTurns; turn++) await new Promise((resolve) => setImmediate(resolve));
      this.step();
    }
    this.#isFlying = false;
  }
}
