import { boolAt, dictAt, isDict, record, textAt, textsAt } from "../../llm/fields.ts";
import { type DictValue, runtimeError } from "../../value/index.ts";

const modes = ["default", "extend", "replace"] as const;
const scopes = ["model_visible", "summary", "transcript"] as const;

/** What a compaction policy wants kept, dropped and said. */
export interface Directives {
  readonly mode: (typeof modes)[number];
  /** Where the directives are to be seen: with the summary of a model that is asked for one, and in what stands for old messages. */
  readonly scope: (typeof scopes)[number] | undefined;
  /** Empty when nothing was said. */
  readonly text: string;
}

/** The keys of a compaction's options that are a policy when they stand by themselves. */
export const policyKeys = [
  "instructions",
  "mode",
  "scope",
  "preserve",
  "drop",
  "extend_default_instructions",
  "author",
] as const;

/** Reads `policy`, `compaction_policy` or `compaction_request`, or the same keys beside the other options. */
export function readDirectives(options: DictValue | undefined): Directives {
  const request = dictAt(options, "compaction_request");
  const given =
    dictAt(options, "policy") ??
    dictAt(options, "compaction_policy") ??
    dictAt(request, "policy") ??
    record(Object.fromEntries(policyKeys.map((key) => [key, options?.get(key)])));
  if (!isDict(given)) return { mode: "default", scope: undefined, text: "" };
  const instructions = textAt(given, "instructions")?.trim() ?? "";
  const preserve = textsAt(given, "preserve") ?? [];
  const drop = textsAt(given, "drop") ?? [];
  const text = [
    ...(instructions === "" ? [] : [instructions]),
    ...(preserve.length === 0 ? [] : [`Preserve: ${preserve.join("; ")}`]),
    ...(drop.length === 0 ? [] : [`Drop: ${drop.join("; ")}`]),
  ].join("\n");
  const extendsDefault = boolAt(given, "extend_default_instructions");
  const fallback = text === "" ? "default" : extendsDefault === false ? "replace" : "extend";
  return { mode: word(given, "mode", modes) ?? fallback, scope: word(given, "scope", scopes), text };
}

function word<W extends string>(given: DictValue, key: string, words: readonly W[]): W | undefined {
  const value = textAt(given, key);
  if (value === undefined) return undefined;
  const known = words.find((each) => each === value);
  if (known === undefined) throw runtimeError(`unknown compaction ${key} '${value}' (expected ${words.join(", ")})`);
  return known;
}

/** What a model that summarises is told. */
export function summaryInstructions(directives: Directives, own: string): string {
  if (directives.text === "" || directives.mode === "default") return own;
  return directives.mode === "replace" ? directives.text : `${own}\n\n${directives.text}`;
}

/** What stands for old messages, with the directives under it where their scope says so. */
export function withDirectives(directives: Directives, text: string): string {
  const shows = directives.text !== "" && directives.scope !== undefined;
  return shows ? `${text}\n\n[compaction directives]\n${directives.text}` : text;
}
