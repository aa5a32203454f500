import type { WaitReason, Waker } from "../builtin/index.ts";
import type { Value } from "../value/index.ts";
import type { Completion, Task } from "./task.ts";
import { asRaise } from "./trace.ts";

export const nilCompletion: Completion = { kind: "value", value: null };

/** One wait of a task. What wakes it later than something else did is not heard (T4). */
export class Wait implements Waker {
  readonly #task: Task;
  readonly reason: WaitReason;
  readonly abandon: () => void;

  constructor(task: Task, reason: WaitReason, abandon: () => void) {
    this.#task = task;
    this.reason = reason;
    this.abandon = abandon;
  }

  wake(value: Value): void {
    this.#task.settleWait(this, value === null ? nilCompletion : { kind: "value", value });
  }

  fail(error: unknown): void {
    this.#task.settleWait(this, { kind: "error", error: asRaise(error) });
  }
}
