import { isDict, isList } from "../../llm/fields.ts";
import { type DictValue, thrown, typeName, type Value } from "../../value/index.ts";

interface Kind {
  readonly name: string;
  readonly fits: (value: Value) => boolean;
}

const isText = (value: Value): boolean => typeof value === "string";
const isFlag = (value: Value): boolean => typeof value === "boolean";
const isNumber = (value: Value): boolean => ["int", "float"].includes(typeName(value));

const text: Kind = { name: "a string or nil", fits: isText };
const flag: Kind = { name: "a bool or nil", fits: isFlag };
const number: Kind = { name: "a number or nil", fits: isNumber };
const settings: Kind = { name: "a dict, bool, or nil", fits: (value) => isDict(value) || isFlag(value) };
const worded: Kind = { name: "a dict, string, or nil", fits: (value) => isDict(value) || isText(value) };
const switched: Kind = { name: "a dict, string, bool, or nil", fits: (value) => worded.fits(value) || isFlag(value) };
const names: Kind = { name: "a string, a list, or nil", fits: (value) => isText(value) || isList(value) };

/** Options whose kind leaves no choice: one of another kind would have no effect. */
const kinds: ReadonlyMap<string, Kind> = new Map([
  ...["session_id", "nudge", "profile"].map((key): [string, Kind] => [key, text]),
  ["loop_until_done", flag],
  ...[
    "max_nudges",
    "max_verify_attempts",
    "tool_retries",
    "tool_backoff_ms",
    "token_budget",
    "llm_retries",
    "llm_backoff_ms",
    "schema_retries",
    "loop_detect_warn",
    "loop_detect_block",
    "loop_detect_skip",
  ].map((key): [string, Kind] => [key, number]),
  ...["done_judge", "step_judge", "reminders"].map((key): [string, Kind] => [key, settings]),
  ["iteration_budget", worded],
  ["compaction", switched],
  ["skills", { name: "a skill registry, a list of skills, or nil", fits: (value) => isDict(value) || isList(value) }],
  ...["stop_after_successful_tools", "require_successful_tools"].map((key): [string, Kind] => [key, names]),
]);

/** Refuses an option of the wrong kind by its name, before it is passed over in silence. */
export function checkOptionKinds(options: DictValue): void {
  for (const [key, value] of options.entries()) {
    const kind = kinds.get(key);
    if (kind === undefined || value === null || kind.fits(value)) continue;
    throw thrown(`agent_loop: \`${key}\` must be ${kind.name}; got ${typeName(value)}`);
  }
}

/** An option that counts something; `fallback` where it is not given. The words are for numbers below 1 and for other kinds. */
export function countAt(
  options: DictValue,
  key: string,
  fallback: number,
  [least, kind] = ["a positive integer", "a positive integer"],
): number {
  const value = options.get(key) ?? null;
  if (value === null) return fallback;
  if (typeof value !== "number") throw thrown(`agent_loop: \`${key}\` must be ${kind}; got ${typeName(value)}`);
  if (value < 1) throw thrown(`agent_loop: \`${key}\` must be ${least}; got ${value}`);
  return value;
}
