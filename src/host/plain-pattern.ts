/**
 * Patterns that the JavaScript engine answers as the promised one does, and in linear time: texts, classes of listed characters, and dots,
 * each repeated or not, with `|` between whole sequences. Most patterns of programs are such, and V8 finds their matches many times
 * as fast as the engine in WebAssembly does, which need not even be loaded.
 *
 * P1 No pattern here matches the empty text, holds a group, an anchor, or a class by name (`\d` has more members in Unicode than in JavaScript).
 * P2 Only the last atom of a sequence repeats without limit: what is read for it is never given back, so a failed attempt costs no
 *    more than the pattern's length, wherever it begins.
 * P3 Before that, the ways to divide a text among repetitions are few.
 *
 * Whatever is not understood here, mistakes included, is left to the promised engine.
 */
export function plainPattern(pattern: string): RegExp | undefined {
  if (pattern.length > longestPlainPattern) return undefined;
  const reader = new PatternReader([...pattern]);
  const source = reader.alternatives();
  return source === undefined ? undefined : new RegExp(source, "gu");
}

/** JavaScript's engine gives up on long patterns, when they are first used. */
export const longestPlainPattern = 2000;
/** P3. */
const mostDivisions = 32;
const mostRepetitions = 64;

interface Repetition {
  readonly least: number;
  readonly most: number;
}

const once: Repetition = { least: 1, most: 1 };
const meta = new Set("\\.+*?()|[]{}^$");
/** What may be escaped without a meaning of its own, in both languages. */
const escapable = new Set("\\.+*?()|[]{}^$#&-~/");
const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

class PatternReader {
  readonly #characters: readonly string[];
  #at = 0;

  constructor(characters: readonly string[]) {
    this.#characters = characters;
  }

  get #next(): string | undefined {
    return this.#characters[this.#at];
  }

  /** All of it in JavaScript's words. */
  alternatives(): string | undefined {
    const sources: string[] = [];
    do {
      const source = this.#sequence();
      if (source === undefined) return undefined;
      sources.push(source);
    } while (this.#take("|"));
    return this.#next === undefined ? sources.join("|") : undefined;
  }

  #sequence(): string | undefined {
    let source = "";
    let least = 0;
    let divisions = 1;
    let isOpen = false;
    while (this.#next !== undefined && this.#next !== "|") {
      const atom = this.#atom();
      const repetition = atom === undefined ? undefined : this.#repetition();
      if (atom === undefined || repetition === undefined || isOpen) return undefined;
      isOpen = repetition.most === Number.POSITIVE_INFINITY;
      if (!isOpen) divisions *= repetition.most - repetition.least + 1;
      if (divisions > mostDivisions) return undefined;
      least += repetition.least;
      source += atom + suffix(repetition);
    }
    return least > 0 ? source : undefined;
  }

  #atom(): string | undefined {
    if (this.#take("[")) return this.#charClass();
    if (this.#take(".")) return "[^\\n]";
    const character = this.#take("\\") ? this.#escaped() : this.#literal();
    return character === undefined ? undefined : codePoint(character);
  }

  #literal(): string | undefined {
    const character = this.#next;
    if (character === undefined || meta.has(character)) return undefined;
    this.#at += 1;
    return character;
  }

  #escaped(): string | undefined {
    const character = this.#next ?? "";
    this.#at += 1;
    return escapable.has(character) ? character : controls[character];
  }

  #charClass(): string | undefined {
    let source = this.#take("^") ? "[^" : "[";
    let count = 0;
    while (!this.#take("]")) {
      const from = this.#member();
      const to = from !== undefined && this.#isRange() ? this.#rangeEnd() : from;
      if (from === undefined || to === undefined || scalarOf(from) > scalarOf(to)) return undefined;
      source += from === to ? codePoint(from) : `${codePoint(from)}-${codePoint(to)}`;
      count += 1;
    }
    return count > 0 ? `${source}]` : undefined;
  }

  /** Marks that set operations are made of are left to the other engine. */
  #member(): string | undefined {
    if (this.#take("\\")) return this.#escaped();
    const character = this.#next;
    if (character === undefined || "[]&~-^".includes(character)) return undefined;
    this.#at += 1;
    return character;
  }

  #isRange(): boolean {
    return this.#next === "-" && this.#characters[this.#at + 1] !== "]";
  }

  #rangeEnd(): string | undefined {
    this.#at += 1;
    return this.#member();
  }

  #repetition(): Repetition | undefined {
    const repetition = this.#quantifier();
    // A lazy or possessive one, or one more: not here.
    return this.#next === "?" || this.#next === "+" || this.#next === "*" || this.#next === "{"
      ? undefined
      : repetition;
  }

  #quantifier(): Repetition | undefined {
    if (this.#take("?")) return { least: 0, most: 1 };
    if (this.#take("*")) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take("+")) return { least: 1, most: Number.POSITIVE_INFINITY };
    return this.#take("{") ? this.#counted() : once;
  }

  #counted(): Repetition | undefined {
    const least = this.#number();
    if (least === undefined) return undefined;
    const most = this.#take(",") ? (this.#next === "}" ? Number.POSITIVE_INFINITY : this.#number()) : least;
    if (!this.#take("}") || most === undefined || most < least) return undefined;
    return Math.max(least, Number.isFinite(most) ? most : 0) > mostRepetitions || most === 0
      ? undefined
      : { least, most };
  }

  #number(): number | undefined {
    let digits = "";
    while (/^[0-9]$/.test(this.#next ?? "")) {
      digits += this.#next;
      this.#at += 1;
    }
    return digits === "" || digits.length > 3 ? undefined : Number(digits);
  }

  #take(character: string): boolean {
    if (this.#next !== character) return false;
    this.#at += 1;
    return true;
  }
}

function scalarOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function codePoint(character: string): string {
  return `\\u{${scalarOf(character).toString(16)}}`;
}

function suffix({ least, most }: Repetition): string {
  if (least === 1 && most === 1) return "";
  return `{${least},${Number.isFinite(most) ? most : ""}}`;
}
