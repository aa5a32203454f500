// What handlers of triggers do with pools, sessions and workers.
import { type AgentService, readReminder, withReminder } from "../agents/index.ts";
import type { CallContext } from "../builtin/index.ts";
import { type Json, type JsonObject, jsonOfValue, valueOfJson } from "../eventlog/index.ts";
import type { Lifecycle } from "../lifecycle/index.ts";
import { type Dispatch, eventValue, type HandlerPorts } from "../triggers/index.ts";
import {
  BuiltinValue,
  Closure,
  DictValue,
  getProperty,
  isInt,
  ListValue,
  runtimeError,
  show,
  thrown,
  typeName,
  type Value,
} from "../value/index.ts";

export interface HandlerParts {
  readonly agents: () => AgentService;
  readonly lifecycle: Lifecycle;
}

export function handlerPorts(parts: HandlerParts): HandlerPorts {
  return {
    spawnToPool: (context, dispatch, config) => spawnToPool(parts, context, dispatch, config),
    injectReminder: (context, dispatch, config) => injectReminder(parts, context, dispatch, config),
    interruptWorkers: (context, dispatch, config) => interruptWorkers(parts, context, dispatch, config),
    resumeWorker: async (context, workerId, { providerPayload }) => {
      const input = valueOfJson(providerPayload.raw ?? providerPayload);
      return jsonOfValue(await parts.agents().workers.resumeTriggered(context, workerId, input));
    },
  };
}

// ---------------------------------------------------------------- pools

async function spawnToPool(
  { agents }: HandlerParts,
  context: CallContext,
  { binding, event }: Dispatch,
  config: DictValue,
): Promise<Json> {
  const { pools } = agents();
  const name = show(config.get("pool") ?? null);
  if (pools.get(name) === undefined)
    throw runtimeError(`pool: pool '${name}' not found; create it with pool_create first`);
  const given = eventValue(event);
  const body = await context.callAsync(config.get("task_factory") ?? null, [given]);
  if (!isCallable(body))
    throw thrown(`trigger '${binding.spec.id}': SpawnToPool task_factory must return a closure, got ${typeName(body)}`);
  const priority = valueAt(given, config.get("priority_from"));
  const key = valueAt(given, config.get("key_from"));
  const options = DictValue.of({
    ...(priority !== null && isInt(priority) ? { priority } : {}),
    ...(key === null ? {} : { key: show(key) }),
  });
  return jsonOfValue(await pools.submit(context, name, body, options));
}

function isCallable(value: Value): boolean {
  return value instanceof Closure || value instanceof BuiltinValue;
}

/** What a dotted path leads to in the event; `event.` in front stands for the event itself. */
function valueAt(event: DictValue, path: Value | undefined): Value {
  if (typeof path !== "string" || path === "") return null;
  let at: Value = event;
  for (const part of path.replace(/^event\./, "").split("."))
    at = at instanceof DictValue ? (at.get(part) ?? null) : null;
  return at;
}

// ------------------------------------------------------------ reminders

interface ReminderTarget {
  readonly kind: "current" | "parent" | "concrete" | "closure";
  readonly session: string | undefined;
}

async function injectReminder(
  { agents, lifecycle }: HandlerParts,
  context: CallContext,
  dispatch: Dispatch,
  config: DictValue,
): Promise<Json> {
  const service = agents();
  const target = await reminderTarget(service, context, dispatch, config.get("target") ?? null);
  const about = { target_kind: target.kind, target_session_id: target.session };
  const session = target.session === undefined ? undefined : service.sessions.get(target.session);
  const settle = (facts: JsonObject, outcome: "injected" | "dropped"): JsonObject => {
    const audit = { ...auditOf(dispatch), ...about, ...facts, outcome };
    lifecycle.audits.record("triggers.reminder_inject.audit", audit);
    return { status: outcome, ...about, ...facts };
  };
  if (session === undefined)
    return settle({ reason: target.session === undefined ? "target_missing" : "target_unknown_session" }, "dropped");
  const bindings = DictValue.of({ event: eventValue(dispatch.event) });
  const body = await context.callAsync(new BuiltinValue("render_string"), [config.get("body") ?? null, bindings]);
  const options = ["tags", "ttl_turns", "dedupe_key", "propagate", "role_hint", "preserve_on_compact"].flatMap(
    (key): [string, Value][] => {
      const value = config.get(key) ?? null;
      return value === null ? [] : [[key, value]];
    },
  );
  const reminder = readReminder(
    "trigger_register",
    new DictValue(new Map<string, Value>([["body", body], ...options])),
    {
      newId: service.newId,
      source: "in_pipeline",
    },
  );
  const { events, replaced } = withReminder(session.events, reminder);
  session.events = events;
  return settle({ reminder_id: show(reminder.get("id") ?? null), deduped_count: replaced }, "injected");
}

async function reminderTarget(
  agents: AgentService,
  context: CallContext,
  { binding, event }: Dispatch,
  target: Value,
): Promise<ReminderTarget> {
  const current = agents.currentSession(context.taskId);
  if (target === null || target === "current") return { kind: "current", session: current };
  if (target === "parent") {
    const parent = current === undefined ? undefined : agents.sessions.get(current)?.parentId;
    return { kind: "parent", session: parent };
  }
  if (typeof target === "string") return { kind: "concrete", session: target };
  const named = await context.callAsync(target, [eventValue(event)]);
  if (named === null || typeof named === "string") return { kind: "closure", session: named ?? undefined };
  throw thrown(
    `trigger '${binding.spec.id}': ReminderInject target closure must return a string session id or nil, got ${typeName(named)}`,
  );
}

// -------------------------------------------------------------- workers

async function interruptWorkers(
  { agents, lifecycle }: HandlerParts,
  context: CallContext,
  dispatch: Dispatch,
  config: DictValue,
): Promise<Json> {
  const { workers } = agents();
  const said = config.get("reason") ?? null;
  const reason = said === null ? `trigger ${dispatch.binding.spec.id}` : show(said);
  const named = await namedWorkers(context, dispatch, config.get("target_agents") ?? null);
  const ids = named ?? workers.list().flatMap(({ id, status }) => (status === "running" ? [id] : []));
  const scope = { scope_kind: named === undefined ? "all" : "concrete" };
  const targets: { readonly worker_id: string; readonly outcome: string }[] = [];
  for (const id of ids) {
    const outcome = await suspendWorker(agents(), context, id, reason);
    targets.push({ worker_id: id, outcome });
    const audit = { ...auditOf(dispatch), ...scope, reason, worker_id: id, outcome };
    lifecycle.audits.record("triggers.interrupt_and_suspend.audit", audit);
  }
  const suspended = targets.filter(({ outcome }) => outcome === "suspended").length;
  const summary = {
    ...scope,
    reason,
    target_count: targets.length,
    suspended_count: suspended,
    skipped_count: targets.length - suspended,
  };
  const audit = { ...auditOf(dispatch), ...summary, outcome: "broadcast" };
  lifecycle.audits.record("triggers.interrupt_and_suspend.audit", audit);
  return { status: "broadcast", ...summary, ...(targets.length === 0 ? {} : { targets }) };
}

/** Undefined means: whoever runs. */
async function namedWorkers(
  context: CallContext,
  { event }: Dispatch,
  targets: Value,
): Promise<readonly string[] | undefined> {
  const given = isCallable(targets) ? await context.callAsync(targets, [eventValue(event)]) : targets;
  if (given === null || given === "all") return undefined;
  const all = given instanceof ListValue ? given.toArray() : [given];
  return all.map((target) => (target instanceof DictValue ? show(getProperty(target, "id")) : show(target)));
}

async function suspendWorker(agents: AgentService, context: CallContext, id: string, reason: string): Promise<string> {
  const worker = agents.workers.get(id);
  if (worker === undefined) return "unknown";
  if (worker.status === "suspended") return "already_suspended";
  if (worker.status !== "running") return "not_running";
  await agents.workers.interrupt(context, worker, reason);
  return "suspended";
}

function auditOf({ binding, event }: Dispatch): JsonObject {
  return { trigger_id: binding.spec.id, binding_key: binding.key, event_id: event.id };
}
