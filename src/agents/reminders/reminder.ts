import { boolAt, isDict, isList, list, numberOf, record, textAt, textsAt } from "../../llm/fields.ts";
import type { NewId } from "../../llm/transcript/event.ts";
import { type DictValue, type Raise, thrown, typeName, type Value } from "../../value/index.ts";

export type ReminderSource = "stdlib_provider" | "hook" | "bridge" | "in_pipeline" | "inherited";

const keys = ["body", "tags", "ttl_turns", "dedupe_key", "propagate", "role_hint", "preserve_on_compact"];
const propagations = ["all", "session", "none"];
const roleHints = ["system", "developer", "user_block", "ephemeral_cache"];

/** What a model is reminded of before its next answers, as a program holds it. */
export function readReminder(
  builtin: string,
  options: DictValue,
  about: { readonly newId: NewId; readonly source: ReminderSource; readonly turn?: number },
): DictValue {
  const fail = (code: string, problem: string): Raise => thrown(`${builtin}: ${code}: ${problem}`);
  const unknown = [...options.keys()].filter((key) => !keys.includes(key));
  if (unknown.length > 0) throw fail("HARN-RMD-001", `unknown option(s): ${unknown.join(", ")}`);
  const body = options.get("body") ?? "";
  if (typeof body !== "string") throw fail("HARN-RMD-001", `\`body\` must be a string, got ${typeName(body)}`);
  if (body.trim() === "") throw fail("HARN-RMD-001", "`body` must be a non-empty string");
  const tags = options.get("tags") ?? null;
  if (tags !== null && !isList(tags))
    throw fail("HARN-RMD-001", `\`tags\` must be a list or nil, got ${typeName(tags)}`);
  const ttl = options.get("ttl_turns") ?? null;
  const turns = ttl === null ? undefined : numberOf(ttl);
  if (ttl !== null && turns === undefined)
    throw fail("HARN-RMD-001", `\`ttl_turns\` must be an int or nil, got ${typeName(ttl)}`);
  if (turns !== undefined && turns <= 0) throw fail("HARN-RMD-001", "`ttl_turns` must be > 0");
  const propagate = textAt(options, "propagate") ?? "session";
  if (!propagations.includes(propagate)) throw fail("HARN-RMD-005", "`propagate` must be one of all, session, or none");
  const roleHint = textAt(options, "role_hint") ?? "system";
  if (!roleHints.includes(roleHint))
    throw fail("HARN-RMD-001", "`role_hint` must be one of system, developer, user_block, or ephemeral_cache");
  return record({
    id: about.newId(),
    tags: list(textsAt(options, "tags") ?? []),
    dedupe_key: textAt(options, "dedupe_key"),
    ttl_turns: turns,
    preserve_on_compact: boolAt(options, "preserve_on_compact") ?? false,
    propagate,
    role_hint: roleHint,
    source: about.source,
    body,
    fired_at_turn: about.turn ?? 0,
  });
}

/** The event that a transcript keeps of a reminder. */
export function reminderEvent(reminder: DictValue): DictValue {
  const text = textAt(reminder, "body") ?? "";
  return record({
    id: textAt(reminder, "id") ?? "",
    kind: "system_reminder",
    role: "system",
    visibility: "public",
    text,
    blocks: list([record({ type: "text", text, visibility: "public" })]),
    metadata: reminder,
    reminder,
  });
}

export function reminderOf(event: Value): DictValue | undefined {
  if (!isDict(event) || event.get("kind") !== "system_reminder") return undefined;
  const reminder = event.get("reminder");
  return isDict(reminder) ? reminder : undefined;
}

/** The events with one more reminder; those of the same dedupe key give way. */
export function withReminder(
  events: readonly DictValue[],
  reminder: DictValue,
): { readonly events: DictValue[]; readonly replaced: number } {
  const key = textAt(reminder, "dedupe_key");
  const kept = events.filter((event) => key === undefined || textAt(reminderOf(event), "dedupe_key") !== key);
  return { events: [...kept, reminderEvent(reminder)], replaced: events.length - kept.length };
}

/** One turn has passed: what has lived long enough is gone. */
export function aged(events: readonly DictValue[]): DictValue[] {
  return events.flatMap((event) => {
    const reminder = reminderOf(event);
    const left = numberOf(reminder?.get("ttl_turns"));
    if (reminder === undefined || left === undefined) return [event];
    return left <= 1 ? [] : [reminderEvent(reminder.with("ttl_turns", left - 1))];
  });
}

/** The reminders that a handler's answer carries: `{reminder}`, `{effects: [{reminder}]}`, `{body, …}`, or a list of those. */
export function carriedReminders(answer: Value): DictValue[] {
  if (isList(answer)) return answer.toArray().flatMap(carriedReminders);
  if (!isDict(answer)) return [];
  const inner = answer.get("reminder");
  if (isDict(inner)) return [inner];
  const effects = answer.get("effects");
  if (isList(effects)) return effects.toArray().flatMap(carriedReminders);
  return answer.has("body") ? [answer] : [];
}
