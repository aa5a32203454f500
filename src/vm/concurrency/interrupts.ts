import { type Outcome, SUSPENDED } from "../../builtin/index.ts";
import { thrown, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";
import { carriedOver } from "./completion.ts";
import { after } from "./timer.ts";

/** What a host puts into its abort signal when the operating system asked the process to stop: `SIGINT`, `SIGTERM` … */
export class SignalRequest {
  readonly signal: string;

  constructor(signal: string) {
    this.signal = signal;
  }
}

export interface InterruptHandler {
  readonly id: number;
  readonly callee: Value;
  readonly signals: readonly string[];
  /** Removed when it is called. */
  readonly isOnce: boolean;
  /** How long it may take. */
  readonly limitMs: number | undefined;
}

/**
 * What a program does about signals. A signal calls the handlers for it, the newest first, one after the other; the first
 * error ends that. One that came from outside cancels the program afterwards, handlers or not.
 */
export class Interrupts {
  /** Whether there has been a signal. */
  hasFired = false;
  readonly #handlers = new Map<number, InterruptHandler>();
  #nextId = 1;

  add(handler: Omit<InterruptHandler, "id">): InterruptHandler {
    const known: InterruptHandler = { ...handler, id: this.#nextId++ };
    this.#handlers.set(known.id, known);
    return known;
  }

  remove(id: number): void {
    this.#handlers.delete(id);
  }

  /** A signal that the program raised itself: without a handler for it, an error. */
  raise(task: Task, signal: string): Outcome {
    this.hasFired = true;
    if (!this.#newestFor(signal)) throw interrupted(signal);
    return this.#callAll(task, signal, new Set());
  }

  /** A signal from outside. */
  deliver(root: Task, signal: string): void {
    if (root.completion) return;
    this.hasFired = true;
    if (!this.#newestFor(signal)) return root.requestCancel();
    const task = root.newChild(root.identity, root.locals);
    task.whenDone(() => root.requestCancel());
    task.start(() => this.#callAll(task, signal, new Set()));
  }

  #newestFor(signal: string, except: ReadonlySet<number> = new Set()): InterruptHandler | undefined {
    return [...this.#handlers.values()].findLast(({ id, signals }) => signals.includes(signal) && !except.has(id));
  }

  #callAll(task: Task, signal: string, called: Set<number>): Outcome {
    for (;;) {
      const handler = this.#newestFor(signal, called);
      if (!handler) return null;
      called.add(handler.id);
      if (handler.isOnce) this.#handlers.delete(handler.id);
      const outcome = handler.limitMs === undefined ? task.call0(handler.callee) : callWithin(task, handler);
      if (outcome === SUSPENDED) return task.resumeWith({ resume: () => this.#callAll(task, signal, called) });
    }
  }
}

/** In a task of its own, which is ended when it takes too long. */
function callWithin(task: Task, { callee, limitMs }: InterruptHandler): Outcome {
  const call = task.newChild(task.identity, task.locals);
  let cancelTimer = (): void => {};
  const waker = task.park({ kind: "task", detail: "an interrupt handler", isLimited: true }, () => {
    cancelTimer();
    call.cancel();
  });
  cancelTimer = after(task.host.clock, limitMs ?? 0, () => {
    call.cancel();
    waker.fail(interrupted("handler_timeout"));
  });
  call.whenDone((completion) => {
    cancelTimer();
    if (completion.kind === "value") waker.wake(null);
    else waker.fail(carriedOver(completion.error));
  });
  call.start(() => call.call0(callee));
  return SUSPENDED;
}

function interrupted(reason: string): unknown {
  return thrown(`kind:interrupted:${reason}`);
}
