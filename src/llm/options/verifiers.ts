import { type RegexEngine, withRegex } from "../../builtin/index.ts";
import { type DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import { intAt, isCallable, isDict, isList, list, merged, record, textsAt } from "../fields.ts";
import { commandWords } from "./command-words.ts";

/** What a check holds an answer against. */
export type Check =
  | { readonly kind: "typecheck" }
  | {
      readonly kind: "lint";
      readonly forbidden: readonly string[];
      readonly required: readonly string[];
      readonly maxLineLength: number | undefined;
    }
  | { readonly kind: "test_run"; readonly command: readonly string[]; readonly timeoutMs: number }
  | { readonly kind: "closure"; readonly check: Value };

/** One entry of `escalate_on`. */
export interface Verifier {
  readonly name: string;
  readonly check: Check;
  /** What a finding does: the same link is asked again, or the next one is. */
  readonly onFail: OnFail;
}

export type OnFail = (typeof onFailWords)[number];

const onFailWords = ["escalate", "refine"] as const;
const kinds = "typecheck, lint, or test_run";
const defaultTimeoutS = 30;

/** Checks of a routing policy: names of kinds, dicts, or closures. Throws a text that names the entry. */
export function readVerifiers(value: Value | undefined, engine: RegexEngine): readonly Verifier[] {
  return specsOf(value).map((spec, index) => readVerifier(spec, placeOf(index), engine));
}

/** The same list with every name and default filled in, as a policy shows it. */
export function verifierSpecs(value: Value | undefined, engine: RegexEngine): Value {
  if (value === undefined || value === null) return null;
  const specs = specsOf(value);
  return list(
    readVerifiers(value, engine).map((verifier, index) => {
      const spec = specs[index] ?? null;
      if (verifier.check.kind === "closure") return spec;
      const named = record({ kind: verifier.check.kind, name: verifier.name, on_fail: verifier.onFail });
      return isDict(spec) ? merged(spec, named) : named;
    }),
  );
}

function specsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  if (!isList(value))
    throw thrown(`routing_policy.escalate_on: expected a list of verifier specs, got ${typeName(value)}`);
  return value.toArray();
}

function placeOf(index: number): string {
  return `routing_policy.escalate_on[${index}]`;
}

function readVerifier(spec: Value, place: string, engine: RegexEngine): Verifier {
  if (isCallable(spec)) return { name: "closure", check: { kind: "closure", check: spec }, onFail: "refine" };
  if (typeof spec === "string") return readShorthand(spec, place);
  if (!isDict(spec)) throw thrown(`${place}: expected a dict, a string or a closure, got ${typeName(spec)}`);
  const check = readCheck(spec, place, engine);
  const name = spec.get("name");
  return {
    name: typeof name === "string" && name !== "" ? name : check.kind,
    check,
    onFail: readOnFail(spec.get("on_fail"), place) ?? (check.kind === "lint" ? "refine" : "escalate"),
  };
}

function readShorthand(kind: string, place: string): Verifier {
  switch (kind) {
    case "typecheck":
      return { name: kind, check: { kind }, onFail: "escalate" };
    case "lint":
      throw thrown(
        `${place}: shorthand "lint" needs at least one of forbidden_patterns, required_patterns, or max_line_length: write a dict`,
      );
    case "test_run":
      throw thrown(`${place}: shorthand "test_run" needs a command: write a dict`);
    default:
      throw thrown(`${place}: unknown shorthand verifier "${kind}" (expected ${kinds})`);
  }
}

function readCheck(spec: DictValue, place: string, engine: RegexEngine): Check {
  const kind = spec.get("kind");
  switch (kind) {
    case "typecheck":
      return { kind };
    case "lint":
      return readLint(spec, place, engine);
    case "test_run":
      return { kind, command: readCommand(spec.get("command"), place), timeoutMs: readTimeout(spec, place) };
    case undefined:
    case null:
      throw thrown(`${place}: \`kind\` is required (one of typecheck, lint, test_run)`);
    default:
      throw thrown(`${place}: unknown kind ${JSON.stringify(kind)} (expected ${kinds})`);
  }
}

function readLint(spec: DictValue, place: string, engine: RegexEngine): Check {
  const forbidden = patterns(spec, "forbidden_patterns", place, engine);
  const required = patterns(spec, "required_patterns", place, engine);
  const given = spec.get("max_line_length") ?? null;
  const maxLineLength = intAt(spec, "max_line_length");
  if (given !== null && (maxLineLength === undefined || maxLineLength < 0))
    throw thrown(
      `${place}.max_line_length: expected a non-negative integer, got ${typeof given === "number" ? given : typeName(given)}`,
    );
  if (forbidden.length + required.length === 0 && maxLineLength === undefined)
    throw thrown(
      `${place}: lint verifier needs at least one of forbidden_patterns, required_patterns, or max_line_length`,
    );
  return { kind: "lint", forbidden, required, maxLineLength };
}

function patterns(spec: DictValue, key: string, place: string, engine: RegexEngine): readonly string[] {
  const sources = textsAt(spec, key) ?? [];
  for (const source of sources) {
    try {
      withRegex(engine, source, () => {});
    } catch {
      throw thrown(`${place}.${key}: invalid regex ${JSON.stringify(source)}`);
    }
  }
  return sources;
}

function readCommand(value: Value | undefined, place: string): readonly string[] {
  const words = wordsOf(value ?? null, place);
  if (words.length === 0 || words[0] === "")
    throw thrown(`${place}: test_run verifier requires a non-empty \`command\``);
  return words;
}

function wordsOf(value: Value, place: string): readonly string[] {
  if (value === null) return [];
  if (typeof value === "string") {
    const words = commandWords(value);
    if (words.kind === "words") return words.words;
    throw thrown(`${place}.command: ${words.problem}; no shell reads it: write ["sh", "-c", …] for one`);
  }
  if (!isList(value)) throw thrown(`${place}.command: expected string or list, got ${typeName(value)}`);
  return value.toArray().map((word, index) => {
    if (typeof word !== "string") throw thrown(`${place}.command[${index}]: expected string, got ${typeName(word)}`);
    return word;
  });
}

function readTimeout(spec: DictValue, place: string): number {
  const given = spec.get("timeout_secs") ?? null;
  if (given === null) return defaultTimeoutS * 1000;
  if (typeof given !== "number" || given <= 0)
    throw thrown(
      `${place}.timeout_secs: expected a positive integer, got ${typeof given === "number" ? given : typeName(given)}`,
    );
  return given * 1000;
}

function readOnFail(value: Value | undefined, place: string): OnFail | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "string") throw thrown(`${place}.on_fail: expected a string, got ${typeName(value)}`);
  const word = onFailWords.find((known) => known === value);
  if (word === undefined) throw thrown(`${place}.on_fail: expected "escalate" or "refine", got "${value}"`);
  return word;
}
