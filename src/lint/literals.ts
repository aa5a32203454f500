/** What expressions say by themselves, without running: texts, and the entries of dict literals. */
import type { DictEntry, Expression, SpreadElement } from "../syntax/index.ts";

type DictLiteral = Extract<Expression, { readonly kind: "dict" }>;

/** The text of a string literal. */
export function literalText(expression: Expression | SpreadElement | undefined): string | undefined {
  return expression?.kind === "string" ? expression.value : undefined;
}

export function dictLiteral(expression: Expression | SpreadElement | undefined): DictLiteral | undefined {
  return expression?.kind === "dict" ? expression : undefined;
}

/** The entry of a key; of two with one key the last counts. */
export function entryOf(dict: DictLiteral | undefined, key: string): DictEntry | undefined {
  return dict?.entries.findLast((entry): entry is DictEntry => entry.kind === "entry" && keyOf(entry) === key);
}

export function keyOf({ key }: DictEntry): string | undefined {
  return key.kind === "computed-key" ? undefined : key.text;
}

/** Another dict is poured in, so that what is not seen may be there all the same. */
export function isOpen(dict: DictLiteral): boolean {
  return dict.entries.some((entry) => entry.kind === "spread" || entry.key.kind === "computed-key");
}
