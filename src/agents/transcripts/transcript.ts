import { isDict, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { messageEvent, type NewId, publicText, transcriptEvent } from "../../llm/transcript/event.ts";
import { messageEvents, transcriptRecord } from "../../llm/transcript/record.ts";
import { type DictValue, ListValue, runtimeError, show, type Value } from "../../value/index.ts";

/** The messages of a transcript, a snapshot, or a plain list. */
export function messagesOf(value: Value | undefined): readonly Value[] {
  if (value instanceof ListValue) return value.toArray();
  return isDict(value) ? (itemsAt(value, "messages") ?? []) : [];
}

export function eventsOf(value: Value | undefined): DictValue[] {
  return isDict(value) ? (itemsAt(value, "events") ?? []).filter(isDict) : [];
}

export function assetsOf(value: Value | undefined): readonly Value[] {
  return isDict(value) ? (itemsAt(value, "assets") ?? []) : [];
}

/** One more message: a longer list for a list, a transcript with its event for a transcript. */
export function withMessage(newId: NewId, subject: DictValue | ListValue, message: DictValue): Value {
  if (subject instanceof ListValue) return list([...subject.toArray(), message]);
  return subject
    .with("messages", list([...messagesOf(subject), message]))
    .with("events", list([...eventsOf(subject), messageEvent(message, newId)]));
}

export function fromMessages(newId: NewId, subject: DictValue | ListValue): DictValue {
  if (!(subject instanceof ListValue) && subject.get("_type") === "transcript") return subject;
  return transcriptRecord(newId, { messages: messagesOf(subject) });
}

function requireTranscript(subject: DictValue | ListValue, builtin: string): DictValue {
  if (isDict(subject) && subject.get("_type") === "transcript") return subject;
  throw runtimeError(`${builtin}: argument must be a transcript`);
}

/** The transcript with another state, and an event that says so. */
export function withState(newId: NewId, subject: DictValue | ListValue, state: string, builtin: string): DictValue {
  const transcript = requireTranscript(subject, builtin);
  return withNote(newId, transcript, builtin, `transcript ${state === "active" ? "resumed" : state}`).with(
    "state",
    state,
  );
}

function withNote(newId: NewId, transcript: DictValue, kind: string, text: string): DictValue {
  const note = transcriptEvent(newId, { kind, role: "system", visibility: "internal", text });
  return transcript.with("events", list([...eventsOf(transcript), note]));
}

/** A copy to go another way with. Messages and summary stay unless the options drop them. */
export function forked(newId: NewId, subject: DictValue | ListValue, options: DictValue | undefined): DictValue {
  const transcript = requireTranscript(subject, "transcript_fork");
  const keepsMessages = options?.get("retain_messages") !== false;
  const keepsSummary = options?.get("retain_summary") !== false;
  const events = keepsMessages ? eventsOf(transcript) : eventsOf(transcript).filter((event) => !isMessageEvent(event));
  const base = transcript
    .with("messages", keepsMessages ? (transcript.get("messages") ?? list([])) : list([]))
    .with("events", list(events));
  return withNote(newId, keepsSummary ? base : base.without("summary"), "transcript_fork", "transcript forked").with(
    "state",
    "forked",
  );
}

function isMessageEvent(event: DictValue): boolean {
  const kind = textAt(event, "kind");
  return kind === "message" || kind === "tool_result";
}

export function resetTranscript(newId: NewId, options: DictValue | undefined): DictValue {
  const metadata = options?.get("metadata");
  const fresh = transcriptRecord(newId, {
    messages: [],
    ...(metadata === undefined || metadata === null ? {} : { metadata }),
  });
  return withNote(newId, fresh, "transcript_reset", "transcript reset").with("state", "active");
}

/** Adds an asset, or replaces the one of its id. What is no dict is taken for a path. */
export function withAsset(newId: NewId, subject: DictValue | ListValue, asset: Value): DictValue {
  const transcript = requireTranscript(subject, "transcript_add_asset");
  const given = isDict(asset) ? asset : record({ storage: record({ path: show(asset) }) });
  const complete = record({ id: newId(), kind: "blob", visibility: "internal" });
  for (const [key, value] of given.entries()) complete.setInPlace(key, value);
  complete.setInPlace("_type", "transcript_asset");
  const id = complete.get("id");
  const others = assetsOf(transcript).filter((other) => !isDict(other) || other.get("id") !== id);
  return transcript.with("assets", list([...others, complete]));
}

/** `role: text` of what is public, a line each. */
export function renderVisible(value: Value | undefined): string {
  return renderableEvents(value)
    .filter((event) => textAt(event, "visibility") === "public")
    .flatMap((event) => {
      const text = publicText(event);
      return text === "" ? [] : [`${textAt(event, "role") ?? ""}: ${text}`];
    })
    .join("\n");
}

/** `[visibility] role: text` of every event, a line each. */
export function renderFull(value: Value | undefined): string {
  return renderableEvents(value)
    .map(
      (event) =>
        `[${textAt(event, "visibility") ?? ""}] ${textAt(event, "role") ?? ""}: ${textAt(event, "text") ?? ""}`,
    )
    .join("\n");
}

function renderableEvents(value: Value | undefined): DictValue[] {
  if (!(value instanceof ListValue)) return eventsOf(value);
  let count = 0;
  return messageEvents(() => `${count++}`, value.toArray());
}

/** Counts of messages, calls and events. */
export function statsOf(value: Value | undefined): DictValue {
  const messages = messagesOf(value).filter(isDict);
  const withRole = (...roles: readonly string[]): number =>
    messages.filter((message) => roles.includes(textAt(message, "role") ?? "")).length;
  return record({
    message_count: messages.length,
    user_message_count: withRole("user"),
    assistant_message_count: withRole("assistant"),
    user_facing_message_count: withRole("user", "assistant"),
    tool_result_message_count: withRole("tool", "tool_result"),
    tool_call_count: messages.reduce((sum, message) => sum + (itemsAt(message, "tool_calls")?.length ?? 0), 0),
    visible_event_count: eventsOf(value).filter((event) =>
      ["public", "visible"].includes(textAt(event, "visibility") ?? ""),
    ).length,
  });
}
