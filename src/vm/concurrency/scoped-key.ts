import type { CallContext } from "../../builtin/index.ts";
import { DictValue as Dict, type DictValue, isObject, runtimeError, show, type Value } from "../../value/index.ts";
import { taskOf } from "../host-call.ts";
import type { Task } from "../task.ts";
import { contextField } from "./ambient-context.ts";

/** The name of something shared: a scope with the id that it has for the task that asks, and a key in it. */
export interface ScopedKey {
  /** `task_group:task_root`. */
  readonly scope: string;
  readonly key: string;
}

export function idOf({ scope, key }: ScopedKey): string {
  return `${scope}\u0000${key}`;
}

const defaultScope = "task_group";

/** Scopes by name, with the context fields whose value is the scope's id: the first that is set. */
const scopeFields: ReadonlyMap<string, readonly string[]> = new Map([
  ["task", ["task_id"]],
  ["task_local", ["task_id"]],
  ["root_task", ["root_task_id"]],
  ["task_group", ["task_group_id", "run_id", "root_task_id"]],
  ["workflow", ["task_group_id", "run_id", "root_task_id"]],
  ["workflow_local", ["task_group_id", "run_id", "root_task_id"]],
  ["workflow_run", ["run_id", "task_group_id", "root_task_id"]],
  ["run", ["run_id", "task_group_id", "root_task_id"]],
  ["agent_session", ["agent_session_id", "root_agent_session_id", "root_task_id"]],
  ["session", ["agent_session_id", "root_agent_session_id", "root_task_id"]],
]);

export function resolveScope(
  context: CallContext,
  builtin: string,
  scope: string,
  options: DictValue | undefined,
): string {
  return `${scope}:${scopeIdOf(taskOf(context), builtin, scope, options)}`;
}

function scopeIdOf(task: Task, builtin: string, scope: string, options: DictValue | undefined): string {
  const word = scope.replaceAll("-", "_");
  const fields = scopeFields.get(word);
  if (fields) return fields.map((field) => contextField(task, field)).find((id) => id !== undefined) ?? "task_root";
  switch (word) {
    case "tenant":
    case "tenant_scoped": {
      const tenant = textOf(options, "tenant_id") ?? contextField(task, "tenant_id");
      if (tenant !== undefined) return tenant;
      throw runtimeError(`${builtin}: tenant scope requires tenant_id in options or runtime context`);
    }
    case "process":
    case "global":
      return "process";
    case "durable":
    case "event_log":
      throw runtimeError(`${builtin}: durable shared state is explicit; use store_* or agent_state_* APIs`);
    case "external":
    case "host":
      throw runtimeError(`${builtin}: external shared state must be provided by a host/connector builtin`);
    default:
      return scope;
  }
}

/** A field as text; nothing for nil and the empty text. */
function textOf(options: DictValue | undefined, field: string): string | undefined {
  const value = options?.get(field);
  if (value === undefined || value === null || value === "") return undefined;
  return show(value);
}

function asDict(value: Value | undefined): DictValue | undefined {
  return isObject(value) && value.kind === "dict" ? value : undefined;
}

/** The first argument of what opens something shared: options, or just the key. */
export function openedKey(
  context: CallContext,
  builtin: string,
  first: Value | undefined,
  keyField: "key" | "name",
): ScopedKey & { readonly options: DictValue } {
  const options = asDict(first);
  const text = first === undefined || options ? undefined : show(first);
  const key = options
    ? (textOf(options, keyField) ?? textOf(options, "key") ?? textOf(options, "name"))
    : text || undefined;
  if (key === undefined) throw runtimeError(`${builtin}: key/name is required`);
  const scope = resolveScope(context, builtin, textOf(options, "scope") ?? defaultScope, options);
  return { scope, key, options: options ?? new Dict(new Map()) };
}

/** A handle that an opener gave, or the bare name of something in the default scope. */
export function handleKey(context: CallContext, builtin: string, kind: string, target: Value): ScopedKey {
  const handle = asDict(target);
  if (handle) {
    if (handle.get("_type") !== kind) throw runtimeError(`${builtin}: expected ${kind} handle`);
    const scope = textOf(handle, "scope");
    const key = textOf(handle, "key");
    if (scope === undefined) throw runtimeError(`${builtin}: ${kind} handle missing scope`);
    if (key === undefined) throw runtimeError(`${builtin}: ${kind} handle missing key`);
    return { scope, key };
  }
  const name = show(target);
  if (name === "") throw runtimeError(`${builtin}: name must not be empty`);
  return { scope: resolveScope(context, builtin, defaultScope, undefined), key: name };
}

/** What programs hold shared things by: plain data, so that it travels anywhere. */
export function handleOf(kind: string, { scope, key }: ScopedKey): Value {
  return Dict.of({ _type: kind, scope, key });
}
