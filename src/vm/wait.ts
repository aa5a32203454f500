import type { WaitReason, Waker } from "../builtin/index.ts";
import type { Value } from "../value/index.ts";
import type { Completion, Task } from "./task.ts";
import { asRaise } from "./trace.ts";

export const nilCompletion: Completion = { kind: "value", value: null };

/**
 * One wait of a task, from when it is made. What wakes it later than something else did is not heard (T4). A kind of its own is
 * worth it where many tasks wait: it is all that one of them costs.
 */
export abstract class Wait implements Waker {
  readonly task: Task;
  readonly reason: WaitReason;

  constructor(task: Task, reason: WaitReason) {
    this.task = task;
    this.reason = reason;
    task.waitAt(this);
  }

  /** The program will not see the answer (T3). */
  abstract abandon(): void;

  wake(value: Value): void {
    this.task.settleWait(this, value === null ? nilCompletion : { kind: "value", value });
  }

  fail(error: unknown): void {
    this.task.settleWait(this, { kind: "error", error: asRaise(error) });
  }
}

/** A wait that is abandoned by a function. */
export class PlainWait extends Wait {
  readonly #abandon: () => void;

  constructor(task: Task, reason: WaitReason, abandon: () => void) {
    super(task, reason);
    this.#abandon = abandon;
  }

  override abandon(): void {
    this.#abandon();
  }
}
