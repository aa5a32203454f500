import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { isDict, list, record, textAt } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import { DictValue, runtimeError, thrown, typeName, type Value } from "../../value/index.ts";
import { compactionEvent } from "../compaction/records.ts";
import {
  type DeliveryMode,
  deliveryMode,
  deliveryModes,
  pendingDict,
  type RevokeOutcome,
} from "../inbox/deliveries.ts";
import { deliver } from "../loop/checkpoints.ts";
import { findReminderEvent } from "../reminders/providers.ts";
import { aged, readReminder, reminderOf } from "../reminders/reminder.ts";
import { type AgentService, agentService } from "../service.ts";
import type { Session } from "../sessions/session.ts";

const internal = declare("internal");
const id = req("session_id", t.string);

function service(context: CallContext): AgentService {
  return context.service(agentService);
}

function known(context: CallContext, builtin: string, sessionId: string): Session {
  const session = service(context).sessions.get(sessionId);
  if (session === undefined) throw runtimeError(`${builtin}: unknown session id '${sessionId}'`);
  return session;
}

function modeOf(builtin: string, word: string): DeliveryMode {
  const mode = deliveryMode(word);
  if (mode !== undefined) return mode;
  throw runtimeError(`${builtin}: unsupported checkpoint \`${word}\`; expected one of ${deliveryModes.join(", ")}`);
}

/** `{body, mode?}` and the options of a reminder; nobody is interrupted by one that does not say so. */
function push(context: CallContext, sessionId: string, options: Value): string {
  const builtin = "__host_agent_session_push_bridge_injection";
  if (!isDict(options)) throw thrown(`${builtin}: options must be a dict, got ${typeName(options)}`);
  const mode = modeOf(builtin, textAt(options, "mode") ?? "audit_only");
  const { newId, deliveries } = service(context);
  const reminder = readReminder(builtin, options.without("mode"), { newId, source: "bridge" });
  const reminderId = textAt(reminder, "id") ?? "";
  deliveries.push(sessionId, { kind: "reminder", id: reminderId, mode, reminder });
  return reminderId;
}

function drain(context: CallContext, sessionId: string, word: string): DictValue {
  const builtin = "__host_agent_session_drain_bridge_injections";
  const mode = modeOf(builtin, word);
  const { deliveries, newId, sessions } = service(context);
  const session = sessions.get(sessionId);
  if (session === undefined) return record({ delivered: 0, reason: "none" });
  const taken = deliveries.take(sessionId, [mode]);
  for (const delivery of taken) deliver(session, newId, delivery);
  return record({ delivered: taken.length, reason: taken.length === 0 ? "none" : mode });
}

const statuses: Readonly<Record<RevokeOutcome, string>> = {
  revoked: "revoked",
  already_revoked: "already_revoked",
  already_delivered: "already_delivered",
  unknown: "unknown_reminder_id",
};

async function fire(
  context: CallContext,
  sessionId: string,
  name: string,
  payload: DictValue | undefined,
  options: DictValue | undefined,
): Promise<DictValue> {
  const event = findReminderEvent(name);
  if (event === undefined)
    throw runtimeError(`__host_agent_reminder_providers_fire: unknown reminder provider event \`${name}\``);
  const session = service(context).sessions.get(sessionId);
  if (session === undefined) return record({ fired_count: 0, reports: list([]) });
  const fields = Object.fromEntries(payload?.toMap() ?? []);
  const { reminders } = service(context);
  const fired = await reminders.fire(
    context,
    service(context),
    session,
    event,
    options ?? new DictValue(),
    () => fields,
  );
  return record({ fired_count: fired.length, reports: list(fired) });
}

/** One turn is over: what of the session's reminders is left. */
function age(session: Session): DictValue {
  const before = reminders(session);
  session.events = aged(session.events);
  const after = reminders(session);
  const shortened = after.filter((reminder) => (reminder.get("ttl_turns") ?? null) !== null);
  return record({
    decremented_count: shortened.length,
    expired_count: before.length - after.length,
    remaining_count: after.length,
  });
}

function reminders(session: Session): DictValue[] {
  return session.events.flatMap((event) => reminderOf(event) ?? []);
}

/** What a loop does with its session between turns, for programs that have a loop of their own (std/agent/state). */
export const sessionStepBuiltins: readonly Builtin[] = [
  internal({
    name: "__host_agent_session_push_bridge_injection",
    summary: "Has the loop of a session given a reminder at its next checkpoint of a mode.",
    params: [id, req("options", t.any)],
    returns: t.string,
    effect: "state",
    run: push,
  }),
  internal({
    name: "__host_agent_session_drain_bridge_injections",
    summary: "Takes what waits for a session in a mode into its conversation.",
    params: [id, req("checkpoint", t.string)],
    returns: t.dict,
    effect: "state",
    run: drain,
  }),
  internal({
    name: "__host_agent_session_pending_injections",
    summary: "What waits for a session, oldest first.",
    params: [id],
    returns: t.dict,
    effect: "state",
    run: (context, sessionId) => pendingDict(service(context).deliveries.pending(sessionId)),
  }),
  internal({
    name: "__host_agent_session_revoke_reminder",
    summary: "Takes a reminder back before a loop has it.",
    params: [id, req("reminder_id", t.string)],
    returns: t.dict,
    effect: "state",
    run: (context, sessionId, reminderId) =>
      record({
        status: statuses[service(context).deliveries.revoke(sessionId, reminderId)],
        reminderId,
      }),
  }),
  internal({
    name: "__host_agent_session_pop_last_assistant",
    summary: "Takes the last message back; it has to be the assistant's.",
    params: [id],
    returns: t.bool,
    effect: "state",
    run: (context, sessionId) => {
      const session = known(context, "pop_last_if_assistant", sessionId);
      if (session.popAssistant() !== undefined) return true;
      const role = session.messages.at(-1)?.get("role");
      if (role === undefined) return false;
      throw runtimeError(`pop_last_if_assistant: trailing message role is '${String(role)}', expected 'assistant'`);
    },
  }),
  internal({
    name: "__host_agent_session_apply_reminder_post_turn",
    summary: "Ages the reminders of a session by a turn.",
    params: [id, opt("turn", t.any)],
    returns: t.dict,
    effect: "state",
    run: (context, sessionId) => age(known(context, "agent_session_apply_reminder_post_turn", sessionId)),
  }),
  internal({
    name: "__host_agent_session_record_skill_event",
    summary: "Notes in a session what became of a skill.",
    params: [id, req("kind", t.string), opt("metadata", t.dict)],
    returns: t.nil,
    effect: "state",
    run: (context, sessionId, kind, metadata) => {
      const session = known(context, "__host_agent_session_record_skill_event", sessionId);
      const text = textAt(metadata, "name") ?? "";
      const about = { kind, role: "system", visibility: "internal", text } as const;
      session.addEvent(transcriptEvent(service(context).newId, { ...about, metadata: metadata ?? new DictValue() }));
      return null;
    },
  }),
  internal({
    name: "__host_agent_record_compaction",
    summary: "Notes in a session that it was compacted.",
    params: [id, req("payload", t.dict)],
    returns: t.nil,
    effect: "state",
    run: (context, sessionId, payload) => {
      const session = known(context, "__host_agent_record_compaction", sessionId);
      session.addEvent(compactionEvent(service(context).newId, payload));
      service(context).llm.trace.add("context_compaction", Object.fromEntries(payload.toMap()));
      return null;
    },
  }),
  internal({
    name: "__host_agent_reminder_providers_fire",
    summary: "Lets the reminder providers of an event speak.",
    params: [id, req("event", t.string), opt("payload", t.dict), opt("options", t.dict)],
    returns: t.dict,
    effect: "agent",
    run: (context, sessionId, event, payload, options) =>
      context.async(() => fire(context, sessionId, event, payload, options)),
  }),
];
