import {
  type Builtin,
  closingOnError,
  DONE,
  declare,
  type Outcome,
  opt,
  req,
  SUSPENDED,
  t,
} from "../../builtin/index.ts";
import {
  DictValue,
  type EnumValue,
  err,
  isInt,
  isResult,
  ListValue,
  ok,
  runtimeError,
  show,
  typeError,
  typeName,
  type Value,
} from "../../value/index.ts";
import { isCallable } from "../calls.ts";
import { type Cursor, cursorOver } from "../cursor.ts";
import type { Completion, Task } from "../task.ts";
import { Branches, type BranchKind, type BranchPlan, branchKind, limitOf, runBranches } from "./branches.ts";
import { carriedOver, errorText, resultOf } from "./completion.ts";
import { StreamHandle } from "./stream-handle.ts";

const tasks = declare("tasks");

const kinds = {
  count: branchKind("parallel"),
  each: branchKind("parallel each"),
  settle: branchKind("parallel settle"),
  race: branchKind("parallel race"),
} as const;

/** The elements of anything that can be looped over, which may have to be waited for. */
function withItems(task: Task, subject: Value, then: (items: readonly Value[]) => Outcome): Outcome {
  if (subject instanceof ListValue) return then(subject.toArray());
  const cursor: Cursor = cursorOver(subject);
  const items: Value[] = [];
  return closingOnError(task, cursor, pullFrom);

  function pullFrom(): Outcome {
    for (;;) {
      const item = cursor.next(task);
      if (item === DONE) return then(items);
      if (item === SUSPENDED) return task.resumeWith({ resume: (_context, value) => takeLate(value) });
      items.push(item);
    }
  }

  function takeLate(value: Value): Outcome {
    if (cursor.atEnd) return then(items);
    items.push(value);
    return pullFrom();
  }
}

function eachPlan(kind: BranchKind, items: readonly Value[], body: Value, limit: Value | undefined): BranchPlan {
  return { kind, size: items.length, items, body, limit: limitOf(limit) };
}

/** All values in order, or the error of the first branch in order that failed. */
function valuesOf(completions: readonly Completion[]): Value {
  return new ListValue(completions.map(resultOf));
}

function settled(completions: readonly Completion[]): Value {
  const results = completions.map((done) => (done.kind === "value" ? ok(done.value) : err(errorText(done.error))));
  const succeeded = completions.filter((done) => done.kind === "value").length;
  return DictValue.of({ results: new ListValue(results), succeeded, failed: completions.length - succeeded });
}

const count: Builtin = tasks({
  name: "%parallel_count",
  summary: "What `parallel n` compiles to.",
  params: [req("count", t.any), req("body", t.closure), opt("limit", t.any)],
  effect: "task",
  run: (context, size, body, limit) => {
    const branches = isInt(size) ? Math.max(0, Number(size)) : 0;
    const plan = { kind: kinds.count, size: branches, items: undefined, body, limit: limitOf(limit) };
    return runBranches(context as Task, plan, valuesOf);
  },
});

const each: Builtin = tasks({
  name: "%parallel_each",
  summary: "What `parallel each` compiles to.",
  params: [req("subject", t.any), req("body", t.closure), opt("limit", t.any)],
  effect: "task",
  run: (context, subject, body, limit) => {
    const task = context as Task;
    return withItems(task, subject, (items) => runBranches(task, eachPlan(kinds.each, items, body, limit), valuesOf));
  },
});

const settle: Builtin = tasks({
  name: "%parallel_settle",
  summary: "What `parallel settle` compiles to: `{results, succeeded, failed}`.",
  params: [req("subject", t.any), req("body", t.closure), opt("limit", t.any)],
  effect: "task",
  run: (context, subject, body, limit) => {
    const task = context as Task;
    return withItems(task, subject, (items) => runBranches(task, eachPlan(kinds.settle, items, body, limit), settled));
  },
});

/** Results in the order in which branches end. The first error is the last element and ends the other branches. */
function streamBranches(task: Task, plan: BranchPlan): StreamHandle {
  const stream = new StreamHandle(() => branches.stop(), "task");
  const branches = new Branches(task, plan, {
    branchDone: (_index, completion) => {
      if (completion.kind === "error") {
        stream.fail(carriedOver(completion.error));
        branches.stop();
      } else {
        stream.push(completion.value);
        if (branches.isDone) stream.end();
      }
    },
  });
  if (plan.size === 0) stream.end();
  branches.start();
  return stream;
}

const asStream: Builtin = tasks({
  name: "%parallel_stream",
  summary: "What `parallel each … as stream` compiles to.",
  params: [req("subject", t.any), req("body", t.closure), opt("limit", t.any)],
  effect: "task",
  run: (context, subject, body, limit) => {
    const task = context as Task;
    return withItems(task, subject, (items) => streamBranches(task, eachPlan(kinds.each, items, body, limit)));
  },
});

// -------------------------------------------------------------- the first to succeed

function raceLimit(value: Value | undefined): number {
  if (value === undefined || value === null) return Number.POSITIVE_INFINITY;
  if (isInt(value)) return value > 0 ? Number(value) : Number.POSITIVE_INFINITY;
  if (!(value instanceof DictValue)) {
    throw typeError(`parallel_race: third argument must be max_concurrent int or options dict, got ${typeName(value)}`);
  }
  const limit = value.get("max_concurrent");
  if (limit === undefined || limit === null || isInt(limit)) return raceLimit(limit);
  throw typeError(`parallel_race: max_concurrent must be an int, got ${typeName(limit)}`);
}

function isErr(value: Value): value is EnumValue {
  return isResult(value) && value.variant === "Err";
}

/** Answers with the first success and ends the rest; with all failures, in order, when there is none. */
function raceBranches(task: Task, plan: BranchPlan): Outcome {
  const failures = new Map<number, string>();
  const waker = task.park({ kind: "task", detail: "the first branch of a parallel_race" }, () => branches.stop());
  const branches = new Branches(task, plan, {
    branchDone: (index, completion) => {
      if (completion.kind === "value" && !isErr(completion.value)) {
        waker.wake(isResult(completion.value) ? (completion.value.fields[0] ?? null) : completion.value);
        return branches.stop();
      }
      failures.set(
        index,
        completion.kind === "error" ? errorText(completion.error) : show(unwrapErr(completion.value)),
      );
      if (branches.isDone)
        waker.fail(runtimeError(`parallel_race: all ${plan.size} task(s) failed: ${inOrder(failures).join("; ")}`));
    },
  });
  branches.start();
  return SUSPENDED;
}

function unwrapErr(value: Value): Value {
  return isErr(value) ? (value.fields[0] ?? null) : value;
}

function inOrder(failures: ReadonlyMap<number, string>): string[] {
  return [...failures].sort(([a], [b]) => a - b).map(([, text]) => text);
}

const race: Builtin = declare("iter")({
  name: "parallel_race",
  summary: "Run a callable on every item at once; the first success wins and the others are ended.",
  params: [opt("items", t.any), opt("callable", t.any), opt("options", t.any)],
  effect: "task",
  lenient: true,
  run: (context, items, callable, options) => {
    if (items === undefined || callable === undefined)
      throw typeError(`parallel_race: missing argument ${items === undefined ? 1 : 2}`);
    if (!(items instanceof ListValue))
      throw typeError(`parallel_race: first argument must be a list, got ${typeName(items)}`);
    if (!isCallable(callable)) throw typeError(`parallel_race: argument 2 must be callable, got ${typeName(callable)}`);
    const limit = raceLimit(options);
    if (items.size === 0) throw runtimeError("parallel_race: expected at least one item");
    const plan = { ...eachPlan(kinds.race, items.toArray(), callable, null), limit };
    return raceBranches(context as Task, plan);
  },
});

export const parallelBuiltins: readonly Builtin[] = [count, each, settle, asStream, race];
