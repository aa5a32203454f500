import { isDict, isList, list, record, textAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";
import { reminderOf } from "./reminder.ts";

export interface ReminderPlace {
  readonly prefersXml: boolean;
  readonly isAnthropic: boolean;
}

export interface Rendered {
  readonly system: string | undefined;
  readonly messages: readonly DictValue[];
}

/** Shows the reminders of a transcript to the model: in the system text, as a developer's message, or before the first user turn. */
export function renderReminders(
  events: readonly DictValue[],
  system: string | undefined,
  messages: readonly DictValue[],
  place: ReminderPlace,
): Rendered {
  const reminders = events.flatMap((event) => {
    const reminder = reminderOf(event);
    return reminder === undefined ? [] : [reminder];
  });
  if (reminders.length === 0) return { system, messages };
  const inSystem: string[] = [];
  const blocks: string[] = [];
  const developer: DictValue[] = [];
  for (const reminder of reminders) {
    const hint = textAt(reminder, "role_hint") ?? "system";
    const body = textAt(reminder, "body") ?? "";
    if (place.isAnthropic && (hint === "user_block" || hint === "ephemeral_cache")) blocks.push(framed(body, true));
    else if (hint === "developer" && !place.isAnthropic) developer.push(record({ role: "developer", content: body }));
    else inSystem.push(framed(body, place.prefersXml));
  }
  const text = [system ?? "", ...inSystem].filter((part) => part !== "").join("\n\n");
  return { system: text === "" ? undefined : text, messages: [...developer, ...withBlocks(messages, blocks)] };
}

function framed(body: string, isXml: boolean): string {
  return isXml ? `<system-reminder>\n${body}\n</system-reminder>` : `System reminder: ${body}`;
}

function withBlocks(messages: readonly DictValue[], blocks: readonly string[]): readonly DictValue[] {
  const at = messages.findIndex((message) => message.get("role") === "user");
  const first = messages[at];
  if (blocks.length === 0 || first === undefined) return messages;
  const content = first.get("content") ?? "";
  const parts = isList(content) ? content.toArray() : [record({ type: "text", text: isDict(content) ? "" : content })];
  const shown = blocks.map((text) => record({ type: "text", text }));
  return [...messages.slice(0, at), first.with("content", list([...shown, ...parts])), ...messages.slice(at + 1)];
}
