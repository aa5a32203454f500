import { type CallContext, DONE, type Pulled, type SUSPENDED, type Waker } from "../../builtin/index.ts";
import { WaitLine } from "./wait-line.ts";

/**
 * Pulls of something that answers one at a time: who comes while another waits for its answer waits for its turn. A pull that
 * is woken stays at the head until it goes on, so that no other comes in between.
 */
export class PullQueue {
  readonly #line = new WaitLine<Waker>();
  readonly #isBusy: () => boolean;

  constructor(isBusy: () => boolean) {
    this.#isBusy = isBusy;
  }

  /** Whether a pull that comes now has to wait for its turn. */
  get mustWait(): boolean {
    return this.#line.size > 0 || this.#isBusy();
  }

  join(context: CallContext, what: string, pull: (context: CallContext) => Pulled): typeof SUSPENDED {
    const waker = context.park({ kind: "task", detail: `its turn at a ${what}` }, () => {
      this.#line.leave(waker);
      this.wakeNext();
    });
    this.#line.join(waker);
    return context.resumeWith({
      resume: (resumed) => {
        this.#line.leave(waker);
        try {
          const pulled = pull(resumed);
          return pulled === DONE ? null : pulled;
        } finally {
          this.wakeNext();
        }
      },
    });
  }

  wakeNext(): void {
    if (!this.#isBusy()) this.#line.first?.wake(null);
  }
}
