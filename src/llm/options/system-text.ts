import { type DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import { isDict, isList, textAt } from "../fields.ts";

/** Where a part of the system text stands. Slots are written in this order. */
const slots = ["preamble", "prefix", "context", "parts", "system", "reminders", "appendix", "suffix"] as const;
type Slot = (typeof slots)[number];

const partOptions: readonly (readonly [option: string, slot: Slot])[] = [
  ["system_preamble", "preamble"],
  ["system_prefix", "prefix"],
  ["system_context", "context"],
  ["system_prompt_parts", "parts"],
  ["system_appendix", "appendix"],
  ["system_suffix", "suffix"],
];

/** The system text of a call: its parts in order, trimmed, a blank line between them. `undefined` when nothing is said. */
export function assembleSystem(
  system: string | undefined,
  options: DictValue | undefined,
  reminders: readonly string[] = [],
): string | undefined {
  if (reminders.length === 0 && !partOptions.some(([option]) => options?.has(option) === true)) {
    const said = system?.trim() ?? "";
    return said === "" ? undefined : said;
  }
  const texts = new Map<Slot, string[]>(slots.map((slot) => [slot, []]));
  for (const [option, slot] of partOptions) addPart(texts, slot, option, options?.get(option));
  if (system !== undefined) texts.get("system")?.push(system);
  texts.get("reminders")?.push(...reminders);
  const parts = slots.flatMap((slot) => texts.get(slot) ?? []).map((text) => text.trim());
  const said = parts.filter((text) => text !== "");
  return said.length === 0 ? undefined : said.join("\n\n");
}

function addPart(texts: Map<Slot, string[]>, slot: Slot, option: string, value: Value | undefined): void {
  if (value === undefined || value === null || value === false) return;
  if (typeof value === "string") {
    texts.get(slot)?.push(value);
    return;
  }
  if (isList(value)) {
    for (const item of value.toArray()) addPart(texts, slot, option, item);
    return;
  }
  if (!isDict(value)) throw thrown(`${option}: expected a string, dict, list, nil, or false; got ${typeName(value)}`);
  if (value.get("enabled") === false) return;
  const nested = value.get("parts");
  const target = slotNamed(textAt(value, "position")) ?? slot;
  if (nested !== undefined && nested !== null) {
    addPart(texts, target, option, nested);
    return;
  }
  const body = (textAt(value, "content") ?? textAt(value, "text") ?? textAt(value, "prompt") ?? "").trim();
  if (body === "") return;
  const label = textAt(value, "label") ?? textAt(value, "title") ?? textAt(value, "name");
  texts.get(target)?.push(label === undefined || label.trim() === "" ? body : `## ${label.trim()}\n${body}`);
}

function slotNamed(position: string | undefined): Slot | undefined {
  return slots.find((slot) => slot === position);
}
