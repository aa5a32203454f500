// JSON texts with the engine's own parser, which is several times as fast as ours but forgets what it read: `2.0` is 2 to it,
// and digits beyond 2^53 are lost. So such numbers are looked for first. Whole floats are marked; for anything else that the two
// parsers could see differently there is no answer, and the exact parser is asked.
import { FloatValue } from "../value/index.ts";
import type { Json } from "./json.ts";

/** Nothing in a text without escapes of this form can be read as this. */
const mark = "\u0001float";
const markText = JSON.stringify(mark);

/** Fewer brackets than the exact parser allows levels: then nothing is too deep for it. */
const fewBrackets = 1000;

/** `undefined` when the exact parser must be asked. */
export function parseNatively(text: string): Json | undefined {
  if (text.includes("\\u") || !isShallow(text)) return undefined;
  const marked = markFloats(text);
  if (marked === undefined) return undefined;
  try {
    const parsed = JSON.parse(marked) as Json;
    return marked === text ? parsed : withFloats(parsed);
  } catch {
    // A mistake in the text: the exact parser says which.
    return undefined;
  }
}

function isShallow(text: string): boolean {
  if (count(text, "{") + count(text, "[") < fewBrackets) return true;
  let depth = 0;
  for (const bracket of text.replace(anyString, "").replace(noBracket, "")) {
    depth += bracket === "{" || bracket === "[" ? 1 : -1;
    if (depth >= fewBrackets) return false;
  }
  return true;
}

const anyString = /"(?:[^"\\]|\\.)*"/g;
const noBracket = /[^[\]{}]+/g;

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at >= 0 && found < fewBrackets; at = text.indexOf(character, at + 1)) found++;
  return found;
}

/** A whole float, or what there is no mark for: an exponent, a negative zero, many digits. Also where it is part of a string. */
const special = /(-?\d{1,20}\.0+)(?!\d)|\d[eE][+-]?\d|-0(?!\.0*[1-9])|\d{16}/g;
const startOfNumber = /[-\d]/;

function markFloats(text: string): string | undefined {
  const strings = new StringFinder(text);
  let marked = "";
  let taken = 0;
  special.lastIndex = 0;
  for (let match = special.exec(text); match; match = special.exec(text)) {
    const { index } = match;
    if (strings.contains(index)) continue;
    const float = match[1];
    // Behind a digit it is the end of a larger number that the expression did not see whole.
    if (float === undefined || float.startsWith("-0") || startOfNumber.test(text.charAt(index - 1))) return undefined;
    const after = text.charAt(index + float.length);
    if (after === "e" || after === "E") return undefined;
    marked += `${text.slice(taken, index)}[${markText},${float}]`;
    taken = index + float.length;
  }
  return taken === 0 ? text : marked + text.slice(taken);
}

/** Tells whether places of a text, asked for in order, lie in strings. No string goes over a line. */
class StringFinder {
  readonly #text: string;
  #at = 0;
  #isInside = false;

  constructor(text: string) {
    this.#text = text;
  }

  contains(place: number): boolean {
    const line = this.#text.lastIndexOf("\n", place) + 1;
    if (line > this.#at) {
      this.#at = line;
      this.#isInside = false;
    }
    for (; this.#at < place; this.#at++) {
      const character = this.#text.charCodeAt(this.#at);
      if (character === 34) this.#isInside = !this.#isInside;
      else if (character === 92 && this.#isInside) this.#at++;
    }
    return this.#isInside;
  }
}

type Container = Json[] | Record<string, Json>;

/** Marks back into floats, in place: nobody else has the parsed value. */
function withFloats(json: Json): Json {
  if (typeof json !== "object" || json === null) return json;
  if (Array.isArray(json) && json[0] === mark) return new FloatValue(json[1] as number);
  const container = json as Container;
  for (const key of Object.keys(container) as (keyof Container)[]) {
    const item = container[key] as Json;
    if (typeof item !== "object" || item === null) continue;
    const exact = withFloats(item);
    // Most are what they were. Defined, not assigned: a key may be `__proto__`.
    if (exact !== item) Object.defineProperty(container, key, { ...slot, value: exact });
  }
  return json;
}

const slot = { writable: true, enumerable: true, configurable: true };
