/** Every code, category by category in the order of the catalogue. A door of its own: only `harn explain` and tests load it. */
import { type Category, categories } from "../categories.ts";
import type { CodeEntry } from "./entry.ts";
import { formatterCodes, importCodes, moduleCodes, namingCodes, parserCodes } from "./language.ts";
import { lintCodes } from "./lint.ts";
import { capabilityCodes, modelCodes, orchestrationCodes, promptCodes, stdlibCodes } from "./orchestration.ts";
import { policyCodes, reminderCodes, suspensionCodes } from "./runtime.ts";
import { constantCodes, matchCodes, ownershipCodes, recoveryCodes, typeCodes } from "./types.ts";

export type { CodeEntry } from "./entry.ts";
export { codeBody, codePage } from "./page.ts";

const all: readonly CodeEntry[] = [
  ...typeCodes,
  ...parserCodes,
  ...namingCodes,
  ...capabilityCodes,
  ...modelCodes,
  ...orchestrationCodes,
  ...stdlibCodes,
  ...promptCodes,
  ...moduleCodes,
  ...reminderCodes,
  ...suspensionCodes,
  ...lintCodes,
  ...formatterCodes,
  ...importCodes,
  ...ownershipCodes,
  ...recoveryCodes,
  ...matchCodes,
  ...policyCodes,
  ...constantCodes,
];

export interface CatalogueSection {
  readonly category: Category;
  readonly entries: readonly CodeEntry[];
}

export const catalogue: readonly CatalogueSection[] = categories.map((category) => ({
  category,
  entries: all.filter(({ code }) => code.startsWith(`${category.name}-`)),
}));

/** By `HARN-TYP-002`, `TYP-002` or any case of them. */
export function findCode(code: string): CodeEntry | undefined {
  const short = code.toUpperCase().replace(/^HARN-/, "");
  return all.find((entry) => entry.code === short);
}
