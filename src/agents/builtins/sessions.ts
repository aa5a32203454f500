import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { boolAt, intAt, isDict, list, numberOf, record, textAt } from "../../llm/fields.ts";
import { BuiltinValue, type DictValue, Raise, show, thrown, type Value } from "../../value/index.ts";
import { readReminder, reminderOf, withReminder } from "../reminders/reminder.ts";
import { type AgentService, agentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";
import { claimToolFormat } from "../sessions/tool-mode.ts";
import { announceUserMessage } from "../sessions/user-message.ts";
import { defaultWorkspacePolicy, readWorkspaceOptions } from "../sessions/workspace.ts";
import { checkSeedOptions, readSeed, seedReport } from "../transcripts/seed.ts";

const sessions = declare("sessions");
const id = req("id", t.string);
const openKeys = ["workspace_anchor", "workspace_policy"];

function service(context: CallContext): AgentService {
  return context.service(agentService);
}

function known(context: CallContext, builtin: string, sessionId: string): Session {
  const session = service(context).sessions.get(sessionId);
  if (session === undefined) throw thrown(`${builtin}: unknown session id '${sessionId}'`);
  return session;
}

function count(builtin: string, name: string, value: Value): number {
  const whole = numberOf(value) ?? -1;
  if (whole < 0) throw thrown(`${builtin}: \`${name}\` must be >= 0`);
  return Math.trunc(whole);
}

function open(context: CallContext, sessionId: string | undefined, options: DictValue | undefined): string {
  for (const key of options?.keys() ?? []) {
    if (!openKeys.includes(key))
      throw thrown(`agent_session_open: unknown option key '${key}' (expected one of: ${openKeys.join(", ")})`);
  }
  const agents = service(context);
  const policyNow = agents.sessions.get(sessionId ?? "")?.workspacePolicy ?? defaultWorkspacePolicy;
  const at = new Date(context.host.clock.now()).toISOString();
  const { anchor, policy } = readWorkspaceOptions("agent_session_open", options, policyNow, at);
  const session = agents.sessions.open(sessionId, agents.currentSession(context.taskId));
  session.workspaceAnchor = anchor ?? session.workspaceAnchor;
  session.workspacePolicy = policy ?? session.workspacePolicy;
  return session.id;
}

function close(context: CallContext, sessionId: string, status: Value | undefined): null {
  known(context, "agent_session_close", sessionId);
  const agents = service(context);
  const details = isDict(status) ? status : undefined;
  const word = typeof status === "string" ? status : (textAt(details, "status") ?? "closed");
  const reason = textAt(details, "reason") ?? textAt(details, "stop_reason") ?? word;
  agents.events.publish(context, {
    type: "session_closed",
    session_id: sessionId,
    reason,
    status: word,
    metadata: details === undefined ? null : jsonOfValue(details),
  });
  agents.closeSession(sessionId);
  return null;
}

/** Ends a tool call of a session while it runs, and has the model reminded of it. */
async function cancelCall(
  context: CallContext,
  sessionId: string,
  callId: string,
  options: DictValue | undefined,
): Promise<DictValue> {
  const agents = service(context);
  const reason = textAt(options, "reason") ?? "host cancelled in-flight tool call";
  const timeoutMs = intAt(options, "timeout_ms") ?? 5000;
  if (timeoutMs < 0) throw thrown("cancel_in_flight_tool_call: `timeout_ms` must be >= 0");
  const flight = agents.toolsInFlight.find(sessionId, callId);
  const answer = (status: string): DictValue =>
    record({ status, call_id: callId, reason: flight?.reason ?? reason, tool: flight?.call.name ?? null });
  if (flight === undefined) return answer("not_found");
  if (flight.reason !== undefined) return answer("already_cancelled");
  const ended = flight.ended(context.host.clock, timeoutMs);
  flight.cancel(reason);
  const session = agents.sessions.get(sessionId);
  if (session !== undefined && boolAt(options, "inject_reminder") !== false) {
    const body = `The call ${callId} of the tool ${flight.call.name} was cancelled: ${reason}`;
    const about = { newId: agents.newId, source: "bridge" } as const;
    const given = record({
      body,
      ttl_turns: 2,
      dedupe_key: `cancelled:${callId}`,
      tags: list(["cancelled_tool_call"]),
    });
    session.events = withReminder(session.events, readReminder("cancel_in_flight_tool_call", given, about)).events;
  }
  return answer((await ended) ? "cancelled" : "timeout");
}

/** Begins a session with the conversation of a file. What is wrong with the file is told, not thrown. */
async function seedFromFile(context: CallContext, path: string, options: DictValue | undefined): Promise<DictValue> {
  checkSeedOptions(options);
  let text: string;
  try {
    text = show(await context.callAsync(new BuiltinValue("read_file"), [path]));
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    return record({ ok: false, error: show(error.value) });
  }
  const seed = readSeed(path, text, options);
  if ("error" in seed) return record({ ok: false, error: seed.error });
  const agents = service(context);
  const wanted = textAt(options, "rename_session");
  if (wanted !== undefined && agents.sessions.get(wanted) !== undefined)
    return record({ ok: false, error: `session '${wanted}' exists already` });
  const session = agents.sessions.open(wanted, agents.currentSession(context.taskId));
  for (const message of seed.messages) session.add(message);
  return seedReport(seed, session.id);
}

export const sessionBuiltins: readonly Builtin[] = [
  sessions({
    name: "agent_session_seed_from_jsonl",
    summary: "Begins a session with the conversation of a file of JSON lines: a transcript, or messages as they are.",
    params: [req("jsonl_path", t.string), opt("opts", t.record("AgentSessionSeedOpts"))],
    returns: t.dict,
    effect: "state",
    run: (context, path, options) => context.async(() => seedFromFile(context, path, options)),
  }),
  sessions({
    name: "cancel_in_flight_tool_call",
    summary:
      "Ends a tool call of a session while it runs: `{status: cancelled|already_cancelled|not_found|timeout, call_id, tool, reason}`.",
    params: [
      req("session_id", t.string),
      req("call_id", t.string),
      opt("opts", t.record("CancelInFlightToolCallOpts")),
    ],
    returns: t.dict,
    effect: "state",
    run: (context, sessionId, callId, options) => context.async(() => cancelCall(context, sessionId, callId, options)),
  }),
  sessions({
    name: "agent_session_open",
    summary: "The session of an id, made if need be; without an id a new one.",
    params: [opt("id", t.string), opt("opts", t.record("AgentSessionOpenOpts"))],
    returns: t.string,
    effect: "state",
    run: (context, sessionId, options) => open(context, sessionId, options),
  }),
  sessions({
    name: "agent_session_exists",
    summary: "Whether there is such a session.",
    params: [id],
    returns: t.bool,
    effect: "state",
    run: (context, sessionId) => service(context).sessions.get(sessionId) !== undefined,
  }),
  sessions({
    name: "agent_session_length",
    summary: "How many messages a session has.",
    params: [id],
    returns: t.int,
    effect: "state",
    run: (context, sessionId) => known(context, "agent_session_length", sessionId).messages.length,
  }),
  sessions({
    name: "agent_session_snapshot",
    summary: "A session as a transcript, with what else is known about it; nil for an unknown one.",
    params: [id],
    returns: t.record("SessionSnapshot"),
    effect: "state",
    run: (context, sessionId) => service(context).sessions.get(sessionId)?.snapshot() ?? null,
  }),
  sessions({
    name: "agent_session_ancestry",
    summary: "Parent, root and children of a session; nil for an unknown one.",
    params: [id],
    returns: t.nilable(t.dict),
    effect: "state",
    run: (context, sessionId) => {
      const { sessions: store } = service(context);
      const session = store.get(sessionId);
      if (session === undefined) return null;
      return record({
        parent_id: session.parentId ?? null,
        child_ids: list(session.childIds),
        root_id: store.rootOf(session),
      });
    },
  }),
  sessions({
    name: "agent_session_current_id",
    summary: "The session that this task works in, if any.",
    params: [],
    returns: t.nilable(t.string),
    effect: "state",
    run: (context) => service(context).currentSession(context.taskId) ?? null,
  }),
  sessions({
    name: "agent_session_reset",
    summary: "Empties a session.",
    params: [id],
    returns: t.nil,
    effect: "state",
    run: (context, sessionId) => {
      known(context, "agent_session_reset", sessionId).reset();
      return null;
    },
  }),
  sessions({
    name: "agent_session_fork",
    summary: "A session that goes on from another.",
    params: [req("src", t.string), opt("dst", t.string)],
    returns: t.string,
    effect: "state",
    run: (context, source, target) =>
      service(context).sessions.fork(known(context, "agent_session_fork", source), target, {
        current: service(context).currentSession(context.taskId),
      }).id,
  }),
  sessions({
    name: "agent_session_fork_at",
    summary: "A session that goes on from the first messages of another.",
    params: [req("src", t.string), req("keep_first", t.int), opt("dst", t.string)],
    returns: t.string,
    effect: "state",
    run: (context, source, keep, target) =>
      service(context).sessions.fork(known(context, "agent_session_fork_at", source), target, {
        keepFirst: count("agent_session_fork_at", "keep_first", keep),
        current: service(context).currentSession(context.taskId),
      }).id,
  }),
  sessions({
    name: "agent_session_trim",
    summary: "Keeps the last messages of a session, and tells how many there are.",
    params: [id, req("keep_last", t.int)],
    returns: t.int,
    effect: "state",
    run: (context, sessionId, keep) => {
      const session = known(context, "agent_session_trim", sessionId);
      session.trim(count("agent_session_trim", "keep_last", keep));
      return session.messages.length;
    },
  }),
  sessions({
    name: "agent_session_inject",
    summary: "Adds a message to a session, or an event of `transcript_reminder_event`.",
    params: [id, req("message", t.any)],
    returns: t.nil,
    effect: "state",
    run: (context, sessionId, message) => {
      const session = known(context, "agent_session_inject", sessionId);
      if (!isDict(message) || textAt(message, "role") === undefined) {
        throw thrown("agent_session_inject: message must have a string `role` (user|assistant|tool_result|system)");
      }
      const reminder = reminderOf(message);
      if (reminder !== undefined) {
        session.events = withReminder(session.events, reminder).events;
        return null;
      }
      announceUserMessage(service(context).events, sessionId, message);
      session.add(message);
      return null;
    },
  }),
  sessions({
    name: "agent_session_close",
    summary: "Ends a session; its inbox and subscribers go with it.",
    params: [id, opt("status", t.union(t.string, t.dict))],
    returns: t.nil,
    effect: "state",
    run: close,
  }),
  sessions({
    name: "agent_session_system_prompt",
    summary: "The system prompt that a session's loops last had.",
    params: [id],
    returns: t.nilable(t.string),
    effect: "state",
    run: (context, sessionId) => known(context, "agent_session_system_prompt", sessionId).systemPrompt ?? null,
  }),
  sessions({
    name: "agent_session_tool_format",
    summary: "The tool mode that a session is locked to, if any.",
    params: [id],
    returns: t.nilable(t.string),
    effect: "state",
    run: (context, sessionId) => known(context, "agent_session_tool_format", sessionId).toolFormat ?? null,
  }),
  sessions({
    name: "agent_session_claim_tool_format",
    summary: "Locks a session to a tool mode.",
    params: [id, req("tool_format", t.string)],
    returns: t.nil,
    effect: "state",
    run: (context, sessionId, format) => {
      const session = service(context).sessions.get(sessionId);
      if (session === undefined)
        throw thrown(`agent_session_claim_tool_format: agent session '${sessionId}' does not exist`);
      const problem = claimToolFormat(session, format);
      if (problem !== undefined) throw thrown(`agent_session_claim_tool_format: ${problem}`);
      return null;
    },
  }),
];
