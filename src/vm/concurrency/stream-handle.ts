import {
  type CallContext,
  DONE,
  type Pulled,
  PullHandle,
  type ResumableFrame,
  type SUSPENDED,
  type WaitReason,
} from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import { taskOf } from "../host-call.ts";
import type { Task } from "../task.ts";
import { Fifo } from "./fifo.ts";
import { WaitInLine, WaitLine } from "./wait-line.ts";

type Item = { readonly kind: "value"; readonly value: Value } | { readonly kind: "error"; readonly error: unknown };

const fromTasks: WaitReason = { kind: "task", detail: "the next value of a stream" };
const fromOutside: WaitReason = { kind: "event", detail: "the next value of a stream" };

/** A task that waits for an element. */
class ParkedPull extends WaitInLine {
  readonly #stream: StreamHandle;
  /** What it was woken with: an item, or the end. */
  given: Item | "end" | undefined;

  constructor(stream: StreamHandle, task: Task, reason: WaitReason) {
    super(task, reason);
    this.#stream = stream;
  }

  override abandon(): void {
    this.#stream.abandon(this);
  }

  /** The task goes on with its answer. */
  end(): void {
    this.#stream.endPull(this);
  }
}

/** How a pull that had to wait goes on. */
class PullFrame implements ResumableFrame {
  readonly #pull: ParkedPull;

  constructor(pull: ParkedPull) {
    this.#pull = pull;
  }

  resume(_context: CallContext, value: Value): Value {
    this.#pull.end();
    return value;
  }

  fail(_context: CallContext, error: unknown): never {
    this.#pull.end();
    throw error;
  }
}

/**
 * A stream whose elements are pushed into it by whoever produces them.
 *
 * S1. Pulls are answered in order, and one at a time: the next when the one before has gone on with its answer. So
 *     `exhausted` always speaks of the answer that a resumed pull is looking at.
 * S2. What a pull was given and never saw is given to the next.
 * S3. An error is the last element.
 */
export class StreamHandle extends PullHandle {
  readonly typeName = "stream";
  readonly #items = new Fifo<Item>();
  readonly #pulls = new WaitLine<ParkedPull>();
  #answered: ParkedPull | undefined;
  #isEnded = false;
  readonly #onClose: () => void;
  readonly #producer: "task" | "outside";

  /**
   * `onClose` is called when nobody will pull any more before the stream has ended. `producer` says whether tasks of the
   * machine push into it.
   */
  constructor(onClose: () => void = () => {}, producer: "task" | "outside" = "outside") {
    super();
    this.#onClose = onClose;
    this.#producer = producer;
  }

  override show(): string {
    return this.exhausted ? "<stream (done)>" : "<stream>";
  }

  push(value: Value): void {
    this.#offer({ kind: "value", value });
  }

  fail(error: unknown): void {
    this.#offer({ kind: "error", error });
    this.#isEnded = true;
  }

  end(): void {
    this.#isEnded = true;
    this.#serve();
  }

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    if (this.#answered || this.#pulls.size > 0) return this.#wait(context);
    const item = this.#items.shift();
    if (!item && !this.#isEnded) return this.#wait(context);
    if (item?.kind === "value") return item.value;
    this.exhausted = true;
    if (item) throw item.error;
    return DONE;
  }

  override close(): void {
    if (this.exhausted) return;
    this.exhausted = true;
    this.#items.clear();
    if (!this.#isEnded) this.#onClose();
    this.end();
  }

  override drop(): void {
    this.close();
  }

  #offer(item: Item): void {
    if (this.#isEnded) return;
    this.#items.push(item);
    this.#serve();
  }

  #wait(context: CallContext): typeof SUSPENDED {
    const pull = new ParkedPull(this, taskOf(context), this.#producer === "task" ? fromTasks : fromOutside);
    this.#pulls.join(pull);
    return context.resumeWith(new PullFrame(pull));
  }

  #serve(): void {
    if (this.#answered) return;
    const pull = this.#pulls.first;
    if (!pull) return;
    const item = this.#items.shift();
    if (!item && !this.#isEnded) return;
    this.#pulls.shift();
    this.#answered = pull;
    pull.given = item ?? "end";
    if (item?.kind === "error") pull.fail(item.error);
    else pull.wake(item ? item.value : null);
  }

  /** A pull goes on with its answer. */
  endPull(pull: ParkedPull): void {
    if (this.#answered !== pull) return;
    if (pull.given === "end" || (pull.given as Item).kind === "error") this.exhausted = true;
    this.#answered = undefined;
    this.#serve();
  }

  /** The wait ended otherwise. */
  abandon(pull: ParkedPull): void {
    this.#pulls.leave(pull);
    if (this.#answered !== pull) return;
    if (pull.given !== undefined && pull.given !== "end") this.#items.unshift(pull.given);
    this.#answered = undefined;
    this.#serve();
  }
}
