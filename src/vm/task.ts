import {
  type CallContext,
  type Host,
  type Outcome,
  type ResumableFrame,
  type ServiceKey,
  SUSPENDED,
  type WaitReason,
  type Waker,
} from "../builtin/index.ts";
import { Raise, type Value } from "../value/index.ts";
import { callValue } from "./calls.ts";
import { Frame } from "./frame.ts";
import type { Generator } from "./generator.ts";
import { failFrame, resumeFrame } from "./interpreter.ts";
import type { Machine } from "./machine.ts";
import { asRaise, nameLine } from "./trace.ts";

type Captured = Frame | ResumableFrame;

interface Waiting {
  readonly reason: WaitReason;
  readonly abandon: () => void;
}

/** How a task ended. */
export type Completion =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "error"; readonly error: unknown };

/** Instructions between two looks at the clock. */
const fuelPerSlice = 20_000;
/** How long a task may keep the host's event loop waiting, in milliseconds. */
const sliceMs = 12;

/**
 * A thread of the program: a stack of suspended frames and what it waits for. It is also the `CallContext` that builtins
 * see.
 *
 * T1. A task is running, ready, parked (`#waiting` is set), or done. Only the scheduler resumes it.
 * T2. `#stack` holds suspended frames outermost first; `#captured` what the current run has suspended, innermost first.
 * T3. Whoever parks a task gives `abandon`; it is called exactly when the wait ends otherwise than by its waker.
 */
export class Task implements CallContext {
  readonly machine: Machine;
  readonly taskId: string;
  readonly parent: Task | undefined;
  depth = 0;
  fuel = fuelPerSlice;
  completion: Completion | undefined;
  #stack: Captured[] = [];
  #captured: Captured[] = [];
  #waiting: Waiting | undefined;
  #resumption: Completion | undefined;
  #interrupt: Raise | undefined;
  #abort: AbortController | undefined;
  #sliceEnd = 0;
  isCancelled = false;
  readonly #watchers: ((completion: Completion) => void)[] = [];
  /** The generator whose body this task runs. */
  generator: Generator | undefined;
  /** Tasks that end with this one: what it spawned, and callbacks from its asynchronous builtins. */
  readonly children = new Set<Task>();

  constructor(machine: Machine, taskId: string, parent?: Task) {
    this.machine = machine;
    this.taskId = taskId;
    this.parent = parent;
    parent?.children.add(this);
  }

  // ------------------------------------------------------------ CallContext

  get host(): Host {
    return this.machine.host;
  }

  service<T>(key: ServiceKey<T>): T {
    return this.machine.service(key);
  }

  call0(callee: Value): Outcome {
    return callValue(this, callee, []);
  }

  call1(callee: Value, a: Value): Outcome {
    return callValue(this, callee, [a]);
  }

  call2(callee: Value, a: Value, b: Value): Outcome {
    return callValue(this, callee, [a, b]);
  }

  call(callee: Value, args: readonly Value[]): Outcome {
    return callValue(this, callee, args);
  }

  callAsync(callee: Value, args: readonly Value[]): Promise<Value> {
    const child = new Task(this.machine, this.taskId, this);
    child.isCancelled = this.isCancelled;
    return new Promise((resolve, reject) => {
      child.whenDone((completion) =>
        completion.kind === "value" ? resolve(completion.value) : reject(completion.error),
      );
      child.start((task) => callValue(task, callee, args));
    });
  }

  resumeWith(frame: ResumableFrame): typeof SUSPENDED {
    this.capture(frame);
    return SUSPENDED;
  }

  wait(promise: PromiseLike<Value>): typeof SUSPENDED {
    const waker = this.park({ kind: "io", detail: "an answer from the host" }, () => this.#abortWaits());
    promise.then(waker.wake, waker.fail);
    return SUSPENDED;
  }

  async(body: () => Promise<Value>): typeof SUSPENDED {
    return this.wait(body());
  }

  park(reason: WaitReason, abandon: () => void): Waker {
    const waiting: Waiting = { reason, abandon };
    this.#waiting = waiting;
    const settle = (completion: Completion): void => {
      if (this.#waiting === waiting) this.#wake(completion);
    };
    return {
      wake: (value) => settle({ kind: "value", value }),
      fail: (error) => settle({ kind: "error", error }),
    };
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  write(stream: "stdout" | "stderr", text: string): void {
    this.machine.write(stream, text);
  }

  // ------------------------------------------------------------ running

  /** Queues what this task is to run. */
  start(body: (task: Task) => Outcome): void {
    this.#stack.push({ resume: () => body(this) });
    this.#wake({ kind: "value", value: null });
  }

  capture(frame: Captured): void {
    this.#captured.push(frame);
  }

  /** Why the task is parked, if it is. */
  get waitReason(): WaitReason | undefined {
    return this.#waiting?.reason;
  }

  whenDone(watcher: (completion: Completion) => void): void {
    if (this.completion) watcher(this.completion);
    else this.#watchers.push(watcher);
  }

  #wake(completion: Completion): void {
    if (this.completion) return;
    this.#waiting = undefined;
    this.#resumption = completion;
    this.machine.scheduler.ready(this);
  }

  /** Runs until the task is done or parked. Called by the scheduler. */
  step(): void {
    const resumption = this.#resumption;
    if (!resumption || this.completion) return;
    this.#resumption = undefined;
    this.fuel = fuelPerSlice;
    this.#sliceEnd = this.machine.host.clock.monotonic() + sliceMs;
    let current: Completion = this.#takeInterrupt() ?? resumption;
    for (;;) {
      const frame = this.#stack.pop();
      if (!frame) return this.finish(current);
      const outcome = this.#continue(frame, current);
      if (outcome === SUSPENDED) {
        for (let index = this.#captured.length - 1; index >= 0; index--)
          this.#stack.push(this.#captured[index] as Captured);
        this.#captured = [];
        return;
      }
      current = outcome;
    }
  }

  /**
   * Runs a frame of a coroutine to its next suspension or end, on the caller's JavaScript stack. What it captures stays
   * with this task, for `step`.
   */
  runNow(frame: Frame): typeof SUSPENDED | Completion {
    this.#stack.push(frame);
    this.#resumption = { kind: "value", value: null };
    this.step();
    return this.completion ?? SUSPENDED;
  }

  /** Goes on at once with a value, without the scheduler's queue: a generator that is pulled. */
  resumeNow(value: Value): void {
    this.#waiting = undefined;
    this.#resumption = { kind: "value", value };
    this.step();
  }

  #continue(frame: Captured, completion: Completion): typeof SUSPENDED | Completion {
    try {
      const outcome =
        frame instanceof Frame ? this.#continueFrame(frame, completion) : this.#continueNative(frame, completion);
      return outcome === SUSPENDED ? SUSPENDED : { kind: "value", value: outcome };
    } catch (error) {
      this.#captured = [];
      return { kind: "error", error: asRaise(error) };
    }
  }

  #continueFrame(frame: Frame, completion: Completion): Outcome {
    this.depth = frame.depth;
    return completion.kind === "value"
      ? resumeFrame(this, frame, completion.value)
      : failFrame(this, frame, completion.error);
  }

  #continueNative(frame: ResumableFrame, completion: Completion): Outcome {
    if (completion.kind === "value") return frame.resume(this, completion.value);
    if (completion.error instanceof Raise) nameLine(completion.error);
    if (frame.fail) return frame.fail(this, completion.error);
    throw completion.error;
  }

  finish(completion: Completion): void {
    this.completion = completion;
    this.parent?.children.delete(this);
    for (const child of [...this.children]) child.cancel();
    for (const watcher of this.#watchers) watcher(completion);
  }

  // ------------------------------------------------------------ stopping

  /**
   * Out of fuel: notices cancellation and deadlines, and when the slice is over parks for one turn of the host's event
   * loop. True means parked: the caller suspends.
   */
  refuel(): boolean {
    this.fuel = fuelPerSlice;
    const interrupt = this.#interrupt;
    if (interrupt) {
      this.#interrupt = undefined;
      throw interrupt;
    }
    if (this.machine.host.clock.monotonic() < this.#sliceEnd) return false;
    const waker = this.park({ kind: "io", detail: "a turn of the event loop" }, () => {});
    this.machine.scheduler.afterTurn(() => waker.wake(null));
    return true;
  }

  /** Makes the task's next wait or loop fail with this error; a wait that is under way ends now. */
  interrupt(error: Raise): void {
    if (this.completion) return;
    const waiting = this.#waiting;
    if (!waiting) {
      this.#interrupt = error;
      this.fuel = 0;
      return;
    }
    this.#waiting = undefined;
    waiting.abandon();
    this.#wake({ kind: "error", error });
  }

  /** An interrupt that came while the task was ready but not running. */
  #takeInterrupt(): Completion | undefined {
    const error = this.#interrupt;
    this.#interrupt = undefined;
    return error && { kind: "error", error };
  }

  /** Ends the task where it stands; nothing of it runs again. */
  cancel(): void {
    if (this.completion) return;
    const waiting = this.#waiting;
    this.isCancelled = true;
    this.#waiting = undefined;
    this.#stack = [];
    this.#resumption = undefined;
    waiting?.abandon();
    this.#abortWaits();
    this.finish({ kind: "value", value: null });
  }

  #abortWaits(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    for (const child of [...this.children]) if (child.taskId === this.taskId) child.cancel();
  }
}
