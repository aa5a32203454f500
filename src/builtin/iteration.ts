import { HandleValue, IterValue, type Value } from "../value/index.ts";
import type { CallContext, ResumableFrame } from "./context.ts";
import { DONE, type Outcome, type Pulled, SUSPENDED } from "./outcome.ts";

/** A lazy iterator that can be pulled. After `DONE` it gives `DONE` for ever. */
export abstract class PullIterator extends IterValue {
  /**
   * The next element. After `SUSPENDED` it is the value of the resumed call, and `exhausted` tells whether that was the end:
   * of this answer, when it is looked at at once. Several tasks may pull; an element may come after another's end.
   */
  abstract next(context: CallContext): Pulled;
  /** No more will be pulled: let the source clean up. */
  close(_context: CallContext): void {}
}

/** A handle that can be looped over: a generator, a stream, a channel. The same contract as `PullIterator`. */
export abstract class PullHandle extends HandleValue {
  /** Set for good once a pull found the end. */
  exhausted = false;
  abstract next(context: CallContext): Pulled;
  close(_context: CallContext): void {}

  override iterator(): PullIterator {
    return new HandleIterator(this);
  }

  override drop(): void {
    this.exhausted = true;
  }
}

/** A handle under the contract of iterators: several of them may pull one handle. */
class HandleIterator extends PullIterator {
  readonly #source: PullHandle;

  constructor(source: PullHandle) {
    super();
    this.#source = source;
  }

  override next(context: CallContext): Pulled {
    if (this.exhausted) return DONE;
    const pulled = this.#source.next(context);
    if (pulled === DONE) this.exhausted = true;
    if (pulled !== SUSPENDED) return pulled;
    return context.resumeWith({
      resume: (_context, value) => {
        this.exhausted = this.#source.exhausted;
        return value;
      },
    });
  }

  override close(context: CallContext): void {
    this.#source.close(context);
  }
}

/**
 * Calls `callee` once for each index in `0 <= i < size`, natively while the calls answer at once, and across suspensions
 * otherwise. `take` sees each result and ends the loop with `true`. The loop's own answer is `finish`.
 */
export function eachCall(
  context: CallContext,
  size: number,
  call: (index: number) => Outcome,
  take: (index: number, value: Value) => boolean,
  finish: () => Outcome,
): Outcome {
  return runFrom(0);

  function runFrom(start: number): Outcome {
    for (let index = start; index < size; index++) {
      const result = call(index);
      if (result === SUSPENDED) return context.resumeWith(frameAt(index));
      if (take(index, result)) return finish();
    }
    return finish();
  }

  function frameAt(index: number): ResumableFrame {
    return { resume: (_context, value) => (take(index, value) ? finish() : runFrom(index + 1)) };
  }
}

/**
 * Runs what pulls a source to its end. When that ends with an error, or because its task is ended, the source is closed as a
 * loop closes it: a generator's finalizers run, and its body does not go on for nobody.
 */
export function closingOnError(
  context: CallContext,
  source: { close(context: CallContext): void },
  body: () => Outcome,
): Outcome {
  try {
    const outcome = body();
    if (outcome !== SUSPENDED) return outcome;
  } catch (error) {
    source.close(context);
    throw error;
  }
  return context.resumeWith({
    resume: (_resumed, value) => value,
    fail: (failed, error) => {
      source.close(failed);
      throw error;
    },
  });
}
