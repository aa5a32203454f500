import {
  type CallContext,
  DONE,
  type Outcome,
  type Pulled,
  type ResumableFrame,
  type SUSPENDED,
  type Waker,
} from "../../builtin/index.ts";
import { InLine, WaitLine } from "./wait-line.ts";

/**
 * Pulls of something that answers one at a time: who comes while another waits for its answer waits for its turn. A pull that
 * is woken stays at the head until it goes on, so that no other comes in between.
 */
export class PullQueue {
  readonly #line = new WaitLine<QueuedPull>();
  readonly #isBusy: () => boolean;

  constructor(isBusy: () => boolean) {
    this.#isBusy = isBusy;
  }

  /** Whether a pull that comes now has to wait for its turn. */
  get mustWait(): boolean {
    return this.#line.size > 0 || this.#isBusy();
  }

  join(context: CallContext, what: string, pull: (context: CallContext) => Pulled): typeof SUSPENDED {
    const queued = new QueuedPull(this, context, what, pull);
    this.#line.join(queued);
    return context.resumeWith(queued);
  }

  leave(queued: QueuedPull): void {
    this.#line.leave(queued);
  }

  wakeNext(): void {
    if (!this.#isBusy()) this.#line.first?.waker.wake(null);
  }
}

/** One task in the queue, and what it does when its turn has come. */
class QueuedPull extends InLine implements ResumableFrame {
  readonly waker: Waker;
  readonly #queue: PullQueue;
  readonly #pull: (context: CallContext) => Pulled;

  constructor(queue: PullQueue, context: CallContext, what: string, pull: (context: CallContext) => Pulled) {
    super();
    this.#queue = queue;
    this.#pull = pull;
    this.waker = context.park({ kind: "task", detail: `its turn at a ${what}` }, () => {
      queue.leave(this);
      queue.wakeNext();
    });
  }

  resume(context: CallContext): Outcome {
    this.#queue.leave(this);
    try {
      const pulled = this.#pull(context);
      return pulled === DONE ? null : pulled;
    } finally {
      this.#queue.wakeNext();
    }
  }
}
