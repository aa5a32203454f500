import type { Task } from "./task.ts";

/**
 * Runs ready tasks one after the other, each until it parks. Order is first come, first served, except that a task which
 * only gave the host's event loop a turn goes on before any other: tasks switch where they wait and nowhere else.
 */
export class Scheduler {
  #queue: Task[] = [];
  #next = 0;
  #isPumping = false;
  #isQueued = false;
  /** While a task has given the event loop a turn, nobody else runs. */
  #isHeld = false;

  ready(task: Task): void {
    this.#queue.push(task);
    if (this.#isPumping || this.#isQueued) return;
    this.#isQueued = true;
    queueMicrotask(() => this.#pump());
  }

  /** After one turn of the host's event loop, before anything that became ready meanwhile. */
  afterTurn(resume: () => void): void {
    this.#isHeld = true;
    setTimeout(() => {
      this.#isHeld = false;
      const waiting = this.#queue.slice(this.#next);
      this.#queue = [];
      this.#next = 0;
      resume();
      this.#queue.push(...waiting);
    }, 0);
  }

  #pump(): void {
    this.#isQueued = false;
    this.#isPumping = true;
    try {
      while (this.#next < this.#queue.length && !this.#isHeld) {
        const task = this.#queue[this.#next++] as Task;
        task.step();
      }
    } finally {
      this.#isPumping = false;
    }
    if (this.#next === this.#queue.length) {
      this.#queue = [];
      this.#next = 0;
    }
  }
}
