import { type Outcome, SUSPENDED, type WaitReason } from "../../builtin/index.ts";
import { err, HandleValue, ok, runtimeError, type Value } from "../../value/index.ts";
import type { Completion, Task } from "../task.ts";
import { carriedOver, errorText, resultOf } from "./completion.ts";
import { after } from "./timer.ts";
import { WaitInLine, WaitLine } from "./wait-line.ts";

/** Its words are put together when somebody asks. */
class TaskWait implements WaitReason {
  readonly kind = "task";
  readonly #awaited: Task;

  constructor(awaited: Task) {
    this.#awaited = awaited;
  }

  get detail(): string {
    return `task ${this.#awaited.taskId}`;
  }
}

/** One task that awaits another. */
class ParkedAwait extends WaitInLine {
  readonly #handle: TaskHandle;

  constructor(handle: TaskHandle, waiter: Task) {
    super(waiter, new TaskWait(handle.task));
    this.#handle = handle;
  }

  override abandon(): void {
    this.#handle.abandon(this);
  }
}

/** What `spawn` gives. Any task may await it; its result is handed out once, to everybody who waits by then. */
export class TaskHandle extends HandleValue {
  readonly task: Task;
  readonly #number: number;
  #isTaken = false;
  #waiting: WaitLine<ParkedAwait> | undefined;

  constructor(number: number, task: Task) {
    super();
    this.#number = number;
    this.task = task;
    task.handle = this;
  }

  get typeName(): string {
    return "task_handle";
  }

  get id(): string {
    return `vm_task_${this.#number}`;
  }

  override show(): string {
    return `<task:${this.id}>`;
  }

  override equals(other: Value): boolean {
    return other === this;
  }

  /** The task's value or error; nil once that has been taken. */
  await(waiter: Task): Outcome {
    if (waiter === this.task) throw runtimeError("await: a task cannot await itself");
    if (this.#isTaken) return null;
    const { completion } = this.task;
    if (completion) {
      this.#isTaken = true;
      return resultOf(completion);
    }
    this.#waiting ??= new WaitLine();
    this.#waiting.join(new ParkedAwait(this, waiter));
    return SUSPENDED;
  }

  /** An await ended otherwise. */
  abandon(parked: ParkedAwait): void {
    this.#waiting?.leave(parked);
    if (this.task.completion) this.#isTaken = false;
  }

  /** Asks the task to stop, waits for it, and ends it when it takes too long. */
  cancelGracefully(waiter: Task, graceMs: number): Outcome {
    if (waiter === this.task) throw runtimeError("cancel_graceful: a task cannot wait for its own end");
    const { completion } = this.task;
    this.#isTaken = true;
    if (completion) return outcomeOf(completion);
    let cancelTimer = (): void => {};
    const reason = { kind: "task", detail: `the end of task ${this.task.taskId}`, isLimited: true } as const;
    const waker = waiter.park(reason, () => cancelTimer());
    cancelTimer = after(waiter.host.clock, graceMs, () => {
      waker.wake(err("cancel_graceful: timeout, task forcefully aborted"));
      this.task.cancel();
    });
    this.task.whenDone((done) => {
      cancelTimer();
      waker.wake(outcomeOf(done));
    });
    this.task.requestCancel();
    return SUSPENDED;
  }

  /** The task is done. */
  settle(completion: Completion): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (!waiting || waiting.size === 0) return;
    this.#isTaken = true;
    for (let one = waiting.shift(); one; one = waiting.shift()) {
      if (completion.kind === "value") one.wake(completion.value);
      else one.fail(carriedOver(completion.error));
    }
  }
}

function outcomeOf(completion: Completion): Value {
  return completion.kind === "value" ? ok(completion.value) : err(errorText(completion.error));
}
