import { type CallContext, DONE, type Pulled, PullHandle, SUSPENDED, type Waker } from "../builtin/index.ts";
import type { Value } from "../value/index.ts";
import type { Frame } from "./frame.ts";
import { type Completion, Task } from "./task.ts";

/**
 * What calling a function that yields gives. The body is a coroutine: a task that runs on the puller's stack from one
 * yield to the next, and never ahead of its consumer.
 *
 * G1. `next` runs the body until it yields, ends, or waits for something else; in the last case the puller waits too.
 * G2. An error of the body surfaces at the pull that met it; afterwards the generator is done.
 * G3. Closing a generator that has not ended cancels its task.
 */
export class Generator extends PullHandle {
  readonly typeName: "generator" | "stream";
  readonly #task: Task;
  #start: Frame | undefined;
  /** The value of the yield that the body stands at. */
  #yielded: Value | undefined;
  /** Goes on with the body behind the yield. */
  #resume: Waker | undefined;
  #puller: Waker | undefined;
  /** Set while `next` runs the body itself and will look at the outcome. */
  #isRunning = false;

  constructor(creator: Task, start: Frame) {
    super();
    this.typeName = start.code.flow === "stream" ? "stream" : "generator";
    this.#start = start;
    this.#task = new Task(creator.machine, creator.taskId, undefined);
    this.#task.generator = this;
    this.#task.whenDone((completion) => this.#onDone(completion));
  }

  override show(): string {
    return this.typeName === "stream" ? "<stream>" : this.exhausted ? "<generator (done)>" : "<generator>";
  }

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    const ready = this.#take();
    if (ready !== undefined) return ready;
    this.#isRunning = true;
    this.#advance();
    this.#isRunning = false;
    const yielded = this.#take();
    if (yielded !== undefined) return yielded;
    const { completion } = this.#task;
    if (completion) {
      this.exhausted = true;
      if (completion.kind === "error") throw completion.error;
      return DONE;
    }
    this.#puller = context.park({ kind: "task", detail: `the next value of a ${this.typeName}` }, () => {
      this.#puller = undefined;
    });
    return SUSPENDED;
  }

  override close(_context: CallContext): void {
    if (this.exhausted) return;
    this.exhausted = true;
    this.#task.cancel();
  }

  /** The body stands at a yield: called by the `yield` statement, in the body's own task. */
  yield(value: Value): typeof SUSPENDED {
    this.#yielded = value;
    this.#resume = this.#task.park({ kind: "task", detail: "its consumer" }, () => {});
    if (!this.#isRunning) this.#wakePuller();
    return SUSPENDED;
  }

  #advance(): void {
    if (this.#start) {
      const frame = this.#start;
      this.#start = undefined;
      this.#task.runNow(frame);
    } else if (this.#resume) {
      this.#resume = undefined;
      this.#task.resumeNow(null);
    }
  }

  #take(): Value | undefined {
    const yielded = this.#yielded;
    this.#yielded = undefined;
    return yielded;
  }

  #onDone(_completion: Completion): void {
    if (!this.#isRunning) this.#wakePuller();
  }

  #wakePuller(): void {
    const puller = this.#puller;
    this.#puller = undefined;
    if (!puller) return;
    const yielded = this.#take();
    if (yielded !== undefined) return puller.wake(yielded);
    this.exhausted = true;
    const { completion } = this.#task;
    if (completion?.kind === "error") puller.fail(completion.error);
    else puller.wake(null);
  }
}
