import {
  type Builtin,
  type CallContext,
  DONE,
  declare,
  type Method,
  type PullHandle,
  req,
  SUSPENDED,
  t,
} from "../../builtin/index.ts";
import { DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";

const tasks = declare("tasks");

/** What `yield` and `emit` compile to. */
export const yieldValue: Builtin = tasks({
  name: "%yield",
  summary: "Hand a value to the consumer of the running generator, and wait until it wants more.",
  params: [req("value", t.any)],
  effect: "task",
  run: (context, value) => {
    const { generator } = context as Task;
    if (!generator) throw runtimeError("yield outside of a generator");
    return generator.yield(value);
  },
});

function answer(source: PullHandle, value: Value): Value {
  return DictValue.of(source.exhausted ? { done: true, value: null } : { done: false, value });
}

/** `.next()` of generators and streams: `{done, value}`, for ever done after the end. */
const next: Method<PullHandle> = {
  name: "next",
  summary: "Run the generator to its next value.",
  params: [],
  run: (context: CallContext, self) => {
    const pulled = self.next(context);
    if (pulled === DONE) return answer(self, null);
    if (pulled === SUSPENDED) return context.resumeWith({ resume: (_context, value) => answer(self, value) });
    return answer(self, pulled);
  },
};

const iterate: Method<PullHandle> = {
  name: "iter",
  summary: "A lazy iterator over what is left.",
  params: [],
  run: (_context, self) => self.iterator(),
};

/** Methods of generators and streams. */
export const generatorMethods: readonly Method<PullHandle>[] = [next, iterate];
