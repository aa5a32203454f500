import type { Captures, RRegex } from "rregex";
import type { CompiledRegex, RegexEngine, RegexMatch } from "../../builtin/index.ts";
import { longestPlainPattern, plainPattern } from "../plain-pattern.ts";
import { nameGroups } from "./capture-names.ts";
import { requirePackage } from "./lazy-modules.ts";

type Library = typeof import("rregex");

/** What a pattern may be: beyond this the engine takes seconds, or minutes, to say that it is too large. */
const longestPattern = 65_536;
const mostWordClasses = 1000;

/** The engine the language was defined with, as WebAssembly. It is loaded when the first pattern is compiled. */
export function nodeRegexEngine(): RegexEngine {
  let library: Library | undefined;
  return {
    compile(pattern) {
      const full = (): WasmRegex => {
        library ??= requirePackage("rregex") as Library;
        return new WasmRegex(library, pattern);
      };
      checkSize(pattern);
      if (isLongText(pattern)) return new TextSearch(pattern, full);
      const plain = plainPattern(pattern);
      return plain === undefined ? full() : new PlainRegex(plain, full);
    },
  };
}

function checkSize(pattern: string): void {
  if (pattern.length <= mostWordClasses) return;
  if (pattern.length > longestPattern)
    throw new Error(`the pattern has ${pattern.length} characters, more than ${longestPattern}`);
  // Each is some 700 ranges of characters.
  if (pattern.split(/\\[wW]/).length > mostWordClasses)
    throw new Error(`the pattern has more than ${mostWordClasses} classes of word characters (\\w)`);
}

/** Too long for JavaScript's engine, while the other takes the product of pattern and text. */
function isLongText(pattern: string): boolean {
  return pattern.length > longestPlainPattern && !/[\\.+*?()|[\]{}^$]/.test(pattern);
}

/** A pattern that is a text. */
class TextSearch implements CompiledRegex {
  readonly #text: string;
  readonly #makeFull: () => CompiledRegex;

  constructor(text: string, makeFull: () => CompiledRegex) {
    this.#text = text;
    this.#makeFull = makeFull;
  }

  findAll(text: string): readonly string[] {
    return Array.from({ length: this.split(text).length - 1 }, () => this.#text);
  }

  matches(text: string): readonly RegexMatch[] {
    return this.findAll(text).map((match) => ({ text: match, groups: [], named: {} }));
  }

  split(text: string): readonly string[] {
    return text.split(this.#text);
  }

  replaceAll(text: string, replacement: string): string {
    if (!replacement.includes("$")) return this.split(text).join(replacement);
    const full = this.#makeFull();
    const replaced = full.replaceAll(text, replacement);
    full.dispose();
    return replaced;
  }

  dispose(): void {}
}

/** A pattern that JavaScript's own engine may answer. Replacements that name groups are the full engine's affair. */
class PlainRegex implements CompiledRegex {
  readonly #regex: RegExp;
  readonly #makeFull: () => CompiledRegex;
  #full: CompiledRegex | undefined;

  constructor(regex: RegExp, makeFull: () => CompiledRegex) {
    this.#regex = regex;
    this.#makeFull = makeFull;
  }

  findAll(text: string): readonly string[] {
    return text.match(this.#regex) ?? [];
  }

  matches(text: string): readonly RegexMatch[] {
    return this.findAll(text).map((match) => ({ text: match, groups: [], named: {} }));
  }

  split(text: string): readonly string[] {
    const pieces: string[] = [];
    let from = 0;
    for (const match of text.matchAll(this.#regex)) {
      pieces.push(text.slice(from, match.index));
      from = match.index + match[0].length;
    }
    pieces.push(text.slice(from));
    return pieces;
  }

  replaceAll(text: string, replacement: string): string {
    if (!replacement.includes("$")) return text.replace(this.#regex, () => replacement);
    this.#full ??= this.#makeFull();
    return this.#full.replaceAll(text, replacement);
  }

  dispose(): void {
    this.#full?.dispose();
    this.#full = undefined;
  }
}

class WasmRegex implements CompiledRegex {
  readonly #library: Library;
  readonly #pattern: string;
  readonly #regex: RRegex;
  /** Made when a match first leaves a group out. */
  #named: { readonly regex: RRegex; readonly names: readonly string[] } | undefined;

  constructor(library: Library, pattern: string) {
    this.#library = library;
    this.#pattern = pattern;
    this.#regex = new library.RRegex(pattern);
  }

  findAll(text: string): readonly string[] {
    return this.#regex.findAll(text).map((match) => match.value);
  }

  matches(text: string): readonly RegexMatch[] {
    const groupCount = this.#regex.capturesLength();
    const all = this.#regex.capturesAll(text);
    // The library lists only the groups that took part, which is enough as long as all of them did.
    const isComplete = all.every((captures) => captures.get.length === groupCount);
    const byName = isComplete ? undefined : this.#allNamed();
    const complete = byName === undefined ? undefined : byName.regex.capturesAll(text);
    return all.map((captures, index) => ({
      text: captures.get[0]?.value ?? "",
      groups: groupsOf(captures, complete?.[index], byName?.names),
      named: Object.fromEntries(Object.entries(captures.name).map(([name, match]) => [name, match.value])),
    }));
  }

  split(text: string): readonly string[] {
    return this.#regex.split(text);
  }

  replaceAll(text: string, replacement: string): string {
    return this.#regex.replaceAll(text, replacement);
  }

  dispose(): void {
    this.#regex.free();
    this.#named?.regex.free();
    this.#named = undefined;
  }

  /** The same pattern with a name for every group. */
  #allNamed(): { readonly regex: RRegex; readonly names: readonly string[] } {
    if (this.#named !== undefined) return this.#named;
    const original = this.#regex.captureNames();
    const prefix = unusedPrefix(original);
    for (const hasComments of [false, true]) {
      const regex = this.#compileNamed(nameGroups(this.#pattern, prefix, hasComments));
      const names = regex?.captureNames() ?? [];
      const isSame =
        names.length === original.length &&
        names.every((name, index) => index === 0 || name === (original[index] ?? `${prefix}${index}`));
      if (regex !== undefined && isSame)
        return (this.#named = { regex, names: names.slice(1).map((name) => name ?? "") });
      regex?.free();
    }
    throw new Error(`cannot tell the groups of the pattern apart: ${this.#pattern}`);
  }

  #compileNamed(pattern: string): RRegex | undefined {
    try {
      return new this.#library.RRegex(pattern);
    } catch {
      return undefined;
    }
  }
}

function groupsOf(
  captures: Captures,
  named: Captures | undefined,
  names: readonly string[] | undefined,
): readonly (string | undefined)[] {
  if (named === undefined || names === undefined) return captures.get.slice(1).map((match) => match.value);
  return names.map((name) => named.name[name]?.value);
}

function unusedPrefix(names: readonly (string | null)[]): string {
  let prefix = "g";
  while (names.some((name) => name?.startsWith(prefix) === true)) prefix += "_";
  return prefix;
}
