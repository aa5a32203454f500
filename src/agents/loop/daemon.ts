import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { boolAt, intAt, isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { BuiltinValue, type DictValue, runtimeError, stringifyJson, type Value } from "../../value/index.ts";
import { askHook } from "../hooks/ask.ts";
import { checkpoint } from "./checkpoints.ts";
import { compactIfNeeded } from "./compacting.ts";
import { waitForWake } from "./daemon-wake.ts";
import type { LoopState } from "./state.ts";

/** What a daemon asks of the loop that runs for it, and the loop of its daemon. */
export interface DaemonDesk {
  /** Told of each snapshot, after it was written. */
  saved(snapshot: DictValue): Promise<void>;
  /** The next event as a message, as soon as there is one; `undefined` when the daemon is to end. */
  next(context: CallContext): Promise<string | undefined>;
}

/** The daemon that runs in this task. */
export const daemonScope: ServiceKey<DaemonDesk> = serviceKey("daemon of the task");

const idleBackoffMs = 100;

export function isDaemon(state: LoopState): boolean {
  return boolAt(state.options.given, "daemon") === true;
}

/** Takes up the conversation of an earlier run. True: there was one, and its task is already in it. */
export async function restoreDaemon(context: CallContext, state: LoopState): Promise<boolean> {
  const path = textAt(state.options.given, "resume_path");
  if (!isDaemon(state) || path === undefined) return false;
  const snapshot = tryParseJson(String(await context.callAsync(new BuiltinValue("read_file"), [path])));
  if (!isDict(snapshot) || snapshot.get("_type") !== "daemon_snapshot")
    throw runtimeError(`agent_loop: \`${path}\` is no daemon snapshot`);
  state.session.replaceMessages((itemsAt(snapshot, "recorded_messages") ?? []).filter(isDict));
  state.session.summary = textAt(snapshot, "transcript_summary") ?? state.session.summary;
  state.earlierIterations = intAt(snapshot, "total_iterations") ?? 0;
  return true;
}

/**
 * Between turns without calls: the conversation is compacted if that was asked for, written down, and the loop waits: for the daemon's
 * next event, or for what wakes a loop by itself. True: the daemon is to end.
 */
export async function idle(context: CallContext, state: LoopState): Promise<boolean> {
  const { given } = state.options;
  if (boolAt(given, "consolidate_on_idle") === true) await compactIfNeeded(context, state);
  await saveDaemon(context, state, "idle");
  const fields = (): Record<string, Value> => ({
    session: record({ id: state.session.id }),
    iteration: state.iteration,
    consolidate_on_idle: boolAt(given, "consolidate_on_idle") ?? false,
    wake_interval_ms: intAt(given, "wake_interval_ms") ?? 0,
  });
  await askHook(context, state.service, state.session, "SessionIdle", fields);
  await state.service.reminders.fire(context, state.service, state.session, "SessionIdle", given, fields);
  if ((await checkpoint(context, state, "daemon_idle_pre")) > 0) return false;
  const isOver = await waitForEvent(context, state);
  if (!isOver) await checkpoint(context, state, "daemon_idle_post");
  return isOver;
}

/** For the daemon's next event, or for whatever wakes a loop by itself. True: the loop is to end. */
async function waitForEvent(context: CallContext, state: LoopState): Promise<boolean> {
  const desk = context.scoped(daemonScope);
  if (desk === undefined) return waitForWake(context, state);
  const message = await desk.next(context);
  if (message === undefined) {
    state.end("stopped", "daemon_stopped");
    return true;
  }
  state.session.add(record({ role: "user", content: message }));
  return false;
}

/** Writes the loop down, if it is a daemon with a place for it: whole, or not at all. */
export async function saveDaemon(context: CallContext, state: LoopState, phase: string): Promise<void> {
  if (!isDaemon(state)) return;
  state.daemonState = phase;
  const path = textAt(state.options.given, "persist_path");
  if (path === undefined) return;
  const snapshot = snapshotOf(state, phase);
  await writeWhole(context, path, snapshot);
  state.daemonSnapshotPath = path;
  await context.scoped(daemonScope)?.saved(snapshot);
}

/** Writes a dict as JSON, beside its place first. What the program's policy forbids is forbidden here too. */
export async function writeWhole(context: CallContext, path: string, content: DictValue): Promise<void> {
  const draft = `${path}.part`;
  const text = stringifyJson(valueOfJson(jsonOfValue(content)), 2);
  await context.callAsync(new BuiltinValue("write_file"), [draft, text]);
  await context.callAsync(new BuiltinValue("move_file"), [draft, path]);
}

function snapshotOf(state: LoopState, phase: string): DictValue {
  const { session } = state;
  const messages = list(session.messages);
  const watched: Value = state.options.given.get("watch_paths") ?? list([]);
  return record({
    _type: "daemon_snapshot",
    saved_at: state.service.newId(),
    daemon_state: phase,
    visible_messages: messages,
    recorded_messages: messages,
    transcript_summary: session.summary ?? null,
    transcript_events: list(session.events),
    total_text: state.lastText,
    last_iteration_text: state.lastText,
    all_tools_used: list([...new Set(state.calls.map(({ call }) => call.name))]),
    rejected_tools: list(state.rejected),
    deferred_user_messages: list([]),
    total_iterations: state.earlierIterations + state.completed,
    idle_backoff_ms: idleBackoffMs,
    last_run_exit_code: null,
    watch_state: record({ paths: watched }),
  });
}
