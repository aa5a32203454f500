import { type Builtin, type CallContext, declare, type Outcome, opt, req, t } from "../../builtin/index.ts";
import {
  DictValue,
  isObject,
  ListValue,
  type Raise,
  runtimeError,
  thrown,
  typeName,
  type Value,
} from "../../value/index.ts";
import { activeLogKey } from "../active-log.ts";
import type { EventLog } from "../contract.ts";
import { durableId } from "../dispatch-scope.ts";
import { waitDurably } from "../durable-wait.ts";
import { EventLogError } from "../error.ts";
import type { Json } from "../json.ts";
import { millisecondsOf } from "../option-fields.ts";
import { jsonOfValue, valueOfJson } from "../value-json.ts";
import {
  cancelWaitpoint,
  completeWaitpoint,
  createWaitpoint,
  requireWaitpoint,
  type WaitpointEnd,
  WaitpointError,
} from "./single.ts";
import { type Waitpoint, waitpointTopic } from "./waitpoint-log.ts";

const waitpoints = declare("waitpoints");
const handle = t.union(t.string, t.dict);

export const singleWaitpointBuiltins: readonly Builtin[] = [
  waitpoints({
    name: "__waitpoint_create",
    summary: "Open a waitpoint under an id, or under one of its own; an open one of that id is the answer.",
    params: [opt("options", t.nilable(handle))],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run: (context, options) =>
      withLog(context, async (log) => {
        const given = typeof options === "string" ? options : textOf(options ?? null, "id");
        const metadata = isDict(options ?? null) ? (options as DictValue).get("metadata") : undefined;
        const id = given ?? durableId(context, "waitpoint");
        return valueOfJson(await createWaitpoint(log, id, jsonOf(metadata), context.host.clock.now()));
      }),
  }),
  waitpoints({
    name: "__waitpoint_wait",
    summary: "Wait until all waitpoints are completed. Throws when one is cancelled, or the time is up.",
    params: [req("waitpoints", t.union(t.string, t.dict, t.list)), opt("options", t.nilable(t.dict))],
    returns: t.union(t.dict, t.list),
    effect: "state",
    borrows: true,
    run(context, target, options) {
      const ids = idsOf(target);
      const timeoutMs = timeoutOf(options ?? undefined);
      return withLog(context, async (log) => {
        const records = await waitForAll(context, log, ids, timeoutMs);
        const values = records.map((record) => valueOfJson(record));
        return isObject(target) && target.kind === "list" ? new ListValue(values) : (values[0] ?? null);
      });
    },
  }),
  waitpoints({
    name: "__waitpoint_complete",
    summary: "Complete a waitpoint with a value, and let whoever waits for it go on.",
    params: [req("handle", handle), opt("value", t.any), opt("options", t.nilable(t.dict))],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run(context, target, value, options) {
      const id = idOf(target, "waitpoint.complete");
      const end = endOf(options);
      const payload = jsonOfValue(value ?? null);
      return withLog(context, async (log) =>
        valueOfJson(await completeWaitpoint(log, id, payload, end, context.host.clock.now())),
      );
    },
  }),
  waitpoints({
    name: "__waitpoint_cancel",
    summary: "Cancel a waitpoint: whoever waits for it gets an error.",
    params: [req("handle", handle), opt("options", t.nilable(t.dict))],
    returns: t.dict,
    effect: "state",
    borrows: true,
    run(context, target, options) {
      const id = idOf(target, "waitpoint.cancel");
      const end = endOf(options);
      return withLog(context, async (log) =>
        valueOfJson(await cancelWaitpoint(log, id, end, context.host.clock.now())),
      );
    },
  }),
];

/** All of them completed, in the order of their ids. */
async function waitForAll(
  context: CallContext,
  log: EventLog,
  ids: readonly string[],
  timeoutMs: number | undefined,
): Promise<readonly Waitpoint[]> {
  const ended = await waitDurably(context, {
    log,
    topics: ids.map(waitpointTopic),
    timeoutMs,
    async look() {
      const records = await Promise.all(ids.map((id) => requireWaitpoint(log, id, "wait")));
      if (records.every((record) => record.status === "completed")) return records;
      const cancelled = records.find((record) => record.status === "cancelled");
      if (cancelled !== undefined) throw cancelledError(cancelled);
      return undefined;
    },
  });
  if (ended.kind === "found") return ended.value;
  if (ended.kind === "interrupted") throw thrown("kind:cancelled:VM cancelled by host");
  throw thrownRecord({
    name: "WaitpointTimeoutError",
    category: "timeout",
    message: "waitpoint timed out",
    wait_id: "",
  });
}

function cancelledError({ id, reason }: Waitpoint): Raise {
  return thrownRecord({
    name: "WaitpointCancelledError",
    category: "cancelled",
    message: typeof reason === "string" ? reason : "waitpoint was cancelled",
    wait_id: "",
    waitpoint_ids: [id],
    reason: reason ?? null,
  });
}

function thrownRecord(record: { readonly [key: string]: Json }): Raise {
  return thrown(valueOfJson(record));
}

function withLog(context: CallContext, body: (log: EventLog) => Promise<Value>): Outcome {
  return context.async(async () => {
    try {
      return await body(context.service(activeLogKey).getOrCreate());
    } catch (error) {
      if (error instanceof WaitpointError) throw runtimeError(error.message);
      throw error instanceof EventLogError ? runtimeError(`waitpoint: ${error.message}`) : error;
    }
  });
}

function idsOf(target: Value): readonly string[] {
  const given =
    isObject(target) && target.kind === "list"
      ? target.view().map((item) => idOf(item, "waitpoint.wait"))
      : [idOf(target, "waitpoint.wait")];
  const ids = [...new Set(given.map((id) => id.trim()).filter((id) => id !== ""))].sort();
  if (ids.length === 0) throw runtimeError("waitpoint.wait: expected at least one waitpoint");
  return ids;
}

function idOf(target: Value, builtin: string): string {
  if (typeof target === "string") return target;
  if (!isDict(target)) throw runtimeError(`${builtin}: expected waitpoint id string or dict, got ${typeName(target)}`);
  const id = textOf(target, "id");
  if (id === undefined) throw runtimeError(`${builtin}: missing string field \`id\``);
  return id;
}

function timeoutOf(options: DictValue | undefined): number | undefined {
  const timeout = options?.get("timeout") ?? null;
  if (timeout === null) return undefined;
  const milliseconds = millisecondsOf(timeout);
  if (milliseconds === undefined) throw runtimeError("waitpoint.wait: expected a duration or millisecond count");
  return milliseconds;
}

function endOf(options: DictValue | null | undefined): WaitpointEnd {
  return {
    by: textOf(options ?? null, "by"),
    reason: textOf(options ?? null, "reason"),
    metadata: jsonOf(options?.get("metadata")),
  };
}

function jsonOf(value: Value | undefined): Json | undefined {
  return value === undefined ? undefined : jsonOfValue(value);
}

/** Anything but a text that says something counts as absent. */
function textOf(options: Value, key: string): string | undefined {
  const value = isDict(options) ? options.get(key) : undefined;
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isDict(value: Value): value is DictValue {
  return value instanceof DictValue;
}
