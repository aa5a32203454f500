import { type CallContext, DONE, type Pulled, PullHandle, SUSPENDED, type Waker } from "../builtin/index.ts";
import { Raise, runtimeError, type Value } from "../value/index.ts";
import { PullQueue } from "./concurrency/pull-queue.ts";
import type { Coroutine } from "./coroutine.ts";
import type { Frame } from "./frame.ts";
import { taskOf } from "./host-call.ts";
import type { Task } from "./task.ts";
import { nameLine } from "./trace.ts";

/** A pull that is under way: it waits for the body, or is woken and has not gone on yet. */
interface Turn {
  readonly task: Task;
  readonly waker: Waker;
  /** The value it was woken with. */
  given?: Value;
}

/**
 * What calling a function that yields gives. The body is a coroutine: a task that runs on the puller's stack from one
 * yield to the next, and never ahead of its consumer.
 *
 * G1. `next` runs the body until it yields, ends, or waits for something else; in the last case the puller waits too.
 * G2. An error of the body surfaces at the pull that met it; afterwards the generator is done.
 * G3. Closing a generator that has not ended ends its task: its finalizers run.
 * G4. One pull has the turn at a time, from the moment it waits until it has gone on with its answer; others queue. So
 *     `exhausted` always speaks of the answer that a resumed pull is looking at.
 * G5. A pull that is abandoned leaves the body where it is: it goes on with the next pull (`coroutine.ts`).
 */
export class Generator extends PullHandle {
  readonly typeName: "generator" | "stream";
  readonly #task: Task;
  readonly #coroutine: Coroutine;
  #start: Frame | undefined;
  /** The value of the yield that the body stands at. */
  #yielded: Value | undefined;
  /** Goes on with the body behind the yield. */
  #resume: Waker | undefined;
  #turn: Turn | undefined;
  readonly #queue = new PullQueue(() => this.#turn !== undefined);
  /** Set while `next` runs the body itself and will look at the outcome. */
  #isRunning = false;

  constructor(creator: Task, start: Frame) {
    super();
    this.typeName = start.code.flow === "stream" ? "stream" : "generator";
    this.#start = start;
    this.#coroutine = creator.machine.newCoroutine(creator);
    this.#task = this.#coroutine.task;
    this.#task.generator = this;
    this.#task.whenDone((completion) => {
      // The body is a run of its own: its faults name their line (language-semantics §7.4).
      if (completion.kind === "error" && completion.error instanceof Raise) nameLine(completion.error);
      this.#coroutine.letGoOn();
      this.#answerTurn();
    });
  }

  override show(): string {
    return this.exhausted ? `<${this.typeName} (done)>` : `<${this.typeName}>`;
  }

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    if (this.#isRunning) throw runtimeError(`the ${this.typeName} is already running: its body pulled it`);
    if (this.#queue.mustWait)
      return this.#queue.join(context, this.typeName, (resumed) => (this.exhausted ? DONE : this.#pull(resumed)));
    return this.#pull(context);
  }

  override close(): void {
    if (this.exhausted) return;
    this.exhausted = true;
    this.#isRunning = true;
    this.#task.cancelNow();
    this.#isRunning = false;
    this.#answerTurn();
  }

  override drop(): void {
    this.close();
  }

  /** The body stands at a yield: called by the `yield` statement, in the body's own task. */
  yield(value: Value): typeof SUSPENDED {
    this.#yielded = value;
    this.#resume = this.#task.park({ kind: "task", detail: "its consumer" }, () => {});
    this.#answerTurn();
    return SUSPENDED;
  }

  // ------------------------------------------------------------ one pull

  #pull(context: CallContext): Pulled {
    const ready = this.#take();
    if (ready !== undefined) return ready;
    this.#advance(taskOf(context));
    const yielded = this.#take();
    if (yielded !== undefined) return yielded;
    const { completion } = this.#task;
    if (!completion) return this.#awaitBody(context);
    this.exhausted = true;
    if (completion.kind === "error") throw completion.error;
    return DONE;
  }

  #advance(puller: Task): void {
    this.#coroutine.pulledBy(puller);
    this.#isRunning = true;
    if (this.#start) {
      const frame = this.#start;
      this.#start = undefined;
      this.#task.runNow(frame);
    } else if (this.#resume) {
      this.#resume = undefined;
      this.#task.resumeNow(null);
    }
    this.#isRunning = false;
  }

  #take(): Value | undefined {
    const yielded = this.#yielded;
    this.#yielded = undefined;
    return yielded;
  }

  /** The body waits for something of its own: so does the puller. Meanwhile the body is a task of the program's root. */
  #awaitBody(context: CallContext): typeof SUSPENDED {
    const task = taskOf(context);
    const waker = task.park({ kind: "task", detail: `the next value of a ${this.typeName}` }, () =>
      this.#abandon(turn),
    );
    const turn: Turn = { task, waker };
    this.#turn = turn;
    this.#coroutine.await();
    task.root.adopt(this.#task);
    return context.resumeWith({
      resume: (_context, value) => {
        this.#coroutine.answer();
        this.#endTurn(turn);
        return value;
      },
      fail: (_context, error) => {
        this.#endTurn(turn);
        throw error;
      },
    });
  }

  #answerTurn(): void {
    this.#task.root.release(this.#task);
    const turn = this.#turn;
    if (this.#isRunning || !turn || turn.given !== undefined) return;
    const yielded = this.#take();
    if (yielded !== undefined) {
      turn.given = yielded;
      return turn.waker.wake(yielded);
    }
    this.exhausted = true;
    const { completion } = this.#task;
    if (completion?.kind === "error") turn.waker.fail(completion.error);
    else turn.waker.wake(null);
  }

  #abandon(turn: Turn): void {
    if (this.#turn !== turn) return;
    if (turn.given !== undefined) this.#yielded = turn.given;
    this.#coroutine.abandon();
    this.#endTurn(turn);
  }

  #endTurn(turn: Turn): void {
    if (this.#turn !== turn) return;
    this.#turn = undefined;
    this.#queue.wakeNext();
  }
}
