import { anything, literal, many, sequence, TextPattern, type Wildcards, withinName } from "../../text/index.ts";

/**
 * A glob over slash-separated relative paths: `*` and `?` stay within a segment, `**` spans them, `[a-z]`, `[!a-z]`, `{a,b}` and `\` as
 * usual. An `Error` tells what is wrong with a pattern.
 */
export function globPattern(glob: string): TextPattern {
  return new TextPattern(new GlobReader(glob).read());
}

const folders = many(sequence(withinName, many(withinName), literal("/")));

class GlobReader {
  readonly #glob: string;
  readonly #characters: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(glob: string) {
    this.#glob = glob;
    this.#characters = [...glob];
  }

  read(): Wildcards {
    return this.#sequence();
  }

  /** Up to the end, or within braces up to what ends the alternative. */
  #sequence(): Wildcards {
    const parts: Wildcards[] = [];
    let startsSegment = true;
    for (; this.#at < this.#characters.length; this.#at++) {
      const character = this.#characters[this.#at] as string;
      if (this.#depth > 0 && (character === "," || character === "}")) return sequence(...parts);
      parts.push(this.#part(character, startsSegment));
      startsSegment = this.#characters[this.#at] === "/";
    }
    if (this.#depth > 0) throw this.#problem("unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)");
    return sequence(...parts);
  }

  /** One part; leaves its last character to be passed. */
  #part(character: string, startsSegment: boolean): Wildcards {
    switch (character) {
      case "*":
        return this.#stars(startsSegment);
      case "?":
        return withinName;
      case "[":
        return this.#class();
      case "{":
        return this.#alternatives();
      case "}":
        throw this.#problem("unopened alternate group; missing '{' (maybe escape '}' with '[}]'?)");
      case "\\": {
        const escaped = this.#characters[++this.#at];
        if (escaped === undefined) throw this.#problem("dangling '\\'");
        return literal(escaped);
      }
      default:
        return literal(character);
    }
  }

  #stars(startsSegment: boolean): Wildcards {
    if (this.#characters[this.#at + 1] !== "*") return many(withinName);
    while (this.#characters[this.#at + 1] === "*") this.#at++;
    if (!startsSegment || this.#characters[this.#at + 1] !== "/") return many(anything);
    this.#at++;
    return folders;
  }

  #alternatives(): Wildcards {
    const options: Wildcards[] = [];
    this.#depth++;
    do {
      this.#at++;
      options.push(this.#sequence());
    } while (this.#characters[this.#at] === ",");
    this.#depth--;
    return { kind: "either", options };
  }

  #class(): Wildcards {
    const first = this.#at + 1;
    const isNegated = this.#characters[first] === "!" || this.#characters[first] === "^";
    const begin = isNegated ? first + 1 : first;
    // What closes the class may stand first in it as itself.
    const end = this.#characters.indexOf("]", begin + 1);
    if (end < 0) throw this.#problem("unclosed character class; missing ']'");
    const ranges = this.#ranges(begin, end);
    this.#at = end;
    return {
      kind: "one",
      accepts: (character) => ranges.some(([low, high]) => low <= character && character <= high) !== isNegated,
    };
  }

  #ranges(begin: number, end: number): readonly (readonly [low: string, high: string])[] {
    const ranges: [string, string][] = [];
    for (let at = begin; at < end; at++) {
      const low = this.#characters[at] as string;
      const isRange = this.#characters[at + 1] === "-" && at + 2 < end;
      const high = isRange ? (this.#characters[at + 2] as string) : low;
      if (high < low) throw this.#problem(`invalid range; '${low}' > '${high}'`);
      ranges.push([low, high]);
      if (isRange) at += 2;
    }
    return ranges;
  }

  #problem(text: string): Error {
    return new Error(`error parsing glob '${this.#glob}': ${text}`);
  }
}
