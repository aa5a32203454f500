import { isDict, isList, list, record, textAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";
import { reminderOf } from "./reminder.ts";

/** What is known of the model that is shown reminders. */
export interface ReminderPlace {
  readonly prefersDeveloper: boolean;
  readonly prefersXml: boolean;
  readonly isAnthropic: boolean;
}

export interface Rendered {
  readonly system: string | undefined;
  readonly messages: readonly DictValue[];
}

/**
 * Shows the reminders of a transcript to the model: as a developer's messages where it heeds those, before the first user turn where
 * Anthropic's wire is to have them there, else in the system text.
 */
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
  const blocks: DictValue[] = [];
  const developer: DictValue[] = [];
  for (const reminder of reminders) {
    const hint = textAt(reminder, "role_hint") ?? "system";
    const text = framed(textAt(reminder, "body") ?? "", place.prefersXml);
    if (place.prefersDeveloper) developer.push(record({ role: "developer", content: text }));
    else if (place.isAnthropic && (hint === "user_block" || hint === "ephemeral_cache"))
      blocks.push(blockOf(text, hint === "ephemeral_cache"));
    else inSystem.push(text);
  }
  const text = [system ?? "", ...inSystem].filter((part) => part !== "").join("\n\n");
  return { system: text === "" ? undefined : text, messages: [...developer, ...withBlocks(messages, blocks)] };
}

function framed(body: string, isXml: boolean): string {
  return isXml ? `<system-reminder>\n${body}\n</system-reminder>` : `System reminder:\n${body}`;
}

function blockOf(text: string, isCached: boolean): DictValue {
  return record({ type: "text", text, cache_control: isCached ? record({ type: "ephemeral" }) : undefined });
}

function withBlocks(messages: readonly DictValue[], blocks: readonly DictValue[]): readonly DictValue[] {
  const at = messages.findIndex((message) => message.get("role") === "user");
  const first = messages[at];
  if (blocks.length === 0 || first === undefined) return messages;
  const content = first.get("content") ?? "";
  const parts = isList(content) ? content.toArray() : [record({ type: "text", text: isDict(content) ? "" : content })];
  return [...messages.slice(0, at), first.with("content", list([...blocks, ...parts])), ...messages.slice(at + 1)];
}
