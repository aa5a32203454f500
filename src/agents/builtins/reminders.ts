import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { list, record, textAt, textsAt } from "../../llm/fields.ts";
import type { NewId } from "../../llm/transcript/event.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { readProvider } from "../reminders/providers.ts";
import { readReminder, reminderEvent, reminderOf, withReminder } from "../reminders/reminder.ts";
import { agentService } from "../service.ts";
import { project } from "../transcripts/projection.ts";
import { eventsOf } from "../transcripts/transcript.ts";

const transcripts = declare("transcript");
const workflow = declare("workflow");

function newId(context: CallContext): NewId {
  return context.service(agentService).newId;
}

/** An event that tells of something that happened to an agent, with the whole of it under its own name. */
function told(newId: NewId, kind: string, name: string, about: DictValue): DictValue {
  const text = textAt(about, "reason") ?? "";
  return record({
    id: newId(),
    kind,
    role: "system",
    visibility: "public",
    text,
    blocks: list([record({ type: "text", text, visibility: "public" })]),
    metadata: about,
    [name]: about,
  });
}

function teller(builtin: string, kind: string, name: string): Builtin {
  return transcripts({
    name: builtin,
    summary: `An event that tells of a ${name}.`,
    params: [req(name, t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, about) => told(newId(context), kind, name, about),
  });
}

function isSelected(reminder: DictValue, selector: DictValue): boolean {
  const key = textAt(selector, "dedupe_key");
  const id = textAt(selector, "id") ?? textAt(selector, "reminder_id");
  const tags = textsAt(selector, "tags") ?? textsAt(selector, "tag") ?? [];
  const own = textsAt(reminder, "tags") ?? [];
  return (
    (key === undefined || textAt(reminder, "dedupe_key") === key) &&
    (id === undefined || textAt(reminder, "id") === id) &&
    tags.every((tag) => own.includes(tag))
  );
}

export const reminderBuiltins: readonly Builtin[] = [
  transcripts({
    name: "transcript.inject_reminder",
    summary: "The transcript with a reminder for its model; one of the same key gives way.",
    params: [req("transcript", t.dict), req("options", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, transcript, options) => {
      const reminder = readReminder("transcript.inject_reminder", options, {
        newId: newId(context),
        source: "in_pipeline",
      });
      const { events, replaced } = withReminder(eventsOf(transcript), reminder);
      return record({
        transcript: transcript.with("events", list(events)),
        reminder_id: reminder.get("id"),
        deduped_count: replaced,
      });
    },
  }),
  transcripts({
    name: "transcript.clear_reminders",
    summary:
      "The transcript without the reminders that a selector fits: by key, id or tags; all of them for an empty one.",
    params: [req("transcript", t.dict), req("selector", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (_context, transcript, selector) => {
      const events = eventsOf(transcript);
      const kept = events.filter((event) => {
        const reminder = reminderOf(event);
        return reminder === undefined || !isSelected(reminder, selector);
      });
      return record({
        transcript: transcript.with("events", list(kept)),
        cleared_count: events.length - kept.length,
      });
    },
  }),
  transcripts({
    name: "transcript_reminder_event",
    summary: "The event that a transcript keeps of a reminder.",
    params: [req("reminder", t.dict)],
    returns: t.dict,
    effect: "state",
    run: (context, given) =>
      reminderEvent(readReminder("transcript_reminder_event", given, { newId: newId(context), source: "in_pipeline" })),
  }),
  teller("transcript_suspension_event", "suspension", "suspension"),
  teller("transcript_resumption_event", "resumption", "resumption"),
  teller("transcript_drain_decision_event", "drain_decision", "drain"),
  transcripts({
    name: "transcript_project",
    summary: "What a model is shown of a conversation under a policy, and what that leaves out.",
    params: [req("transcript", t.union(t.dict, t.list)), opt("options", t.any)],
    returns: t.dict,
    effect: "state",
    run: (context, transcript: Value, options) =>
      context.async(() => project(context, newId(context), transcript, options ?? null)),
  }),
  workflow({
    name: "register_reminder_provider",
    summary: "Has a closure asked for reminders when something happens to a session.",
    params: [req("config", t.dict)],
    returns: t.nil,
    effect: "agent",
    run: (context, config) => {
      context.service(agentService).reminders.add(readProvider(config));
      return null;
    },
  }),
  workflow({
    name: "clear_reminder_providers",
    summary: "Takes the reminder providers of the program away.",
    params: [],
    returns: t.nil,
    effect: "agent",
    run: (context) => {
      context.service(agentService).reminders.clear();
      return null;
    },
  }),
];
