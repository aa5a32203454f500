import { type Builtin, type CallContext, declare, opt, serviceKey, t } from "../../builtin/index.ts";
import { DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { Task } from "../task.ts";
import { heldSynchronization } from "./locks.ts";
import { supervisorSummaries } from "./supervisors.ts";
import { activeTaskIds } from "./tasks.ts";

const runtimeContext = declare("runtime-context");

/** What the rooms above know about the place a task runs in: its run, agent session, trigger, tenant. */
export interface AmbientContext {
  /** The fields that are set, by name (`run_id`, `agent_session_id`, …). */
  fields(context: CallContext): Readonly<Record<string, Value>>;
}

export const ambientContext = serviceKey<AmbientContext>("ambient context");

/** Fields that are there whether or not anybody sets them. */
const ambientFields = [
  "agent_name",
  "agent_session_id",
  "binding_key",
  "capacity_class",
  "parent_agent_session_id",
  "provider",
  "root_agent_session_id",
  "run_id",
  "runner",
  "scheduler_key",
  "scope_id",
  "span_id",
  "stage_id",
  "tenant_id",
  "trace_id",
  "trigger_event_id",
  "trigger_id",
  "worker_id",
  "workflow_id",
] as const;

function fieldsOf(task: Task): Record<string, Value> {
  const fields: Record<string, Value> = {};
  for (const name of ambientFields) fields[name] = null;
  return Object.assign(fields, task.machine.findService(ambientContext)?.fields(task), {
    task_id: task.taskId,
    task_name: task.identity.name,
    task_group_id: task.identity.groupId ?? null,
    parent_task_id: task.identity.parentId ?? null,
    root_task_id: task.identity.rootId,
    cancelled: task.isCancelled,
  });
}

/** One field as text, if it is set. */
export function contextField(task: CallContext, name: string): string | undefined {
  const value = fieldsOf(task as Task)[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

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
  return DictValue.of({ ...fieldsOf(task), context_values: valuesOf(task), debug });
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
