import {
  type CallContext,
  closingOnError,
  DONE,
  type Outcome,
  type PullIterator,
  SUSPENDED,
} from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";

/** Pulls everything. `take` sees each element and stops with `true`; the answer is `finish`'s. */
export function drain(
  context: CallContext,
  source: PullIterator,
  take: (item: Value) => boolean,
  finish: () => Outcome,
): Outcome {
  return closingOnError(context, source, () => goOn(context));

  function goOn(running: CallContext): Outcome {
    for (;;) {
      const item = source.next(running);
      if (item === SUSPENDED) {
        return running.resumeWith({
          resume: (resumed, value) => (source.exhausted || take(value) ? finish() : goOn(resumed)),
        });
      }
      if (item === DONE || take(item)) return finish();
    }
  }
}

/** Pulls everything and calls back for each element. `take` sees the element and the answer, and stops with `true`. */
export function drainCalls(
  context: CallContext,
  source: PullIterator,
  call: (context: CallContext, item: Value) => Outcome,
  take: (item: Value, answer: Value) => boolean,
  finish: () => Outcome,
): Outcome {
  return closingOnError(context, source, () => goOn(context));

  function goOn(running: CallContext): Outcome {
    for (;;) {
      const item = source.next(running);
      if (item === SUSPENDED) {
        return running.resumeWith({
          resume: (resumed, value) => (source.exhausted ? finish() : (answerOf(resumed, value) ?? goOn(resumed))),
        });
      }
      if (item === DONE) return finish();
      const outcome = answerOf(running, item);
      if (outcome !== undefined) return outcome;
    }
  }

  /** The sink's outcome, if it has one by now; `undefined` to go on. */
  function answerOf(running: CallContext, item: Value): Outcome | undefined {
    const answer = call(running, item);
    if (answer === SUSPENDED) {
      return running.resumeWith({ resume: (resumed, value) => (take(item, value) ? finish() : goOn(resumed)) });
    }
    return take(item, answer) ? finish() : undefined;
  }
}
