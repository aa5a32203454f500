import type {
  CallContext,
  Host,
  Outcome,
  ResumableFrame,
  ServiceKey,
  Stop,
  SUSPENDED,
  WaitReason,
  WaitSubject,
  Waker,
} from "../builtin/index.ts";
import type { Value } from "../value/index.ts";
import type { Task } from "./task.ts";
import { abortedSignal, cancellation } from "./unwind.ts";

/**
 * One call of a builtin, as it sees its task: what its asynchronous code may still do depends on that call, and not on what
 * the task waits for by then. The task itself plays this part until the first of its waits for such code was abandoned; most
 * tasks see no such thing, and their calls cost nothing.
 *
 * H1. Once the call's wait was abandoned (a deadline, a cancel), its code calls back into the program no more, and its
 *     signal stays aborted.
 */
export class HostCall implements CallContext {
  readonly task: Task;
  #isOver = false;
  #signal: AbortSignal | undefined;

  constructor(task: Task) {
    this.task = task;
  }

  get host(): Host {
    return this.task.host;
  }

  get taskId(): string {
    return this.task.taskId;
  }

  get callerPath(): string | undefined {
    return this.task.callerPath;
  }

  get signal(): AbortSignal {
    const signal = this.#signal ?? (this.#isOver ? abortedSignal() : this.task.liveSignal);
    this.#signal = signal;
    return signal;
  }

  service<T>(key: ServiceKey<T>): T {
    return this.task.service(key);
  }

  scoped<T>(key: ServiceKey<T>): T | undefined {
    return this.task.scoped(key);
  }

  setScoped<T>(key: ServiceKey<T>, value: T | undefined): void {
    this.task.setScoped(key, value);
  }

  call0(callee: Value): Outcome {
    return this.task.call0(callee);
  }

  call1(callee: Value, a: Value): Outcome {
    return this.task.call1(callee, a);
  }

  call2(callee: Value, a: Value, b: Value): Outcome {
    return this.task.call2(callee, a, b);
  }

  call(callee: Value, args: readonly Value[]): Outcome {
    return this.task.call(callee, args);
  }

  callAsync(callee: Value, args: readonly Value[], stop?: Stop): Promise<Value> {
    if (this.#isOver) return Promise.reject(cancellation());
    return this.task.callAsync(callee, args, stop, this);
  }

  resumeWith(frame: ResumableFrame): typeof SUSPENDED {
    return this.task.resumeWith(frame);
  }

  wait(promise: PromiseLike<Value>): typeof SUSPENDED {
    return this.task.wait(promise, this);
  }

  async(body: () => Promise<Value>, what?: WaitSubject): typeof SUSPENDED {
    return this.task.wait(body(), this, what);
  }

  park(reason: WaitReason, abandon: () => void): Waker {
    return this.task.park(reason, abandon);
  }

  write(stream: "stdout" | "stderr", text: string): void {
    this.task.write(stream, text);
  }

  /** Its wait was abandoned. */
  end(): void {
    this.#isOver = true;
  }
}

/** The task behind what a builtin was given. */
export function taskOf(context: CallContext): Task {
  return context instanceof HostCall ? context.task : (context as Task);
}
