import { hostTurns, type Turns } from "./turns.ts";

/** How long tasks may keep the host's event loop waiting, in milliseconds. */
const turnMs = 12;
/** Steps between two looks at the clock, and steps after which the event loop gets a turn whatever the clock says. */
const stepsPerLook = 256;
const stepsPerTurn = 16_384;
/** Taken entries at the front of the queue that are worth a copy to be rid of; room that an empty queue keeps. */
const spentLimit = 1024;

/** What microtasks are queued behind: Node's own `queueMicrotask` makes and enters an async resource for each. */
const settled = Promise.resolve();

/** A task, or something that tasks come from. */
export interface Runnable {
  step(): void;
}

/**
 * Runs ready tasks one after the other, each until it parks. Order is first come, first served, except that a task which
 * only gave the host's event loop a turn goes on before any other: tasks switch where they wait and nowhere else.
 *
 * The event loop gets its turn between two tasks as well: two of them that wake each other for ever must not keep timers
 * and input from ever arriving. And a task that never waits at all does not keep the others from running for ever.
 */
export class Scheduler {
  /** A task that has not waited for this long is taken for one that never will: others get to run between its slices. */
  patienceMs = 2000;
  /**
   * Which of so many ready tasks runs next. First come, first served without it; a source of chance that can be repeated
   * finds the interleavings that a program does not expect.
   */
  choose: ((count: number) => number) | undefined;
  /** Called when no task is ready any more. */
  onIdle: (() => void) | undefined;
  /** Ready tasks stand from `#next` to before `#end`; other places are empty. An empty queue keeps its room. */
  #queue: (Runnable | undefined)[] = [];
  #next = 0;
  #end = 0;
  #isPumping = false;
  #isQueued = false;
  /** While a task has given the event loop a turn, nobody else runs. */
  #isHeld = false;
  /** Tasks that wait for a turn of the event loop without holding up the others. */
  #behind = 0;
  readonly turns: Turns;
  /** One function for every time: each timer that wakes a task asks for it. */
  readonly #pumpNow = (): void => this.#pump();

  constructor(turns: Turns = hostTurns) {
    this.turns = turns;
  }

  ready(task: Runnable): void {
    this.#queue[this.#end++] = task;
    if (!this.#isPumping) this.#pumpSoon();
  }

  /** After one turn of the host's event loop, before anything that became ready meanwhile. */
  afterTurn(resume: () => void): void {
    this.#isHeld = true;
    this.turns.after(() => {
      this.#isHeld = false;
      const waiting = this.#queue.slice(this.#next, this.#end);
      this.#queue = [];
      this.#next = this.#end = 0;
      resume();
      for (const task of waiting) this.#queue[this.#end++] = task;
      this.#pumpSoon();
    });
  }

  /** After one turn of the host's event loop, behind whatever is ready by then. */
  behindOthers(resume: () => void): void {
    this.#behind++;
    this.turns.after(() => {
      this.#behind--;
      resume();
    });
  }

  /** Nothing is ready: only a timer or the host can make anything happen. */
  get isIdle(): boolean {
    return this.#next === this.#end && !this.#isHeld && !this.#isQueued && this.#behind === 0;
  }

  #pumpSoon(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    void settled.then(this.#pumpNow);
  }

  #pump(): void {
    this.#isQueued = false;
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      if (!this.#runReady()) this.#pumpAfterTurn();
    } catch (fault) {
      // A fault of ours in one task: the others still run.
      this.#pumpSoon();
      throw fault;
    } finally {
      this.#isPumping = false;
    }
    if (this.isIdle) this.onIdle?.();
  }

  #pumpAfterTurn(): void {
    this.#isQueued = true;
    this.turns.after(this.#pumpNow);
  }

  /** False when the event loop is to get a turn first. */
  #runReady(): boolean {
    let end = 0;
    for (let steps = 1; this.#next < this.#end && !this.#isHeld; steps++) {
      if (this.choose) this.#bringForward(this.#next + this.choose(this.#end - this.#next));
      const task = this.#queue[this.#next] as Runnable;
      this.#queue[this.#next++] = undefined;
      if (this.#next === this.#end || this.#next > spentLimit) this.#discardSpent();
      task.step();
      if (steps % stepsPerLook !== 0) continue;
      // The turn is timed from the first look: few turns are long enough for one.
      const now = this.turns.now();
      if (end === 0) end = now + turnMs;
      if (steps >= stepsPerTurn || now >= end) return false;
    }
    return true;
  }

  #bringForward(index: number): void {
    const chosen = this.#queue[index];
    this.#queue[index] = this.#queue[this.#next];
    this.#queue[this.#next] = chosen;
  }

  #discardSpent(): void {
    const left = this.#end - this.#next;
    if (left > this.#next) return;
    if (this.#end > spentLimit) this.#queue = this.#queue.slice(this.#next, this.#end);
    this.#next = 0;
    this.#end = left;
  }
}
