import { type Builtin, declare, opt, t } from "../../builtin/index.ts";
import { DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";
import { contextFields } from "./ambient-context.ts";
import { heldSynchronization } from "./locks.ts";
import { supervisorSummaries } from "./supervisors.ts";
import { activeTaskIds } from "./tasks.ts";

const runtimeContext = declare("runtime-context");

function valuesOf(task: Task): DictValue {
  return DictValue.of(Object.fromEntries(task.locals.values));
}

function describe(task: Task): Value {
  const debug = DictValue.of({
    active_task_ids: activeTaskIds(task),
    cancelled: task.isCancelled,
    held_synchronization: heldSynchronization(task),
    supervisors: supervisorSummaries(task.machine),
    waiting_reason: null,
  });
  return DictValue.of({ ...contextFields(task), context_values: valuesOf(task), debug });
}

function expectKey(builtin: string, key: Value | undefined): string {
  if (typeof key !== "string") throw runtimeError(`${builtin}: first argument must be a string key`);
  return key;
}

function described(name: string, summary: string): Builtin {
  return runtimeContext({
    name,
    summary,
    params: [],
    returns: t.dict,
    effect: "state",
    lenient: true,
    run: (context) => describe(context as Task),
  });
}

export const runtimeContextBuiltins: readonly Builtin[] = [
  described(
    "runtime_context",
    "Where the running task stands: its ids, its run, session and trigger, its context values.",
  ),
  described("task_current", "The same as `runtime_context`."),
  runtimeContext({
    name: "runtime_context_values",
    summary: "The context values of the running task.",
    params: [],
    returns: t.dict,
    effect: "state",
    lenient: true,
    run: (context) => valuesOf(context as Task),
  }),
  runtimeContext({
    name: "runtime_context_get",
    summary: "A context value of the running task.",
    params: [opt("key", t.any), opt("default", t.any)],
    effect: "state",
    lenient: true,
    run: (context, key, fallback) => {
      const found = (context as Task).locals.values.get(expectKey("runtime_context_get", key));
      return found === undefined ? (fallback ?? null) : found;
    },
  }),
  runtimeContext({
    name: "runtime_context_set",
    summary: "Set a context value of the running task. Tasks that it starts later begin with a copy.",
    params: [opt("key", t.any), opt("value", t.any)],
    effect: "state",
    lenient: true,
    run: (context, key, value) => {
      const { locals } = context as Task;
      const name = expectKey("runtime_context_set", key);
      const old = locals.values.get(name) ?? null;
      locals.set(name, value ?? null);
      return old;
    },
  }),
  runtimeContext({
    name: "runtime_context_clear",
    summary: "Remove a context value of the running task and give what it was.",
    params: [opt("key", t.any)],
    effect: "state",
    lenient: true,
    run: (context, key) => (context as Task).locals.clear(expectKey("runtime_context_clear", key)),
  }),
];
