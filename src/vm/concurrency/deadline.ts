import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { HandleValue, Raise } from "../../value/index.ts";
import type { Machine } from "../machine.ts";
import type { Task } from "../task.ts";
import { after, millisecondsOf } from "./timer.ts";

const tasks = declare("tasks");

/** What a `deadline` of no usable length means, in milliseconds. */
const fallbackMs = 30_000;

export function deadlineExceeded(): Raise {
  return new Raise("deadline", "Deadline exceeded", "timeout");
}

/**
 * One `deadline` block that is running. When its time comes, everybody who works under it is interrupted: the task that
 * opened it, and the tasks that were started inside. Whoever catches that and stays inside fails again at its next wait or
 * long loop. Nested scopes have a timer each, so the earliest wins.
 */
export class DeadlineScope extends HandleValue {
  readonly typeName = "deadline";
  readonly expiry: number;
  /** Who works under it, with the error that interrupted them once it has fired. Most have one member, who opened it. */
  #opener: Task | undefined;
  #openerError: Raise | undefined;
  #others: Map<Task, Raise | undefined> | undefined;
  hasFired = false;
  readonly #cancelTimer: () => void;

  constructor(machine: Machine, milliseconds: number) {
    super();
    const { clock } = machine.host;
    this.expiry = clock.monotonic() + milliseconds;
    this.#cancelTimer = after(clock, milliseconds, () => this.#fire());
  }

  override show(): string {
    return "<deadline>";
  }

  /** The lists of scopes are shared, and never written. */
  enter(task: Task): void {
    this.add(task);
    task.deadlines = task.deadlines ? [...task.deadlines, this] : [this];
  }

  /** For a task that has it among its deadlines. */
  add(task: Task): void {
    if (this.#opener) {
      this.#others ??= new Map();
      this.#others.set(task, undefined);
    } else this.#opener = task;
  }

  /** Gives the error that the task has not noticed yet, if its time came. */
  leave(task: Task): Raise | undefined {
    const error = this.#forget(task);
    task.deadlines = this.#withoutThis(task.deadlines);
    if (!this.#opener && !this.#others?.size) this.#cancelTimer();
    return error && task.revoke(error) ? error : undefined;
  }

  #withoutThis(scopes: readonly DeadlineScope[] | undefined): readonly DeadlineScope[] | undefined {
    if (scopes?.length === 1 && scopes[0] === this) return undefined;
    const rest = scopes?.filter((scope) => scope !== this);
    return rest?.length ? rest : undefined;
  }

  #forget(task: Task): Raise | undefined {
    if (task === this.#opener) {
      this.#opener = undefined;
      return this.#openerError;
    }
    const error = this.#others?.get(task);
    this.#others?.delete(task);
    return error;
  }

  /** For loops that never wait: the timer cannot fire while they run. */
  fireIfDue(now: number): void {
    if (now >= this.expiry) this.#fire();
  }

  #fire(): void {
    if (this.hasFired) return;
    this.hasFired = true;
    this.#cancelTimer();
    if (this.#opener) this.#opener.interrupt((this.#openerError = deadlineExceeded()));
    if (!this.#others) return;
    for (const task of [...this.#others.keys()]) {
      // Its cleanup has a limit of its own.
      if (task.isEnding) continue;
      const error = deadlineExceeded();
      this.#others.set(task, error);
      task.interrupt(error);
    }
  }
}

const enter: Builtin = tasks({
  name: "%deadline_enter",
  summary: "Begin a `deadline` block.",
  params: [opt("duration", t.any)],
  effect: "task",
  run: (context, duration) => {
    const milliseconds = millisecondsOf(duration) ?? fallbackMs;
    if (milliseconds <= 0) throw deadlineExceeded();
    const task = context as Task;
    const scope = new DeadlineScope(task.machine, milliseconds);
    scope.enter(task);
    return scope;
  },
});

const exit: Builtin = tasks({
  name: "%deadline_exit",
  summary: "Leave a `deadline` block, however it ended.",
  params: [req("scope", t.any)],
  effect: "task",
  run: (context, scope) => {
    const task = context as Task;
    const late = (scope as DeadlineScope).leave(task);
    if (late && !task.isEnding) throw late;
    return null;
  },
});

export const deadlineBuiltins: readonly Builtin[] = [enter, exit];
