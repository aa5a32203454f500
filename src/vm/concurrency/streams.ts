import {
  type Builtin,
  type CallContext,
  closingOnError,
  DONE,
  declare,
  namespace,
  type Outcome,
  PullIterator,
  rest,
  SUSPENDED,
  t,
} from "../../builtin/index.ts";
import {
  BuiltinValue,
  FloatValue,
  handOut,
  isInt,
  isObject,
  ListValue,
  runtimeError,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";
import { callMethod, isCallable } from "../calls.ts";
import type { Task } from "../task.ts";
import { DebounceStream, InterleaveStream, MergeStream, RaceStream, ZipStream } from "./stream-joins.ts";
import { broadcast, ScanStage, TakeUntilStage, TapStage, ThrottleStage } from "./stream-stages.ts";

const iterators = declare("iter");

/** What `stream.collect` takes when it is not told. */
const defaultCap = 10_000;

type Arguments = readonly (Value | undefined)[];

function argumentAt(builtin: string, args: Arguments, index: number): Value {
  const value = args[index];
  if (value === undefined) throw typeError(`${builtin}: missing argument ${index + 1}`);
  return value;
}

function callableAt(builtin: string, args: Arguments, index: number): Value {
  const value = argumentAt(builtin, args, index);
  if (isCallable(value)) return value;
  throw typeError(`${builtin}: argument ${index + 1} must be callable, got ${typeName(value)}`);
}

function countAt(builtin: string, args: Arguments, index: number, least: 0 | 1): number {
  const value = argumentAt(builtin, args, index);
  if (isInt(value) && value >= least) return Number(value);
  throw typeError(
    `${builtin}: argument ${index + 1} must be a ${least === 0 ? "non-negative" : "positive"} int, got ${typeName(value)}`,
  );
}

/** `iter(value)`: the library knows what can be looped over. */
function iteratorOf(context: CallContext, value: Value): PullIterator {
  const iterator = context.call1(new BuiltinValue("iter"), value);
  if (iterator instanceof PullIterator) return iterator;
  throw typeError(`iter: value of type ${typeName(value)} is not iterable`);
}

function sourceAt(context: CallContext, builtin: string, args: Arguments): PullIterator {
  return iteratorOf(context, argumentAt(builtin, args, 0));
}

/** `drain` for what pulls its source to the end, and so owns it. */
function consume(
  context: CallContext,
  source: PullIterator,
  take: (value: Value) => Outcome,
  finish: () => Value,
): Outcome {
  return closingOnError(context, source, () => drain(context, source, take, finish));
}

/** Every element in turn: `take` may suspend, and says with `true` that it has had enough. */
function drain(
  context: CallContext,
  source: PullIterator,
  take: (value: Value) => Outcome,
  finish: () => Value,
): Outcome {
  return run();

  function run(): Outcome {
    for (;;) {
      const item = source.next(context);
      if (item === DONE) return finish();
      if (item === SUSPENDED) {
        return context.resumeWith({
          resume: (_context, value) => (source.exhausted ? finish() : afterTake(give(value))),
        });
      }
      const taken = give(item);
      if (taken === SUSPENDED) return context.resumeWith({ resume: (_context, value) => afterTake(value) });
      if (taken === true) return finish();
    }
  }

  function give(value: Value): Outcome {
    return take(handOut(value));
  }

  function afterTake(taken: Outcome): Outcome {
    if (taken === SUSPENDED) return context.resumeWith({ resume: (_context, value) => afterTake(value) });
    return taken === true ? finish() : run();
  }
}

type Run = (context: CallContext, name: string, args: Arguments) => Outcome;

function operator(word: string, summary: string, run: Run): Builtin {
  const name = `stream.${word}`;
  return iterators({
    name,
    summary,
    params: [rest("args", t.any)],
    lenient: true,
    run: (context, ...args: Value[]) => run(context, name, args),
  });
}

/** A stage that lazy iterators have as a method. */
const byMethod =
  (method: string, check: (name: string, args: Arguments) => Value): Run =>
  (context, name, args) => {
    const source = sourceAt(context, name, args);
    return callMethod(context as Task, source, method, [check(name, args)]);
  };

function joined(least: number, complaint: string, join: (sources: PullIterator[]) => PullIterator): Run {
  return (context, name, args) => {
    if (args.length < least) throw typeError(`${name}: ${complaint}`);
    return join(args.map((value) => iteratorOf(context, value as Value)));
  };
}

function capOf(value: Value | undefined): number {
  if (value === undefined || value === null) return defaultCap;
  if (isInt(value) && value >= 0) return Number(value);
  if (!isObject(value) || value.kind !== "dict") {
    throw typeError(`stream.collect: second argument must be max int or options dict, got ${typeName(value)}`);
  }
  const max = value.get("max");
  if (max === undefined) return defaultCap;
  if (isInt(max) && max >= 0) return Number(max);
  throw typeError(`stream.collect: max must be a non-negative int, got ${typeName(max)}`);
}

const collect: Run = (context, name, args) => {
  const source = sourceAt(context, name, args);
  const cap = capOf(args[1]);
  const items: Value[] = [];
  const take = (value: Value): Outcome => {
    if (items.length < cap) {
      items.push(value);
      return false;
    }
    throw runtimeError(`stream.collect: max cap ${cap} exceeded`);
  };
  return consume(context, source, take, () => new ListValue(items));
};

const fold: Run = (context, name, args) => {
  const source = sourceAt(context, name, args);
  let state = argumentAt(name, args, 1);
  const callee = callableAt(name, args, 2);
  const keep = (value: Value): Value => {
    state = value;
    return false;
  };
  const take = (value: Value): Outcome => {
    const next = context.call2(callee, state, value);
    return next === SUSPENDED ? context.resumeWith({ resume: (_context, late) => keep(late) }) : keep(next);
  };
  return consume(context, source, take, () => state);
};

const first: Run = (context, name, args) => {
  let found: Value = null;
  const take = (value: Value): Value => {
    found = value;
    return true;
  };
  return drain(context, sourceAt(context, name, args), take, () => found);
};

/** Elements in a second, as the interval between two. */
function intervalAt(name: string, args: Arguments, index: number): number {
  const value = argumentAt(name, args, index);
  const rate = isInt(value) ? Number(value) : value instanceof FloatValue ? value.value : undefined;
  if (rate === undefined)
    throw typeError(`${name}: argument ${index + 1} must be a positive number, got ${typeName(value)}`);
  if (!(rate > 0) || !Number.isFinite(rate))
    throw typeError(`${name}: argument ${index + 1} must be a positive finite number`);
  return Math.max(1, Math.ceil(1000 / rate));
}

const operators: readonly Builtin[] = [
  operator(
    "map",
    "Each element as a closure makes it.",
    byMethod("map", (name, args) => callableAt(name, args, 1)),
  ),
  operator(
    "filter",
    "The elements that a closure says yes to.",
    byMethod("filter", (name, args) => callableAt(name, args, 1)),
  ),
  operator(
    "take",
    "The first so many elements.",
    byMethod("take", (name, args) => countAt(name, args, 1, 0)),
  ),
  operator(
    "tap",
    "The same elements; a closure sees each of them.",
    (context, name, args) => new TapStage(sourceAt(context, name, args), callableAt(name, args, 1)),
  ),
  operator(
    "scan",
    "Every intermediate result of a fold.",
    (context, name, args) =>
      new ScanStage(sourceAt(context, name, args), argumentAt(name, args, 1), callableAt(name, args, 2)),
  ),
  operator(
    "take_until",
    "The elements before the first that a closure says yes to.",
    (context, name, args) => new TakeUntilStage(sourceAt(context, name, args), callableAt(name, args, 1)),
  ),
  operator("fold", "All elements made one.", fold),
  operator("collect", "All elements as a list; an error when there are more than `max`.", collect),
  operator("first", "The first element, nil when there is none.", first),
  operator(
    "merge",
    "The elements of several streams, each as soon as it is there.",
    joined(1, "expected at least one stream", (sources) => new MergeStream(sources)),
  ),
  operator(
    "interleave",
    "One element of each stream in turn.",
    joined(2, "expected at least two streams", (sources) => new InterleaveStream(sources)),
  ),
  operator(
    "race",
    "The stream that has an element first; the others are closed.",
    joined(1, "expected at least one stream", (sources) => new RaceStream(sources)),
  ),
  operator("zip", "Pairs of the elements of two streams.", (context, name, args) => {
    if (args.length !== 2) throw typeError(`${name}: expected 2 streams, got ${args.length}`);
    const [left, right] = args.map((value) => iteratorOf(context, value as Value));
    return new ZipStream(left as PullIterator, right as PullIterator);
  }),
  operator("broadcast", "Streams that each have every element of one.", (context, name, args) => {
    const source = sourceAt(context, name, args);
    return new ListValue(broadcast(source, countAt(name, args, 1, 1)));
  }),
  operator(
    "throttle",
    "At most so many elements in a second.",
    (context, name, args) => new ThrottleStage(sourceAt(context, name, args), intervalAt(name, args, 1)),
  ),
  operator(
    "debounce",
    "The last element of each burst, after so many quiet milliseconds.",
    (context, name, args) =>
      new DebounceStream(context as Task, sourceAt(context, name, args), countAt(name, args, 1, 0)),
  ),
];

/** The global `stream`. */
export const streamNamespace: Value = namespace(
  "stream",
  operators.map(({ name }) => name.slice("stream.".length)),
);

export const streamBuiltins: readonly Builtin[] = operators;
