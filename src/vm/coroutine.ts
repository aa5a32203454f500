import type { DeadlineScope } from "./concurrency/deadline.ts";
import type { Task } from "./task.ts";

/**
 * What runs because somebody pulls: the body of a generator or a source of a joined stream, with the tasks that it started.
 *
 * R1. A pull that waits lets it run. Between two pulls it stands at its `yield`, or, as a source, runs to its next element.
 * R2. When whoever pulled is over, was ended or is past its deadline, it is held back: it waits for nothing but the next pull,
 *     whoever makes it, or to be closed. What it had asked for meanwhile is there by then.
 * R3. One that is closed is not held back, and whatever its finalizers pull runs.
 */
export class Coroutine {
  readonly task: Task;
  #state: "awaited" | "ahead" | "abandoned" = "ahead";
  /** What its puller was under when it pulled. */
  #deadlines: readonly DeadlineScope[] | undefined;
  #held: Set<Task> | undefined;
  /** Those that cannot go on before this one does. */
  #dependents: Set<Coroutine> | undefined;

  constructor(task: Task) {
    this.task = task;
    task.coroutine = this;
  }

  pulledBy(puller: Task): void {
    this.task.user = puller;
    this.#deadlines = puller.scopes;
    this.#state = "ahead";
    this.letGoOn();
  }

  /** The pull waits. */
  await(): void {
    this.#state = "awaited";
  }

  /** The pull has its answer. */
  answer(): void {
    this.#state = "ahead";
  }

  /** The pull ended otherwise. */
  abandon(): void {
    this.#state = "abandoned";
  }

  /** Whether a task that was about to go on is held back, until there is another pull. */
  holdsBack(task: Task): boolean {
    const holder = this.#holder();
    if (!holder) return false;
    if (holder !== this) {
      holder.#dependents ??= new Set();
      holder.#dependents.add(this);
    }
    this.#held ??= new Set();
    this.#held.add(task);
    task.holdBack(() => this.#held?.delete(task));
    return true;
  }

  /** What is held back because of it tries again: it is pulled, or over. */
  letGoOn(): void {
    const held = this.#held;
    const dependents = this.#dependents;
    this.#held = this.#dependents = undefined;
    if (held) for (const task of held) task.letGoOn();
    if (dependents) for (const coroutine of dependents) coroutine.letGoOn();
  }

  /** It, or a coroutine that pulls it, directly or through others. */
  #holder(): Coroutine | undefined {
    let coroutine: Coroutine | undefined = this;
    for (; coroutine && !coroutine.task.isEnding; coroutine = coroutine.task.user?.coroutine) {
      if (coroutine.#state === "ahead" && coroutine.#isPullerStopped) coroutine.#state = "abandoned";
      if (coroutine.#state === "abandoned") return coroutine;
    }
    return undefined;
  }

  get #isPullerStopped(): boolean {
    const { user } = this.task;
    if (user && (user.completion || user.isEnding)) return true;
    return this.#deadlines?.some((scope) => scope.hasFired) === true;
  }
}
