import { type Builtin, type CallContext, declare, rest, t } from "../../builtin/index.ts";
import { DictValue, isObject, runtimeError, thrown, typeName, type Value } from "../../value/index.ts";
import { activeLogKey } from "../active-log.ts";
import type { EventLog } from "../contract.ts";
import { dispatchScope, durableId, isReplaying, traceIdOf } from "../dispatch-scope.ts";
import { waitDurably } from "../durable-wait.ts";
import { EventLogError } from "../error.ts";
import { isJsonObject, type JsonObject } from "../json.ts";
import { millisecondsOf, textField } from "../option-fields.ts";
import { rfc3339 } from "../run-events.ts";
import { jsonOfValue, valueOfJson } from "../value-json.ts";
import {
  appendWaitEnd,
  appendWaitStart,
  cancelMember,
  completeMember,
  findMembers,
  findWaitEnd,
  openMember,
  type WaitRecord,
  type WaitStart,
} from "./group.ts";
import { waitpointTopic } from "./waitpoint-log.ts";

const waitpoints = declare("waitpoints");

export const groupWaitpointBuiltins: readonly Builtin[] = [
  builtin(
    "waitpoint_create",
    "Open a waitpoint by id, or by a dict of `id`, `by` and `metadata`.",
    (context, [given]) => {
      const options = createOptions(given);
      return async (log) => {
        const id = options.id ?? durableId(context, "waitpoint");
        return openMember(log, id, actorOf(context, options.by), options.metadata, context.host.clock.now());
      };
    },
  ),
  builtin("waitpoint_complete", "Complete a waitpoint, opening it first if nobody has.", (context, [target, given]) => {
    const id = firstId(target, "waitpoint_complete");
    const { by } = signalOptions(given, "waitpoint_complete");
    return (log) => completeMember(log, id, actorOf(context, by), context.host.clock.now());
  }),
  builtin("waitpoint_cancel", "Cancel a waitpoint, with a reason.", (context, [target, given]) => {
    const id = firstId(target, "waitpoint_cancel");
    const { by, reason } = signalOptions(given, "waitpoint_cancel");
    return (log) => cancelMember(log, id, actorOf(context, by), reason, context.host.clock.now());
  }),
  builtin(
    "waitpoint_wait",
    "Wait until all waitpoints are completed, one is cancelled, or the time is up; give the record of the wait.",
    (context, [target, given]) => {
      const ids = [...new Set(idsOf(target, "waitpoint_wait").map((id) => id.trim()))].filter((id) => id !== "");
      if (ids.length === 0) throw runtimeError("waitpoint_wait: expected at least one waitpoint id");
      const { timeoutMs, waitId } = waitOptions(given);
      return (log) => waitForGroup(context, log, ids, waitId ?? durableId(context, "waitpoint_wait"), timeoutMs);
    },
  ),
];

type Body = (log: EventLog) => Promise<JsonObject>;

function builtin(
  name: string,
  summary: string,
  prepare: (context: CallContext, args: readonly (Value | undefined)[]) => Body,
): Builtin {
  return waitpoints({
    name,
    summary,
    params: [rest("args", t.any)],
    returns: t.dict,
    effect: "state",
    lenient: true,
    run(context, ...args) {
      const body = prepare(context, args);
      return context.async(async () => {
        try {
          return valueOfJson(await body(context.service(activeLogKey).getOrCreate()));
        } catch (error) {
          throw error instanceof EventLogError ? runtimeError(error.message) : error;
        }
      });
    },
  });
}

async function waitForGroup(
  context: CallContext,
  log: EventLog,
  ids: readonly string[],
  waitId: string,
  timeoutMs: number | undefined,
): Promise<WaitRecord> {
  const recorded = await findWaitEnd(log, waitId);
  if (recorded !== undefined) return settled(recorded);
  if (isReplaying(context)) throw runtimeError(`replay is missing a recorded waitpoint result for '${waitId}'`);
  const start: WaitStart = {
    wait_id: waitId,
    waitpoint_ids: ids,
    started_at: rfc3339(context.host.clock.now()),
    trace_id: traceIdOf(context),
    replay_of_event_id: context.scoped(dispatchScope)?.replayOfEventId ?? null,
  };
  appendWaitStart(log, start);
  const end = await waitLive(context, log, ids, timeoutMs);
  const record: WaitRecord = {
    ...start,
    ...end,
    resolved_at: rfc3339(context.host.clock.now()),
    waitpoints: await findMembers(log, ids),
  };
  appendWaitEnd(log, record);
  return settled(record);
}

type GroupEnd = Pick<WaitRecord, "status" | "cancelled_waitpoint_id" | "reason">;

async function waitLive(
  context: CallContext,
  log: EventLog,
  ids: readonly string[],
  timeoutMs: number | undefined,
): Promise<GroupEnd> {
  const ended = await waitDurably<GroupEnd>(context, {
    log,
    topics: ids.map(waitpointTopic),
    timeoutMs,
    async look() {
      const records = await findMembers(log, ids);
      const cancelled = records.find((record) => record.status === "cancelled");
      if (cancelled !== undefined) return { status: "cancelled", cancelled_waitpoint_id: cancelled.id, reason: null };
      const isDone = records.length === ids.length && records.every((record) => record.status === "completed");
      return isDone ? { status: "completed", cancelled_waitpoint_id: null, reason: null } : undefined;
    },
  });
  if (ended.kind === "found") return ended.value;
  const reason = ended.kind === "timed_out" ? "deadline elapsed" : "VM cancelled by host";
  return { status: ended.kind, cancelled_waitpoint_id: null, reason };
}

function settled(record: WaitRecord): WaitRecord {
  if (record.status === "interrupted") throw thrown("kind:cancelled:VM cancelled by host");
  return record;
}

function actorOf(context: CallContext, given: string | undefined): string {
  return given ?? context.scoped(dispatchScope)?.agentId ?? "system";
}

function createOptions(given: Value | undefined): { id?: string; by?: string; metadata: JsonObject } {
  if (given === undefined) return { metadata: {} };
  if (typeof given === "string") return { id: given, metadata: {} };
  if (!(given instanceof DictValue))
    throw runtimeError(`waitpoint_create: expected string or dict, got ${typeName(given)}`);
  const [id, by] = [textField(given, "id"), textField(given, "by")];
  const metadata = jsonOfValue(given.get("metadata") ?? DictValue.of({}));
  if (!isJsonObject(metadata)) throw runtimeError("waitpoint_create: metadata must be a dict");
  return { ...(id === undefined ? {} : { id }), ...(by === undefined ? {} : { by }), metadata };
}

function signalOptions(given: Value | undefined, name: string): { by: string | undefined; reason: string | undefined } {
  const options = dictOptions(given, name);
  return { by: textField(options, "by"), reason: textField(options, "reason") };
}

function waitOptions(given: Value | undefined): { timeoutMs: number | undefined; waitId: string | undefined } {
  const options = dictOptions(given, "waitpoint_wait");
  const timeout = options.get("timeout") ?? null;
  const timeoutMs = timeout === null ? undefined : millisecondsOf(timeout);
  if (timeout !== null && timeoutMs === undefined)
    throw runtimeError("waitpoint_wait: expected timeout duration or millisecond count");
  return { timeoutMs, waitId: textField(options, "wait_id") };
}

function dictOptions(given: Value | undefined, name: string): DictValue {
  if (given === undefined || given === null) return DictValue.of({});
  if (given instanceof DictValue) return given;
  throw runtimeError(`${name}: expected dict options, got ${typeName(given)}`);
}

function firstId(target: Value | undefined, name: string): string {
  const [id] = idsOf(target, name);
  if (id === undefined) throw runtimeError(`${name}: expected a waitpoint id`);
  return id;
}

function idsOf(target: Value | undefined, name: string): string[] {
  if (typeof target === "string") return [target];
  if (target instanceof DictValue) {
    const id = textField(target, "id");
    if (id === undefined) throw runtimeError(`${name}: waitpoint handle must include id`);
    return [id];
  }
  if (target !== undefined && isObject(target) && target.kind === "list")
    return target.view().flatMap((item) => idsOf(item, name));
  if (target === undefined) throw runtimeError(`${name}: expected a waitpoint id, handle, or list`);
  throw runtimeError(`${name}: unsupported waitpoint target ${typeName(target)}`);
}
