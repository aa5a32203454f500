import type { Outcome, Waker } from "../../builtin/index.ts";
import { isInt, typeError, typeName, type Value } from "../../value/index.ts";
import type { Runnable } from "../scheduler.ts";
import type { Completion, Task } from "../task.ts";
import { BranchIdentity } from "../task-identity.ts";

/** What one `parallel` runs: branches by index, and how many of them at a time. */
export interface BranchPlan {
  /** For ids: `parallel`, `parallel_each`, … */
  readonly word: string;
  /** For `task_name`: `parallel each`. */
  readonly name: string;
  readonly size: number;
  readonly limit: number;
  readonly run: (task: Task, index: number) => Outcome;
  readonly onDone: (index: number, completion: Completion) => void;
}

/** How many branches are made before those that are there get to run: what is made at once is all in memory at once. */
const startedAtOnce = 512;

/**
 * Branches of one task that run at the same time. They start in order, the next one as soon as one has ended and the limit
 * allows, and they end with the task at the latest.
 */
export class Branches implements Runnable {
  readonly #parent: Task;
  readonly #plan: BranchPlan;
  readonly #groupId: string;
  /** By index, while they run. */
  readonly #tasks: (Task | undefined)[] = [];
  #running = 0;
  #next = 0;
  #isQueued = false;
  #isStopped = false;

  constructor(parent: Task, plan: BranchPlan) {
    this.#parent = parent;
    this.#plan = plan;
    this.#groupId = `${parent.taskId}:${plan.word}:${parent.locals.nextGroup()}`;
  }

  get isDone(): boolean {
    return this.#running === 0 && (this.#isStopped || this.#next === this.#plan.size);
  }

  /** Starts as many as may run. */
  start(): void {
    for (let started = 0; this.#mayStart && !this.#isQueued; started++) {
      if (started < startedAtOnce) this.#startOne(this.#next++);
      else this.#queue();
    }
  }

  get #mayStart(): boolean {
    return !this.#isStopped && this.#next < this.#plan.size && this.#running < this.#plan.limit;
  }

  /** Goes on with starting behind the tasks that are ready. */
  #queue(): void {
    this.#isQueued = true;
    this.#parent.machine.scheduler.ready(this);
  }

  step(): void {
    this.#isQueued = false;
    this.start();
  }

  /** Ends what runs and starts no more. */
  stop(): void {
    this.#isStopped = true;
    for (const task of this.#tasks.slice()) task?.cancel();
  }

  #startOne(index: number): void {
    const task = this.#parent.newChild(
      new BranchIdentity(this.#parent.identity, this.#plan.name, this.#groupId, index),
    );
    this.#running++;
    this.#tasks[index] = task;
    task.whenDone((completion) => {
      this.#running--;
      this.#tasks[index] = undefined;
      if (this.#isStopped) return;
      this.start();
      this.#plan.onDone(index, completion);
    });
    task.start(() => this.#plan.run(task, index));
  }
}

/** `max_concurrent`: nothing, 0 and less mean no limit. */
export function limitOf(value: Value | undefined): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (!isInt(value)) throw typeError(`parallel max_concurrent must be an int; got ${typeName(value)}`);
  return value > 0 ? Number(value) : Number.POSITIVE_INFINITY;
}

/** Runs all branches to their end and answers with what `finish` makes of how they ended. */
export function runBranches(
  task: Task,
  plan: Omit<BranchPlan, "onDone">,
  finish: (completions: readonly Completion[]) => Value,
): Outcome {
  const completions = new Array<Completion>(plan.size);
  if (plan.size === 0) return finish(completions);
  let waker: Waker | undefined;
  const branches = new Branches(task, {
    ...plan,
    onDone: (index, completion) => {
      completions[index] = completion;
      if (branches.isDone) waker?.wake(null);
    },
  });
  waker = task.park({ kind: "task", detail: `the branches of a ${plan.name}` }, () => branches.stop());
  branches.start();
  return task.resumeWith({ resume: () => finish(completions) });
}
