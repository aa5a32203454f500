import { type CallContext, DONE, type Outcome, type Pulled, PullIterator, SUSPENDED } from "../../builtin/index.ts";
import { ListValue, PairValue, truthy, type Value } from "../../value/index.ts";
import { requireIterator } from "./sources.ts";

/**
 * Lazy stages: each pulls its source when it is pulled. A pull or a call inside may suspend, and then:
 *
 * S1. A stage keeps all of its state in fields, so that a suspended pull needs no more than the element at hand.
 * S2. `step` and `atEnd` tell what comes of an element or of the end: a value, `DONE`, `AGAIN` to pull once more, or
 *     `SUSPENDED` after a frame was left that goes on with `settle`.
 * S3. A resumed pull answers with a value; the end is nil with `exhausted` set. Several tasks may have a pull under way, so
 *     every late answer sets it anew; that there is nothing more to pull is `hasEnded`, for good.
 */

const AGAIN: unique symbol = Symbol("again");

type Step = Pulled | typeof AGAIN;

abstract class Stage extends PullIterator {
  protected source: PullIterator;
  protected hasEnded = false;

  constructor(source: PullIterator) {
    super();
    this.source = source;
  }

  protected abstract step(context: CallContext, item: Value): Step;

  protected atEnd(_context: CallContext): Step {
    return DONE;
  }

  override next(context: CallContext): Pulled {
    if (this.hasEnded) return this.end();
    for (;;) {
      const item = this.source.next(context);
      if (item === SUSPENDED) return this.#awaitPull(context);
      const step = item === DONE ? this.atEnd(context) : this.step(context, item);
      if (step === AGAIN) continue;
      return step === DONE ? this.end() : step;
    }
  }

  protected end(): typeof DONE {
    this.hasEnded = true;
    this.exhausted = true;
    return DONE;
  }

  override close(context: CallContext): void {
    this.source.close(context);
  }

  #awaitPull(context: CallContext): typeof SUSPENDED {
    return context.resumeWith({
      resume: (resumed, value) =>
        this.settle(resumed, this.source.exhausted ? this.atEnd(resumed) : this.step(resumed, value)),
    });
  }

  /** A step as the answer of a resumed pull (S3). */
  protected settle(context: CallContext, step: Step): Outcome {
    const pulled = step === AGAIN ? this.next(context) : step;
    if (pulled === DONE) this.end();
    else this.exhausted = false;
    return pulled === DONE ? null : pulled;
  }
}

/** A stage that asks a closure about each element. */
abstract class AskingStage extends Stage {
  readonly #callee: Value;

  constructor(source: PullIterator, callee: Value) {
    super(source);
    this.#callee = callee;
  }

  protected abstract answered(item: Value, answer: Value): Step;

  protected override step(context: CallContext, item: Value): Step {
    const answer = context.call1(this.#callee, item);
    if (answer !== SUSPENDED) return this.answered(item, answer);
    return context.resumeWith({ resume: (resumed, value) => this.settle(resumed, this.answered(item, value)) });
  }
}

export class MapStage extends AskingStage {
  protected override answered(_item: Value, answer: Value): Step {
    return answer;
  }
}

export class FilterStage extends AskingStage {
  protected override answered(item: Value, answer: Value): Step {
    return truthy(answer) ? item : AGAIN;
  }
}

export class TakeWhileStage extends AskingStage {
  protected override answered(item: Value, answer: Value): Step {
    return truthy(answer) ? item : DONE;
  }
}

export class SkipWhileStage extends AskingStage {
  #isSkipping = true;

  protected override step(context: CallContext, item: Value): Step {
    return this.#isSkipping ? super.step(context, item) : item;
  }

  protected override answered(item: Value, answer: Value): Step {
    if (truthy(answer)) return AGAIN;
    this.#isSkipping = false;
    return item;
  }
}

/** Runs through whatever iterable the closure makes of each element. */
export class FlatMapStage extends AskingStage {
  #inner: PullIterator | undefined;

  protected override answered(_item: Value, answer: Value): Step {
    this.#inner = requireIterator(answer);
    return AGAIN;
  }

  override next(context: CallContext): Pulled {
    for (;;) {
      const inner = this.#inner;
      if (inner === undefined) {
        const pulled = this.#refill(context);
        if (pulled !== AGAIN) return pulled;
        continue;
      }
      const item = inner.next(context);
      if (item === SUSPENDED)
        return context.resumeWith({ resume: (resumed, value) => this.settle(resumed, this.#afterInner(inner, value)) });
      if (item !== DONE) return item;
      this.#inner = undefined;
    }
  }

  override close(context: CallContext): void {
    super.close(context);
    this.#inner?.close(context);
  }

  #afterInner(inner: PullIterator, value: Value): Step {
    if (!inner.exhausted) return value;
    this.#inner = undefined;
    return AGAIN;
  }

  /** Pulls the source until there is something to run through. */
  #refill(context: CallContext): Step {
    if (this.hasEnded) return this.end();
    const item = this.source.next(context);
    if (item === SUSPENDED) {
      return context.resumeWith({
        resume: (resumed, value) => this.settle(resumed, this.source.exhausted ? DONE : this.step(resumed, value)),
      });
    }
    return item === DONE ? this.end() : this.step(context, item);
  }
}

export class TakeStage extends Stage {
  #left: number;

  constructor(source: PullIterator, count: number) {
    super(source);
    this.#left = count;
  }

  override next(context: CallContext): Pulled {
    // The element behind the last one is not pulled: it may have effects, or never come.
    if (this.#left > 0) return super.next(context);
    return this.end();
  }

  protected override step(_context: CallContext, item: Value): Step {
    this.#left--;
    return item;
  }
}

export class SkipStage extends Stage {
  #left: number;

  constructor(source: PullIterator, count: number) {
    super(source);
    this.#left = count;
  }

  protected override step(_context: CallContext, item: Value): Step {
    if (this.#left === 0) return item;
    this.#left--;
    return AGAIN;
  }
}

export class EnumerateStage extends Stage {
  #index = 0;

  protected override step(_context: CallContext, item: Value): Step {
    return new PairValue(this.#index++, item);
  }
}

export class ZipStage extends Stage {
  readonly #other: PullIterator;

  constructor(source: PullIterator, other: PullIterator) {
    super(source);
    this.#other = other;
  }

  protected override step(context: CallContext, item: Value): Step {
    const other = this.#other.next(context);
    if (other === DONE) return DONE;
    if (other !== SUSPENDED) return new PairValue(item, other);
    return context.resumeWith({
      resume: (resumed, value) => this.settle(resumed, this.#other.exhausted ? DONE : new PairValue(item, value)),
    });
  }

  override close(context: CallContext): void {
    super.close(context);
    this.#other.close(context);
  }
}

export class ChainStage extends Stage {
  #rest: PullIterator | undefined;

  constructor(source: PullIterator, rest: PullIterator) {
    super(source);
    this.#rest = rest;
  }

  protected override step(_context: CallContext, item: Value): Step {
    return item;
  }

  protected override atEnd(_context: CallContext): Step {
    if (this.#rest === undefined) return DONE;
    this.source = this.#rest;
    this.#rest = undefined;
    return AGAIN;
  }

  override close(context: CallContext): void {
    super.close(context);
    this.#rest?.close(context);
  }
}

/** Lists of `size` elements each; the last may be shorter. */
export class ChunkStage extends Stage {
  readonly #size: number;
  #chunk: Value[] = [];

  constructor(source: PullIterator, size: number) {
    super(source);
    this.#size = size;
  }

  protected override step(_context: CallContext, item: Value): Step {
    this.#chunk.push(item);
    return this.#chunk.length === this.#size ? this.#takeChunk() : AGAIN;
  }

  protected override atEnd(_context: CallContext): Step {
    return this.#chunk.length > 0 ? this.#takeChunk() : DONE;
  }

  #takeChunk(): Value {
    const chunk = new ListValue(this.#chunk);
    this.#chunk = [];
    return chunk;
  }
}

/** Every run of `size` neighbours. */
export class WindowStage extends Stage {
  readonly #size: number;
  #window: Value[] = [];

  constructor(source: PullIterator, size: number) {
    super(source);
    this.#size = size;
  }

  protected override step(_context: CallContext, item: Value): Step {
    this.#window = [...this.#window.slice(this.#window.length === this.#size ? 1 : 0), item];
    // The list and the next window share no array: the next one is made anew.
    return this.#window.length === this.#size ? new ListValue(this.#window) : AGAIN;
  }
}
