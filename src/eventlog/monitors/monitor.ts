// Waiting for a state of the outside: asking for it again and again, and at once when an ingested event says that it may have changed.
import type { CallContext } from "../../builtin/index.ts";
import { runtimeError, thrown, truthy, type Value } from "../../value/index.ts";
import type { EventLog } from "../contract.ts";
import { dispatchScope, isReplaying, traceIdOf } from "../dispatch-scope.ts";
import { nextWake, subscribeFromNow } from "../durable-wait.ts";
import type { LogEvent } from "../event.ts";
import { byWaitId } from "../event-index.ts";
import { isJsonObject, type Json, type JsonObject } from "../json.ts";
import { rfc3339 } from "../run-events.ts";
import type { Subscription } from "../subscription.ts";
import { topic } from "../topic.ts";
import { jsonOfValue, valueOfJson } from "../value-json.ts";

export interface MonitorOptions {
  readonly condition: Value;
  readonly poll: Value;
  /** Which ingested events are a reason to ask at once. */
  readonly pushFilter: Value | undefined;
  readonly prefersPush: boolean;
  readonly label: string | undefined;
  readonly timeoutMs: number;
  readonly intervalMs: number;
}

export const monitorTopic = topic("monitor.waits");
const ingestedTopic = topic("trigger.inbox.envelopes");

type MonitorStatus = "matched" | "timed_out" | "interrupted";

interface MonitorRecord extends JsonObject {
  readonly status: MonitorStatus;
}

/** What a wait has seen so far. */
interface Progress {
  state: Json;
  conditionValue: Json;
  polls: number;
  pushes: number;
  lastPush: Json;
}

/** The record of the wait. A wait that ended under the same id before gives that record again. */
export async function monitor(
  context: CallContext,
  log: EventLog,
  waitId: string,
  options: MonitorOptions,
): Promise<JsonObject> {
  const recorded = await findRecord(log, waitId);
  if (recorded !== undefined) return settled(recorded);
  if (isReplaying(context)) throw runtimeError(`replay is missing a recorded monitor wait result for '${waitId}'`);
  const head = {
    wait_id: waitId,
    source_label: options.label ?? null,
    started_at: rfc3339(context.host.clock.now()),
    trace_id: traceIdOf(context),
    replay_of_event_id: context.scoped(dispatchScope)?.replayOfEventId ?? null,
  };
  const headers = { wait_id: waitId, ...(options.label === undefined ? {} : { source_label: options.label }) };
  const { timeoutMs, intervalMs, prefersPush } = options;
  log.append(monitorTopic, {
    kind: "monitor_wait_started",
    payload: { ...head, timeout_ms: timeoutMs, poll_interval_ms: intervalMs, prefers_push: prefersPush },
    headers,
  });
  const progress: Progress = { state: null, conditionValue: false, polls: 0, pushes: 0, lastPush: null };
  const status = await watch(context, log, waitId, options, progress);
  const record: MonitorRecord = {
    ...head,
    status,
    resolved_at: rfc3339(context.host.clock.now()),
    state: progress.state,
    condition_value: progress.conditionValue,
    poll_count: progress.polls,
    push_wake_count: progress.pushes,
    reason: reasons[status],
  };
  log.append(monitorTopic, { kind: `monitor_wait_${status}`, payload: record, headers });
  return settled(record);
}

const reasons = { matched: null, timed_out: "deadline elapsed", interrupted: "VM cancelled by host" } as const;

async function watch(
  context: CallContext,
  log: EventLog,
  waitId: string,
  options: MonitorOptions,
  progress: Progress,
): Promise<MonitorStatus> {
  const { clock } = context.host;
  const deadline = clock.monotonic() + options.timeoutMs;
  const pushes: Subscription[] =
    options.prefersPush && options.pushFilter !== undefined ? [await subscribeFromNow(log, ingestedTopic)] : [];
  try {
    for (;;) {
      if (context.signal.aborted) return "interrupted";
      if (await isMet(context, waitId, options, progress)) return "matched";
      const left = deadline - clock.monotonic();
      if (left <= 0) return "timed_out";
      await wakeUp(context, options, pushes, Math.min(options.intervalMs, left), progress);
    }
  } finally {
    for (const subscription of pushes) subscription.close();
  }
}

async function isMet(
  context: CallContext,
  waitId: string,
  { poll, condition }: MonitorOptions,
  progress: Progress,
): Promise<boolean> {
  const asked = { wait_id: waitId, poll_count: progress.polls, last_push_event: progress.lastPush };
  const state = await context.callAsync(poll, [valueOfJson(asked)]);
  progress.polls++;
  progress.state = jsonOfValue(state);
  const met = await context.callAsync(condition, [state]);
  progress.conditionValue = jsonOfValue(met);
  return truthy(met);
}

/** Waits until it is time to ask again: the interval is over, or an event came that the filter lets through. */
async function wakeUp(
  context: CallContext,
  { pushFilter }: MonitorOptions,
  pushes: readonly Subscription[],
  milliseconds: number,
  progress: Progress,
): Promise<void> {
  const until = context.host.clock.monotonic() + milliseconds;
  for (let left = milliseconds; left > 0; left = until - context.host.clock.monotonic()) {
    const event = await nextWake(context, pushes, left);
    if (event === undefined) return;
    const push = pushJson(event);
    if (pushFilter !== undefined && !truthy(await context.callAsync(pushFilter, [valueOfJson(push)]))) continue;
    progress.lastPush = push;
    progress.pushes++;
    return;
  }
}

function pushJson(event: LogEvent): Json {
  const { id, kind, headers, occurredAtMs } = event;
  return { event_log_id: id, kind, payload: event.exactPayload(), headers, occurred_at_ms: occurredAtMs };
}

async function findRecord(log: EventLog, waitId: string): Promise<MonitorRecord | undefined> {
  let found: MonitorRecord | undefined;
  for (const event of await byWaitId.find(log, monitorTopic, waitId)) {
    if (event.kind === "monitor_wait_started") continue;
    const payload = event.exactPayload();
    if (isJsonObject(payload) && typeof payload.status === "string") found = payload as MonitorRecord;
  }
  return found;
}

function settled(record: MonitorRecord): JsonObject {
  if (record.status === "interrupted") throw thrown("kind:cancelled:VM cancelled by host");
  return record;
}
