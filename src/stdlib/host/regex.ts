import {
  type Builtin,
  type CallContext,
  type CompiledRegex,
  declare,
  opt,
  type RegexEngine,
  regexEngine,
  serviceKey,
  t,
} from "../../builtin/index.ts";
import { messageOf } from "../../text/index.ts";
import { DictValue, ListValue } from "../../value/index.ts";
import { textOf } from "../arguments.ts";
import { fail } from "./faults.ts";

const regex = declare("regex");
const cacheLimit = 128;

/**
 * Compiled patterns, by their text: compiling costs far more than matching. The one that was not used for longest goes
 * first, and is disposed of, as an engine may hold memory that nothing else frees.
 */
export class RegexCache {
  readonly #engine: RegexEngine;
  readonly #limit: number;
  readonly #compiled = new Map<string, CompiledRegex>();

  constructor(engine: RegexEngine, limit = cacheLimit) {
    this.#engine = engine;
    this.#limit = limit;
  }

  get(pattern: string): CompiledRegex {
    const known = this.#compiled.get(pattern);
    if (known !== undefined) {
      this.#compiled.delete(pattern);
      this.#compiled.set(pattern, known);
      return known;
    }
    const compiled = this.#engine.compile(pattern);
    this.#compiled.set(pattern, compiled);
    if (this.#compiled.size > this.#limit) this.#dropOldest();
    return compiled;
  }

  #dropOldest(): void {
    for (const [pattern, compiled] of this.#compiled) {
      this.#compiled.delete(pattern);
      compiled.dispose();
      return;
    }
  }
}

export const regexCache = serviceKey<RegexCache>(
  "regex cache",
  (services) => new RegexCache(services.service(regexEngine)),
);

/** Compiles with the flags as an inline group, which the engine's own messages must not show. */
function compile(context: CallContext, pattern: string, flags: string): CompiledRegex {
  const wrong = [...flags].find((flag) => !"imsx".includes(flag));
  if (wrong !== undefined) throw fail(`Invalid regex: unsupported regex flag '${wrong}', expected one of i/m/s/x`);
  const cache = context.service(regexCache);
  try {
    if (flags === "") return cache.get(pattern);
    // A verbose pattern may end in a comment, which the line break ends.
    return cache.get(`(?${[...new Set(flags)].join("")}:${pattern}${flags.includes("x") ? "\n" : ""})`);
  } catch (error) {
    throw fail(`Invalid regex: ${explain(context, pattern, flags, error)}`);
  }
}

/** The engine's explanation of the pattern alone where it has one. */
function explain(context: CallContext, pattern: string, flags: string, error: unknown): string {
  if (flags !== "") {
    try {
      context.service(regexEngine).compile(pattern).dispose();
    } catch (plain) {
      return messageOf(plain);
    }
  }
  return messageOf(error);
}

function replacing(name: string): Builtin {
  return regex({
    name,
    summary: "Replace every match; `$1` and `${name}` stand for groups.",
    params: [opt("pattern", t.any), opt("replacement", t.any), opt("text", t.any)],
    lenient: true,
    returns: t.string,
    run: (context, pattern, replacement, text) =>
      compile(context, textOf(pattern), "").replaceAll(textOf(text), textOf(replacement)),
  });
}

function capturesOf(match: ReturnType<CompiledRegex["matches"]>[number]): DictValue {
  const groups = new ListValue(match.groups.map((group) => group ?? null));
  return DictValue.of({ match: match.text, groups, ...match.named });
}

export const regexBuiltins: readonly Builtin[] = [
  regex({
    name: "regex_match",
    summary: "Every match of a pattern, or nil when there is none. Flags: `i m s x`.",
    params: [opt("pattern", t.any), opt("text", t.any), opt("flags", t.any)],
    lenient: true,
    examples: [['regex_match("[0-9]+", "a1 b22")', '["1", "22"]']],
    run(context, pattern, text, flags) {
      const found = compile(context, textOf(pattern), textOf(flags)).findAll(textOf(text));
      return found.length === 0 ? null : new ListValue([...found]);
    },
  }),
  regex({
    name: "regex_captures",
    summary: "Every match with its groups: `{match, groups, …named groups}`.",
    params: [opt("pattern", t.any), opt("text", t.any)],
    lenient: true,
    returns: t.list,
    examples: [['regex_captures("(?P<key>[a-z]+)=([0-9]+)", "a=1")', "[{groups: [a, 1], key: a, match: a=1}]"]],
    run: (context, pattern, text) =>
      new ListValue(compile(context, textOf(pattern), "").matches(textOf(text)).map(capturesOf)),
  }),
  replacing("regex_replace"),
  replacing("regex_replace_all"),
  regex({
    name: "regex_split",
    summary: "A text cut at every match. Flags: `i m s x`.",
    params: [opt("text", t.any), opt("pattern", t.any), opt("flags", t.any)],
    lenient: true,
    returns: t.list,
    examples: [['regex_split("a1b22c", "[0-9]+")', '["a", "b", "c"]']],
    run: (context, text, pattern, flags) =>
      new ListValue([...compile(context, textOf(pattern), textOf(flags)).split(textOf(text))]),
  }),
];
