import type { Value } from "../value/index.ts";
import type { Host } from "./host.ts";
import type { Outcome, SUSPENDED } from "./outcome.ts";
import type { ServiceKey } from "./service.ts";
import type { Stop } from "./stop.ts";

/**
 * What a builtin sees of the task that calls it. It is the task itself: passing it costs nothing.
 *
 * A builtin that cannot answer at once has three ways to wait, and returns what they return:
 * - `wait(promise)`: the settled value is the builtin's answer;
 * - `park(…)`: a waker is kept by whatever will wake the task (a channel, a lock, a timer);
 * - after an inner `call` gave `SUSPENDED`: `resumeWith(frame)`, whose `resume` gets that call's value later.
 */
export interface CallContext {
  readonly host: Host;
  /** The runtime's service of that key (event log, models, sessions …); an error when the runtime has none. */
  service<T>(key: ServiceKey<T>): T;

  /** Calls any callable value. The callee may suspend. */
  call0(callee: Value): Outcome;
  call1(callee: Value, a: Value): Outcome;
  call2(callee: Value, a: Value, b: Value): Outcome;
  call(callee: Value, args: readonly Value[]): Outcome;
  /**
   * Calls from asynchronous JavaScript, as part of the same task: it shares its cancellation, deadline and identity. `stop`
   * cancels the call alone.
   */
  callAsync(callee: Value, args: readonly Value[], stop?: Stop): Promise<Value>;

  resumeWith(frame: ResumableFrame): typeof SUSPENDED;
  wait(promise: PromiseLike<Value>): typeof SUSPENDED;
  /** Runs an asynchronous body and waits for it. `what` is what a report of a deadlock says of it. */
  async(body: () => Promise<Value>, what?: WaitSubject): typeof SUSPENDED;
  /** `abandon` is called when the wait ends otherwise (cancellation, deadline): take the waker out of whatever holds it. */
  park(reason: WaitReason, abandon: () => void): Waker;

  /** Aborted when the task is cancelled or passes its deadline: hand it to everything that can stop early. */
  readonly signal: AbortSignal;
  /** Identity for records and for runtime context. */
  readonly taskId: string;
  /** What was last set under the key by this task or, before this task began, by the one that started it. */
  scoped<T>(key: ServiceKey<T>): T | undefined;
  /** Seen by this task, by its callbacks, and by every task that it starts from now on. */
  setScoped<T>(key: ServiceKey<T>, value: T | undefined): void;
  /**
   * Path of the file whose code makes this call, `<stdlib>/…` for the library's own. Only for builtins that `asksCaller`, and
   * before they wait; undefined when the builtin is called as a value.
   */
  readonly callerPath?: string | undefined;
  /** Text to the program's standard output or error, through the run's sinks. */
  write(stream: "stdout" | "stderr", text: string): void;
}

/** How a native function goes on after a call inside it suspended. */
export interface ResumableFrame {
  resume(context: CallContext, value: Value): Outcome;
  /** Sees an error of the inner call; without it the error passes through. */
  fail?(context: CallContext, error: unknown): Outcome;
}

export interface Waker {
  wake(value: Value): void;
  fail(error: unknown): void;
}

/** What a parked task waits for, in words a person can act on. */
export interface WaitReason {
  /**
   * Who ends it: for `channel`, `lock` and `task` another task of the machine and nobody else, so that a program in which
   * every task waits for such a thing is at an end.
   */
  readonly kind: "timer" | "channel" | "lock" | "task" | "io" | "human" | "inbox" | "event";
  readonly detail: string;
  /** A timer ends it as well. */
  readonly isLimited?: boolean;
  /** Ids of the tasks that could end it, where they are known. */
  readonly blockers?: () => readonly string[];
}

/** What is waited for, without who ends it. */
export type WaitSubject = Pick<WaitReason, "detail" | "blockers">;
