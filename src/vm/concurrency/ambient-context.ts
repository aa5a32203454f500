import { type CallContext, serviceKey } from "../../builtin/index.ts";
import type { Value } from "../../value/index.ts";
import { taskOf } from "../host-call.ts";
import type { Task } from "../task.ts";

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

/** Every field: those of the rooms above, and of the task itself. */
export function contextFields(task: Task): Record<string, Value> {
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
  const value = contextFields(taskOf(task))[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}
