import {
  type CallContext,
  type Host,
  type Outcome,
  type ResumableFrame,
  type ServiceKey,
  type Stop,
  SUSPENDED,
  type WaitReason,
  type WaitSubject,
  type Waker,
} from "../builtin/index.ts";
import { type Closure, Raise, type Value } from "../value/index.ts";
import { callValue, callWith1, callWith2 } from "./calls.ts";
import { Cleanups } from "./cleanups.ts";
import { type DeadlineScope, deadlineExceeded } from "./concurrency/deadline.ts";
import type { Coroutine } from "./coroutine.ts";
import { CallEntry, Entry } from "./entry.ts";
import { Frame } from "./frame.ts";
import type { Generator } from "./generator.ts";
import type { Holding } from "./holding.ts";
import type { HostCall } from "./host-call.ts";
import type { Machine } from "./machine.ts";
import { Stretch } from "./stretch.ts";
import { type TaskIdentity, TaskLocals } from "./task-identity.ts";
import { asRaise, nameLine, placeOf } from "./trace.ts";
import { abortedSignal, cancellation, isCancellation, isFatalError, Unwind } from "./unwind.ts";
import { nilCompletion, PlainWait, type Wait } from "./wait.ts";

type Captured = Frame | ResumableFrame;
type Watcher = (completion: Completion) => void;
type Handle = { settle(completion: Completion): void };

/** How a task ended. */
export type Completion =
  | { readonly kind: "value"; readonly value: Value }
  | { readonly kind: "error"; readonly error: unknown };

const noFrames: Captured[] = [];
/** What every task that is ended goes on with: thousands may be ended together. */
const unwound = { kind: "error", error: new Unwind("cancelled") } as const;

/** Instructions between two looks at the clock. */
const fuelPerSlice = 20_000;
/** Loops and calls that a task may still make after it was asked to stop, to find out by itself. */
const cancelGrace = 1024;
/** How long a task that was asked to stop may pause at a time, in milliseconds: it is not to spin either. */
const pauseOnceCancelledMs = 1;
/** How long the cleanup of a task that is ended may take, in milliseconds. */
const cleanupMs = 250;

/**
 * A thread of the program: a stack of suspended frames and what it waits for. It is also the `CallContext` that builtins
 * see.
 *
 * T1. A task is running, ready, parked (`#waiting` is set), or done. Only the scheduler resumes it.
 * T2. `#stack` holds suspended frames outermost first; `#captured` what the current run has suspended, innermost first.
 * T3. Whoever parks a task gives `abandon`; it is called exactly when the program will not see the waker's answer: the wait
 *     ended otherwise, or the task was ended after it was woken and before it went on. What was handed over is taken back.
 * T4. Whoever wakes a task first is heard. An interrupt that comes later waits for the next wait or loop, so that no lock
 *     and no message is lost between two parties. A pause that is over brings nothing that could be lost: who is asked to stop
 *     before it went on was asked to stop in its pause, so that no coincidence of timers decides what a cancel comes to.
 * T5. A task ends its children. One that is ended unwinds first: its finalizers run, for `cleanupMs` at most. Its children
 *     are ended with it, not after it: while it cleans up, nothing new begins in them. Nor in what it pulled
 *     (`coroutine.ts`), there under a deadline that is over as well.
 * T6. One that is asked to stop (`requestCancel`) notices at its wait, at its next one, or after `cancelGrace` loops, once: it
 *     can catch that to clean up, with whatever brings it something. Only its pauses fail again, so that a loop which tries
 *     again and again comes to an end.
 */
export class Task implements CallContext {
  readonly machine: Machine;
  readonly identity: TaskIdentity;
  readonly parent: Task | undefined;
  /** The task that the program began with: this one, or the outermost parent. */
  readonly root: Task;
  readonly locals: TaskLocals;
  depth = 0;
  fuel = fuelPerSlice;
  completion: Completion | undefined;
  /** A tail call that its caller is to make: see `settle`. */
  tailCall: { readonly closure: Closure; readonly args: readonly Value[]; readonly level: number } | undefined;
  /** Never written while they are `noFrames`: most tasks hold one frame or two, and an array of one is small. */
  #stack: Captured[] = noFrames;
  #captured: Captured[] = noFrames;
  #waiting: Wait | undefined;
  /** The last wait for asynchronous code that has the task itself, and no `HostCall`. */
  #ownHostWait: Wait | undefined;
  /** Such a wait was abandoned, and its code may still run. */
  hasAbandonedCode = false;
  /** The wait that `#resumption` answers. */
  #answered: Wait | undefined;
  #resumption: Completion | undefined;
  #interrupt: Raise | Unwind | undefined;
  #abort: AbortController | undefined;
  /** Once it has used up its first fuel without having waited. */
  #stretch: Stretch | undefined;
  #isBetweenSlices = false;
  #hasBegun = false;
  #isRunning = false;
  #isCancelled = false;
  #isEnding = false;
  #cancelCleanupTimer: (() => void) | undefined;
  /** Most that have any have one. */
  #watchers: Watcher | Watcher[] | undefined;
  /** Children are a list through the children themselves, in the order in which they came. */
  #firstChild: Task | undefined;
  #lastChild: Task | undefined;
  #adopter: Task | undefined;
  #older: Task | undefined;
  #younger: Task | undefined;
  /** Deadlines that this task is under, outermost first. */
  deadlines: readonly DeadlineScope[] | undefined;
  /** Who is told first how it ended: the handle that the program has, or what it is a branch of. */
  handle: Handle | undefined;
  /** Permits that it has taken and not given back. */
  held: Holding[] | undefined;
  callerPath: string | undefined;
  /** The generator whose body this task runs. */
  generator: Generator | undefined;
  /** The task that this one runs for, when it is a coroutine or a callback: it is cancelled when that one is. */
  user: Task | undefined;
  /** What it is, or is part of. */
  coroutine: Coroutine | undefined;

  constructor(machine: Machine, identity: TaskIdentity, options: TaskOptions = {}) {
    const { parent, locals } = options;
    this.machine = machine;
    this.identity = identity;
    this.parent = parent;
    this.root = parent?.root ?? options.root ?? this;
    this.locals = locals ?? new TaskLocals(parent?.locals);
    this.coroutine = parent?.coroutine;
    parent?.adopt(this);
  }

  get taskId(): string {
    return this.identity.id;
  }

  scoped<T>(key: ServiceKey<T>): T | undefined {
    return this.locals.scoped(key.name) as T | undefined;
  }

  setScoped<T>(key: ServiceKey<T>, value: T | undefined): void {
    this.locals.setScoped(key.name, value);
  }

  /** Somebody asked it to stop; `is_cancelled()`. */
  get isCancelled(): boolean {
    return this.#isCancelled || this.user?.isCancelled === true;
  }

  /** Whether it is unwinding because it was ended. */
  get isEnding(): boolean {
    return this.#isEnding;
  }

  /** Tasks that end with this one: what it spawned, and callbacks from its asynchronous builtins. */
  get children(): readonly Task[] {
    const children: Task[] = [];
    for (let child = this.#firstChild; child; child = child.#younger) children.push(child);
    return children;
  }

  /** Takes a task over, from whoever had it. */
  adopt(child: Task): void {
    if (child.#adopter === this) return;
    child.#adopter?.release(child);
    child.#adopter = this;
    child.#older = this.#lastChild;
    if (this.#lastChild) this.#lastChild.#younger = child;
    else this.#firstChild = child;
    this.#lastChild = child;
  }

  release(child: Task): void {
    if (child.#adopter !== this) return;
    if (child.#older) child.#older.#younger = child.#younger;
    else this.#firstChild = child.#younger;
    if (child.#younger) child.#younger.#older = child.#older;
    else this.#lastChild = child.#older;
    child.#adopter = child.#older = child.#younger = undefined;
  }

  /** A task of its own that ends with this one at the latest and is under the same deadlines. */
  newChild(identity: TaskIdentity, locals = new TaskLocals(this.locals)): Task {
    const child = new Task(this.machine, identity, { parent: this, locals });
    if (this.deadlines) for (const scope of (child.deadlines = this.deadlines)) scope.add(child);
    return child;
  }

  /** The deadlines of what it does: a callback is under those of the task that it runs for. */
  get scopes(): readonly DeadlineScope[] | undefined {
    return this.deadlines ?? (this.parent && this.parent === this.user ? this.user.scopes : undefined);
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
    return callWith1(this, callee, a);
  }

  call2(callee: Value, a: Value, b: Value): Outcome {
    return callWith2(this, callee, a, b);
  }

  call(callee: Value, args: readonly Value[]): Outcome {
    return callValue(this, callee, args);
  }

  callAsync(callee: Value, args: readonly Value[], stop?: Stop, call?: HostCall): Promise<Value> {
    if (this.#isOverForAsync || (!call && this.#isAbandonedCode)) return Promise.reject(cancellation());
    const child = new Task(this.machine, this.identity, { parent: this, locals: this.locals });
    child.user = this;
    if (stop !== undefined) child.#cancelWith(stop);
    return new Promise((resolve, reject) => {
      child.whenDone((completion) => {
        // Whoever called goes no further either; not even when it was ended before it began.
        if (child.isEnding || !child.#hasBegun) reject(cancellation());
        else if (completion.kind === "value") resolve(completion.value);
        else reject(completion.error);
      });
      child.start((task) => callValue(task, callee, args));
    });
  }

  /**
   * Whether asynchronous code that runs now belongs to a wait that was ended with the task: the task cleans up, and what it
   * waits for meanwhile is nothing of the host's.
   */
  get #isOverForAsync(): boolean {
    if (this.completion) return true;
    return this.#isEnding && !this.#isRunning && this.#waiting?.reason.kind !== "io";
  }

  /** Whether asynchronous code that has the task itself, and no `HostCall`, is that of a wait which was abandoned. */
  get #isAbandonedCode(): boolean {
    return this.hasAbandonedCode && !this.#isRunning && (!this.#waiting || this.#waiting !== this.#ownHostWait);
  }

  resumeWith(frame: ResumableFrame): typeof SUSPENDED {
    this.capture(frame);
    return SUSPENDED;
  }

  wait(promise: PromiseLike<Value>, call?: HostCall, what?: WaitSubject): typeof SUSPENDED {
    const waker = this.park(what === undefined ? hostAnswer : { kind: "io", ...what }, () => {
      if (call) call.end();
      else this.hasAbandonedCode = true;
      this.#abortWaits();
    });
    if (!call) this.#ownHostWait = this.#waiting;
    promise.then(
      (value) => waker.wake(value),
      (error: unknown) => waker.fail(error),
    );
    return SUSPENDED;
  }

  async(body: () => Promise<Value>, what?: WaitSubject): typeof SUSPENDED {
    return this.wait(body(), undefined, what);
  }

  park(reason: WaitReason, abandon: () => void): Waker {
    return new PlainWait(this, reason, abandon);
  }

  /** Called by the wait, as it begins. */
  waitAt(wait: Wait): void {
    this.#waiting = wait;
  }

  /** A waker was called. */
  settleWait(wait: Wait, completion: Completion): void {
    if (this.#waiting === wait) this.#wake(completion);
  }

  get signal(): AbortSignal {
    return this.#isAbandonedCode ? abortedSignal() : this.liveSignal;
  }

  /** For code that is known not to be abandoned. */
  get liveSignal(): AbortSignal {
    this.#abort ??= new AbortController();
    return this.#abort.signal;
  }

  write(stream: "stdout" | "stderr", text: string): void {
    this.machine.write(stream, text);
  }

  // ------------------------------------------------------------ running

  /** Queues what this task is to run. */
  start(body: (task: Task) => Outcome): void {
    this.startWith(new Entry(body));
  }

  startCall(callee: Value, args: readonly Value[]): void {
    this.startWith(new CallEntry(callee, args));
  }

  startWith(entry: ResumableFrame): void {
    this.#push(entry);
    this.#wake(nilCompletion);
  }

  #push(frame: Captured): void {
    if (this.#stack.length === 0) this.#stack = [frame];
    else this.#stack.push(frame);
  }

  capture(frame: Captured): void {
    if (this.#captured.length === 0) this.#captured = [frame];
    else this.#captured.push(frame);
  }

  /** Why the task is parked, if it is. */
  get waitReason(): WaitReason | undefined {
    return this.#waiting?.reason;
  }

  /** Where its innermost call stands, `file:line:column`. */
  get place(): string | undefined {
    const frame = this.#stack.findLast((captured) => captured instanceof Frame);
    if (!frame) return undefined;
    const { source } = frame.code.module;
    const { line, column } = source.lines.positionAt(placeOf(frame.code, frame.pc).start);
    return `${source.path}:${line}:${column}`;
  }

  whenDone(watcher: Watcher): void {
    if (this.completion) return watcher(this.completion);
    if (!this.#watchers) this.#watchers = watcher;
    else if (Array.isArray(this.#watchers)) this.#watchers.push(watcher);
    else this.#watchers = [this.#watchers, watcher];
  }

  #wake(completion: Completion): void {
    if (this.completion) return;
    this.#answered = this.#waiting;
    this.#waiting = undefined;
    this.#resumption = completion;
    this.machine.scheduler.ready(this);
  }

  /** Runs until the task is done or parked. Called by the scheduler. */
  step(): void {
    if (this.#isEnding || !this.#resumption || !this.coroutine?.holdsBack(this)) this.#run();
  }

  /** Instead of going on: it waits again, and keeps what it was woken with. */
  holdBack(abandon: () => void): void {
    this.park(heldBack, abandon);
  }

  letGoOn(): void {
    this.#waiting = undefined;
    this.machine.scheduler.ready(this);
  }

  get #isStopping(): boolean {
    return this.#isEnding || this.deadlines?.some((scope) => scope.hasFired) === true;
  }

  #run(): void {
    const resumption = this.#resumption;
    if (!resumption || this.completion) return;
    this.#resumption = undefined;
    this.#answered = undefined;
    this.fuel = this.#interrupt ? this.#fuelBefore(this.#interrupt) : fuelPerSlice;
    if (this.#stretch) {
      if (this.#isBetweenSlices) this.#stretch.nextSlice();
      else this.#stretch = undefined;
      this.#isBetweenSlices = false;
    }
    let current = this.#hasBegun ? resumption : (this.#takeInterrupt() ?? resumption);
    this.#hasBegun = true;
    this.#isRunning = true;
    while (!this.completion) {
      const frame = this.#stack.pop();
      if (!frame) {
        this.#isRunning = false;
        return this.finish(current);
      }
      const outcome = this.#continue(frame, current);
      if (outcome === SUSPENDED) break;
      current = outcome;
    }
    this.#isRunning = false;
    if (!this.completion) this.#suspend();
  }

  #suspend(): void {
    const captured = this.#captured;
    if (this.#stack.length > 0) {
      for (let index = captured.length - 1; index >= 0; index--) this.#stack.push(captured[index] as Captured);
    } else {
      // A copy has just the room it needs.
      this.#stack = captured.length > 1 ? captured.slice().reverse() : captured;
    }
    this.#captured = noFrames;
    if (this.#isEnding) this.#limitCleanup();
    if (!this.#waiting) return;
    const interrupt = this.#interrupt ?? this.#lateness();
    // Not who pulls it, where it is the body of a generator: others may pull it as well.
    if (!interrupt) return this.#isCancelled ? this.#cutShort(this.#waiting) : undefined;
    this.#interrupt = undefined;
    this.#raise(interrupt);
  }

  /** A pause of a task that was asked to stop before (T6). */
  #cutShort(wait: Wait): void {
    if (this.#isEnding || wait.reason.kind !== "timer") return;
    this.machine.host.clock.schedule(pauseOnceCancelledMs, () => {
      if (this.#waiting === wait) this.#raise(cancellation());
    });
  }

  /** The error of a task that still works under a deadline that is over. */
  #lateness(): Raise | undefined {
    return this.#isStopping && !this.#isEnding ? deadlineExceeded() : undefined;
  }

  /**
   * Runs a frame of a coroutine to its next suspension or end, on the caller's JavaScript stack. What it captures stays
   * with this task, for `step`.
   */
  runNow(frame: Frame): typeof SUSPENDED | Completion {
    this.#push(frame);
    this.#resumption = nilCompletion;
    this.#run();
    return this.completion ?? SUSPENDED;
  }

  /** Goes on at once with a value, without the scheduler's queue: a generator that is pulled. */
  resumeNow(value: Value): void {
    this.#waiting = undefined;
    this.#resumption = { kind: "value", value };
    this.#run();
  }

  #continue(frame: Captured, completion: Completion): typeof SUSPENDED | Completion {
    try {
      const outcome =
        frame instanceof Frame ? this.#continueFrame(frame, completion) : this.#continueNative(frame, completion);
      if (outcome === SUSPENDED) return SUSPENDED;
      if (outcome === null) return nilCompletion;
      return outcome === undefined ? completion : { kind: "value", value: outcome };
    } catch (error) {
      this.#captured = noFrames;
      return { kind: "error", error: asRaise(error) };
    }
  }

  /** `undefined` when the frame passes the error on as it is. */
  #continueFrame(frame: Frame, completion: Completion): Outcome | undefined {
    this.depth = frame.depth;
    return completion.kind === "value"
      ? this.machine.tier.resume(this, frame, completion.value)
      : this.machine.tier.fail(this, frame, completion.error);
  }

  #continueNative(frame: ResumableFrame, completion: Completion): Outcome | undefined {
    if (completion.kind === "value") return frame.resume(this, completion.value);
    if (completion.error instanceof Raise) nameLine(completion.error);
    return frame.fail?.(this, completion.error);
  }

  /** Called when the last frame is left. */
  finish(completion: Completion): void {
    if (this.completion) return;
    const isFatal = completion.kind === "error" && isFatalError(completion.error);
    this.completion = this.#isEnding && !isFatal ? nilCompletion : completion;
    this.#stack = noFrames;
    this.#cancelCleanupTimer?.();
    if (this.deadlines) for (const scope of this.deadlines) scope.leave(this);
    this.parent?.release(this);
    if (this.held) this.#letGo(this.held);
    if (isFatal) this.#dropDescendants();
    else this.#cancelChildren();
    const watchers = this.#watchers;
    this.#watchers = undefined;
    this.handle?.settle(this.completion);
    if (Array.isArray(watchers)) for (const watcher of watchers) watcher(this.completion);
    else watchers?.(this.completion);
    if (this.#isEnding && this.root !== this) this.root.#cleanups?.end();
    // `exit` ends the program wherever it is called; a fault of ours must not vanish with a task that nobody awaits.
    if (isFatal && !this.user && !this.generator) this.root.drop(completion);
  }

  /** What it holds at a good end may be its result: then it is its parent's. */
  #letGo(held: readonly Holding[]): void {
    const { parent } = this;
    this.held = undefined;
    for (const holding of held) {
      if (this.#isEnding || this.completion?.kind === "error") holding.release();
      else if (parent) holding.passTo(parent);
    }
  }

  // ------------------------------------------------------------ stopping

  /**
   * Out of fuel: notices cancellation and deadlines, and when the slice is over parks for one turn of the host's event
   * loop. True means parked: the caller suspends.
   */
  refuel(): boolean {
    this.fuel = fuelPerSlice;
    if (this.deadlines) for (const scope of this.deadlines) scope.fireIfDue(this.machine.host.clock.monotonic());
    const interrupt = this.#interrupt ?? this.#lateness();
    if (interrupt) {
      this.#interrupt = undefined;
      throw interrupt;
    }
    const now = this.machine.scheduler.turns.now();
    this.#stretch ??= new Stretch(now);
    if (!this.#stretch.isSliceOver(now)) return false;
    const waker = this.park({ kind: "io", detail: "a turn of the event loop" }, () => {});
    this.#isBetweenSlices = true;
    const { scheduler } = this.machine;
    if (now - this.#stretch.since < scheduler.patienceMs) scheduler.afterTurn(() => waker.wake(null));
    else scheduler.behindOthers(() => waker.wake(null));
    return true;
  }

  /** Makes the task's next wait or loop fail with this error; a wait that is under way ends now. */
  interrupt(error: Raise): void {
    if (this.completion) return;
    // A task that gives the host a turn is no more at a wait than the loop which it runs.
    const isInLoop = this.#isBetweenSlices && isCancellation(error);
    if (this.#waiting && !isInLoop) return this.#raise(error);
    if (this.#interrupt) return;
    this.#interrupt = error;
    this.fuel = Math.min(this.fuel, this.#fuelBefore(error));
  }

  /** How far a task may run before an interrupt hits it in the middle of running. */
  #fuelBefore(interrupt: Raise | Unwind): number {
    return isCancellation(interrupt) ? cancelGrace : 0;
  }

  /** Takes back an interrupt that the task has not noticed yet. */
  revoke(error: Raise): boolean {
    if (this.#interrupt !== error) return false;
    this.#interrupt = undefined;
    return true;
  }

  /** Asks the task to stop: `is_cancelled()` answers true, and its next wait or loop fails with the reason. */
  requestCancel(reason = cancellation()): void {
    if (this.completion || this.#isCancelled) return;
    this.#isCancelled = true;
    if (this.#answered?.reason.kind === "timer") this.#replaceResumption({ kind: "error", error: reason });
    else this.interrupt(reason);
  }

  #cancelWith(stop: Stop): void {
    const cancel = (): void => this.requestCancel();
    if (stop.aborted) return cancel();
    stop.addEventListener("abort", cancel, { once: true });
    this.whenDone(() => stop.removeEventListener("abort", cancel));
  }

  #raise(error: Raise | Unwind): void {
    this.#abandonWait();
    this.#wake({ kind: "error", error });
  }

  /** An interrupt that came before the task began. */
  #takeInterrupt(): Completion | undefined {
    const error = this.#interrupt;
    this.#interrupt = undefined;
    return error && { kind: "error", error };
  }

  /** Ends the task where it stands: it unwinds through its finalizers, and no `catch` stops it. */
  cancel(): void {
    if (this.completion || this.#isEnding) return;
    if (!this.#hasBegun) return this.drop(nilCompletion);
    this.#beginEnd();
    this.#abortWaits();
    this.#cancelChildren();
    if (this.#waiting) {
      this.#abandonWait();
      this.#wake(unwound);
    } else if (this.#resumption) this.#replaceResumption(unwound);
    else {
      this.#interrupt = unwound.error;
      this.fuel = 0;
    }
  }

  /** The same on the caller's JavaScript stack: what needs no waiting is cleaned up on return. */
  cancelNow(): void {
    if (this.completion || this.#isEnding) return;
    if (!this.#hasBegun || this.#isRunning) return this.cancel();
    this.#beginEnd();
    this.#abortWaits();
    this.#cancelChildren();
    this.#abandonWait();
    this.#replaceResumption(unwound);
    this.#run();
  }

  #cancelChildren(): void {
    if (this.#firstChild) for (const child of this.children) child.cancel();
  }

  #beginEnd(): void {
    this.#isCancelled = true;
    this.#isEnding = true;
    this.#interrupt = undefined;
    if (this.root !== this) (this.root.#cleanups ??= new Cleanups()).begin();
  }

  #limitCleanup(): void {
    this.#cancelCleanupTimer ??= this.machine.host.clock.schedule(cleanupMs, () => this.drop(nilCompletion));
  }

  #replaceResumption(completion: Completion): void {
    this.#resumption = completion;
    this.#abandonWait();
  }

  /** What was handed over with an answer that the program will not see goes back (T3). */
  #abandonWait(): void {
    const waiting = this.#waiting;
    const answered = this.#answered;
    this.#waiting = this.#answered = undefined;
    waiting?.abandon();
    answered?.abandon();
  }

  /** Ends the task and its children at once: nothing of them runs again, not even cleanup. */
  drop(completion: Completion): void {
    if (this.completion) return;
    this.#dropDescendants();
    this.#dropSelf(completion);
  }

  /** Innermost first and without recursion: families of tasks may be deep. */
  #dropDescendants(): void {
    const descendants: Task[] = [];
    const open = this.children.slice();
    for (let task = open.pop(); task; task = open.pop()) {
      descendants.push(task);
      open.push(...task.children);
    }
    for (const task of descendants.reverse()) task.#dropSelf(nilCompletion);
  }

  #dropSelf(completion: Completion): void {
    this.#isCancelled = true;
    this.#resumption = undefined;
    this.#abandonWait();
    this.#abortWaits();
    this.finish(completion);
  }

  /** Of a root: those of its tasks. */
  #cleanups: Cleanups | undefined;

  /** For a root that is done: calls back when none of its tasks is still cleaning up. */
  whenCleaned(callback: () => void): void {
    if (this.#cleanups) this.#cleanups.whenNone(callback);
    else callback();
  }

  #abortWaits(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    if (!this.#firstChild) return;
    for (const child of this.children) if (child.parent === this && child.user === this) child.cancel();
  }
}

interface TaskOptions {
  readonly parent?: Task;
  /** For a task without a parent that is part of a program all the same. */
  readonly root?: Task;
  /** Shared by what is one task to the program. */
  readonly locals?: TaskLocals;
}

const hostAnswer: WaitReason = { kind: "io", detail: "an answer from the host" };
const heldBack: WaitReason = { kind: "task", detail: "somebody to pull what it is part of" };
