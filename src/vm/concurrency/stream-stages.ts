import { type CallContext, DONE, type Pulled, PullIterator, SUSPENDED, type Waker } from "../../builtin/index.ts";
import { truthy, type Value } from "../../value/index.ts";
import { taskOf } from "../host-call.ts";
import { Fifo } from "./fifo.ts";
import { pause } from "./timer.ts";

/**
 * A stage that asks a closure about each element: its answer says what comes of it. Several tasks may have a pull under way:
 * every late answer says anew whether it is the end, and that there is nothing more to pull is kept apart from that.
 */
abstract class AskingStage extends PullIterator {
  #hasEnded = false;
  protected readonly source: PullIterator;
  protected readonly callee: Value;

  constructor(source: PullIterator, callee: Value) {
    super();
    this.source = source;
    this.callee = callee;
  }

  protected abstract ask(context: CallContext, item: Value): Value | typeof SUSPENDED;
  protected abstract answered(context: CallContext, item: Value, answer: Value): Value | typeof DONE;

  override next(context: CallContext): Pulled {
    if (this.#hasEnded) return this.#end();
    const item = this.source.next(context);
    if (item === DONE) return this.#end();
    if (item !== SUSPENDED) return this.#step(context, item);
    return context.resumeWith({
      resume: (resumed, value) => this.#late(this.source.exhausted ? this.#end() : this.#step(resumed, value)),
    });
  }

  #late(pulled: Pulled): Value | typeof SUSPENDED {
    if (pulled !== DONE) this.exhausted = false;
    return late(pulled);
  }

  #step(context: CallContext, item: Value): Pulled {
    const answer = this.ask(context, item);
    if (answer !== SUSPENDED) return this.#settle(context, item, answer);
    return context.resumeWith({ resume: (resumed, value) => this.#late(this.#settle(resumed, item, value)) });
  }

  #settle(context: CallContext, item: Value, answer: Value): Pulled {
    const settled = this.answered(context, item, answer);
    return settled === DONE ? this.#end() : settled;
  }

  #end(): typeof DONE {
    this.#hasEnded = true;
    this.exhausted = true;
    return DONE;
  }

  override close(context: CallContext): void {
    this.#end();
    this.source.close(context);
  }
}

/** A resumed pull answers with a value; the end is nil with `exhausted` set. */
function late(pulled: Pulled): Value | typeof SUSPENDED {
  return pulled === DONE ? null : pulled;
}

/** Lets a closure see each element. */
export class TapStage extends AskingStage {
  protected override ask(context: CallContext, item: Value): Value | typeof SUSPENDED {
    return context.call1(this.callee, item);
  }

  protected override answered(_context: CallContext, item: Value): Value {
    return item;
  }
}

/** Every intermediate result of a fold. */
export class ScanStage extends AskingStage {
  #state: Value;

  constructor(source: PullIterator, initial: Value, callee: Value) {
    super(source, callee);
    this.#state = initial;
  }

  protected override ask(context: CallContext, item: Value): Value | typeof SUSPENDED {
    return context.call2(this.callee, this.#state, item);
  }

  protected override answered(_context: CallContext, _item: Value, answer: Value): Value {
    this.#state = answer;
    return answer;
  }
}

/** Ends before the first element that a closure says yes to. */
export class TakeUntilStage extends AskingStage {
  protected override ask(context: CallContext, item: Value): Value | typeof SUSPENDED {
    return context.call1(this.callee, item);
  }

  protected override answered(context: CallContext, item: Value, answer: Value): Value | typeof DONE {
    if (!truthy(answer)) return item;
    this.source.close(context);
    return DONE;
  }
}

/** At most one element in each interval: pulls no earlier. */
export class ThrottleStage extends PullIterator {
  readonly #source: PullIterator;
  readonly #intervalMs: number;
  #readyAt = Number.NEGATIVE_INFINITY;

  constructor(source: PullIterator, intervalMs: number) {
    super();
    this.#source = source;
    this.#intervalMs = intervalMs;
  }

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    const wait = this.#readyAt - context.host.clock.monotonic();
    if (wait <= 0) return this.#pull(context);
    pause(taskOf(context), wait, "the next turn of a throttled stream");
    return context.resumeWith({ resume: (resumed) => late(this.#pull(resumed)) });
  }

  #pull(context: CallContext): Pulled {
    const item = this.#source.next(context);
    if (item === SUSPENDED) {
      return context.resumeWith({
        resume: (resumed, value) => late(this.#give(resumed, this.#source.exhausted ? DONE : value)),
      });
    }
    return this.#give(context, item);
  }

  #give(context: CallContext, item: Value | typeof DONE): Pulled {
    this.exhausted = item === DONE;
    if (item !== DONE) this.#readyAt = context.host.clock.monotonic() + this.#intervalMs;
    return item;
  }

  override close(context: CallContext): void {
    this.exhausted = true;
    this.#source.close(context);
  }
}

/** One source for several consumers: each of them sees every element. */
class Broadcast {
  readonly #source: PullIterator;
  readonly branches: BroadcastBranch[] = [];
  readonly #waiting = new Set<Waker>();
  #isPulling = false;
  hasEnded = false;

  constructor(source: PullIterator) {
    this.#source = source;
  }

  /** An element for the branch that has used up its own; the others get it too. */
  pull(context: CallContext, branch: BroadcastBranch): Pulled {
    if (this.#isPulling) return this.#await(context, branch);
    this.#isPulling = true;
    try {
      const item = this.#source.next(context);
      if (item !== SUSPENDED) return this.#share(branch, item);
    } catch (error) {
      this.#release();
      throw error;
    }
    return context.resumeWith({
      resume: (_context, value) => late(this.#share(branch, this.#source.exhausted ? DONE : value)),
      fail: (_context, error) => {
        this.#release();
        throw error;
      },
    });
  }

  #share(branch: BroadcastBranch, item: Value | typeof DONE): Value | typeof DONE {
    if (item === DONE) {
      this.hasEnded = true;
      branch.exhausted = true;
    } else {
      for (const other of this.branches) if (other !== branch && !other.exhausted) other.items.push(item);
    }
    this.#release();
    return item;
  }

  #release(): void {
    this.#isPulling = false;
    for (const waker of this.#waiting) waker.wake(null);
    this.#waiting.clear();
  }

  /** Another branch is pulling: its element is this one's too. */
  #await(context: CallContext, branch: BroadcastBranch): typeof SUSPENDED {
    const waker = context.park({ kind: "task", detail: "another branch of a broadcast" }, () =>
      this.#waiting.delete(waker),
    );
    this.#waiting.add(waker);
    return context.resumeWith({ resume: (resumed) => late(branch.next(resumed)) });
  }

  close(context: CallContext): void {
    if (this.branches.every((branch) => branch.exhausted)) this.#source.close(context);
  }
}

class BroadcastBranch extends PullIterator {
  readonly #shared: Broadcast;
  readonly items = new Fifo<Value>();

  constructor(shared: Broadcast) {
    super();
    this.#shared = shared;
  }

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    const item = this.items.shift();
    if (item !== undefined) return item;
    if (!this.#shared.hasEnded) return this.#shared.pull(context, this);
    this.exhausted = true;
    return DONE;
  }

  override close(context: CallContext): void {
    this.exhausted = true;
    this.items.clear();
    this.#shared.close(context);
  }
}

export function broadcast(source: PullIterator, count: number): PullIterator[] {
  const shared = new Broadcast(source);
  for (let index = 0; index < count; index++) shared.branches.push(new BroadcastBranch(shared));
  return shared.branches;
}
