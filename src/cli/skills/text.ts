import { itemsAt, textAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";

/** The one line that a card says of its skill. */
export function shortOf(card: DictValue): string {
  return (textAt(card, "short") ?? textAt(card, "description") ?? "").split("\n")[0] ?? "";
}

export function textsOf(card: DictValue, key: string): string[] {
  return (itemsAt(card, key) ?? []).filter((item) => typeof item === "string");
}
