import type { CallContext, Outcome, ResumableFrame, WaitReason } from "../../builtin/index.ts";
import { handOut, isInt, typeError, typeName, type Value } from "../../value/index.ts";
import type { Runnable } from "../scheduler.ts";
import type { Completion, Task } from "../task.ts";
import type { TaskIdentity } from "../task-identity.ts";
import { Wait } from "../wait.ts";

/** A construct that runs branches. */
export interface BranchKind {
  /** For ids: `parallel`, `parallel_each`, … */
  readonly word: string;
  /** For `task_name`: `parallel each`. */
  readonly name: string;
  readonly wait: WaitReason;
}

export function branchKind(name: string): BranchKind {
  return { word: name.replace(" ", "_"), name, wait: { kind: "task", detail: `the branches of a ${name}` } };
}

/** What one `parallel` runs: a body for each item or number, and how many of them at a time. */
export interface BranchPlan {
  readonly kind: BranchKind;
  readonly size: number;
  /** Numbers when there are none. */
  readonly items: readonly Value[] | undefined;
  readonly body: Value;
  readonly limit: number;
}

/** Who is told how each branch ended. */
export interface BranchWatcher {
  branchDone(index: number, completion: Completion, branches: Branches): void;
}

/** How many branches are made before those that are there get to run: what is made at once is all in memory at once. */
const startedAtOnce = 512;

/**
 * Branches of one task that run at the same time. They start in order, the next one as soon as one has ended and the limit
 * allows, and they end with the task at the latest.
 */
export class Branches implements Runnable {
  readonly parent: Task;
  readonly plan: BranchPlan;
  readonly #watcher: BranchWatcher;
  readonly #number: number;
  #running = 0;
  #next = 0;
  #isQueued = false;
  #isStopped = false;

  constructor(parent: Task, plan: BranchPlan, watcher: BranchWatcher) {
    this.parent = parent;
    this.plan = plan;
    this.#watcher = watcher;
    this.#number = parent.locals.nextGroup();
  }

  get groupId(): string {
    return `${this.parent.taskId}:${this.plan.kind.word}:${this.#number}`;
  }

  get isDone(): boolean {
    return this.#running === 0 && (this.#isStopped || this.#next === this.plan.size);
  }

  /** Starts as many as may run. */
  start(): void {
    for (let started = 0; this.#mayStart && !this.#isQueued; started++) {
      if (started < startedAtOnce) this.#startOne(this.#next++);
      else this.#queue();
    }
  }

  get #mayStart(): boolean {
    return !this.#isStopped && this.#next < this.plan.size && this.#running < this.plan.limit;
  }

  /** Goes on with starting behind the tasks that are ready. */
  #queue(): void {
    this.#isQueued = true;
    this.parent.machine.scheduler.ready(this);
  }

  step(): void {
    this.#isQueued = false;
    this.start();
  }

  /** Ends what runs and starts no more. */
  stop(): void {
    this.#isStopped = true;
    for (const task of this.parent.children)
      if (task.handle instanceof Branch && task.handle.branches === this) task.cancel();
  }

  #startOne(index: number): void {
    const branch = new Branch(this, index);
    const task = this.parent.newChild(branch);
    task.handle = branch;
    this.#running++;
    task.startWith(branch);
  }

  settle(index: number, completion: Completion): void {
    this.#running--;
    if (this.#isStopped) return;
    this.start();
    this.#watcher.branchDone(index, completion, this);
  }
}

/** One of them: who its task is, what it runs first, and who is told how it ended. One object, as there may be many. */
class Branch implements TaskIdentity, ResumableFrame {
  readonly branches: Branches;
  readonly #index: number;

  constructor(branches: Branches, index: number) {
    this.branches = branches;
    this.#index = index;
  }

  get id(): string {
    return `${this.groupId}:${this.#index}`;
  }

  get name(): string {
    return this.branches.plan.kind.name;
  }

  get groupId(): string {
    return this.branches.groupId;
  }

  get parentId(): string {
    return this.branches.parent.taskId;
  }

  get rootId(): string {
    return this.branches.parent.identity.rootId;
  }

  resume(context: CallContext): Outcome {
    const { items, body } = this.branches.plan;
    return context.call1(body, items ? handOut(items[this.#index] as Value) : this.#index);
  }

  settle(completion: Completion): void {
    this.branches.settle(this.#index, completion);
  }
}

/** `max_concurrent`: nothing, 0 and less mean no limit. */
export function limitOf(value: Value | undefined): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (!isInt(value)) throw typeError(`parallel max_concurrent must be an int; got ${typeName(value)}`);
  return value > 0 ? Number(value) : Number.POSITIVE_INFINITY;
}

/** What the ends of all branches come to. */
type Finish = (completions: readonly Completion[]) => Value;

/** A task that waits for the end of all its branches. */
class ParkedParent extends Wait implements BranchWatcher {
  readonly completions: Completion[];
  readonly #branches: Branches;

  constructor(task: Task, plan: BranchPlan) {
    super(task, plan.kind.wait);
    this.completions = new Array<Completion>(plan.size);
    this.#branches = new Branches(task, plan, this);
    this.#branches.start();
  }

  branchDone(index: number, completion: Completion, { isDone }: Branches): void {
    this.completions[index] = completion;
    if (isDone) this.wake(null);
  }

  override abandon(): void {
    this.#branches.stop();
  }
}

class FinishFrame implements ResumableFrame {
  readonly #completions: readonly Completion[];
  readonly #finish: Finish;

  constructor(completions: readonly Completion[], finish: Finish) {
    this.#completions = completions;
    this.#finish = finish;
  }

  resume(): Value {
    return this.#finish(this.#completions);
  }
}

/** Runs all branches to their end and answers with what `finish` makes of how they ended. */
export function runBranches(task: Task, plan: BranchPlan, finish: Finish): Outcome {
  if (plan.size === 0) return finish([]);
  return task.resumeWith(new FinishFrame(new ParkedParent(task, plan).completions, finish));
}
