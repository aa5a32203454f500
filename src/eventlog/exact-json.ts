// JSON texts with the engine's own parser, which is several times as fast as ours but forgets what it read: `2.0` is 2 to it,
// and digits beyond 2^53 are lost. So the text is looked through first, hopping over its strings. Whole floats are marked; for
// anything else that the two parsers could see differently there is no answer, and the exact parser is asked.
import { FloatValue } from "../value/index.ts";
import type { Json } from "./json.ts";

/** Nothing in a text without escapes of this form can be read as this. */
const mark = "\u0001float";
const markText = JSON.stringify(mark);
/** Deeper texts are the exact parser's to refuse. */
const deepest = 100;

const code = {
  quote: 34,
  minus: 45,
  point: 46,
  zero: 48,
  nine: 57,
  openList: 91,
  closeList: 93,
  openDict: 123,
  closeDict: 125,
};

/** `undefined` when the exact parser must be asked. */
export function parseNatively(text: string): Json | undefined {
  if (text.includes("\\u")) return undefined;
  const marked = markFloats(text);
  if (marked === undefined) return undefined;
  try {
    const parsed = JSON.parse(marked.text) as Json;
    return marked.hasFloats ? withFloats(parsed) : parsed;
  } catch {
    // A mistake in the text: the exact parser says which.
    return undefined;
  }
}

interface Marked {
  readonly text: string;
  readonly hasFloats: boolean;
}

function markFloats(text: string): Marked | undefined {
  let marked = "";
  let taken = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (character === code.quote) {
      at = endOfString(text, at);
      if (at < 0) return undefined;
    } else if (character === code.openList || character === code.openDict) {
      if (++depth > deepest) return undefined;
    } else if (character === code.closeList || character === code.closeDict) {
      depth--;
    } else if (isDigit(character) || character === code.minus) {
      const number = numberAt(text, at);
      if (number === undefined) return undefined;
      if (number.isWholeFloat) {
        marked += `${text.slice(taken, at)}[${markText},${text.slice(at, number.end)}]`;
        taken = number.end;
      }
      at = number.end - 1;
    }
  }
  return { text: taken === 0 ? text : marked + text.slice(taken), hasFloats: taken > 0 };
}

/** Where the quote stands that closes the string; -1 when none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = 0;
    while (text.charCodeAt(end - 1 - slashes) === 92) slashes++;
    if (slashes % 2 === 0) return end;
  }
  return -1;
}

/** `undefined` for what is no plain number of at most 15 digits before its point: exponents, -0, large ones. */
function numberAt(text: string, start: number): { readonly end: number; readonly isWholeFloat: boolean } | undefined {
  const first = text.charCodeAt(start) === code.minus ? start + 1 : start;
  let end = endOfDigits(text, first);
  if (end === first || end - first > 15) return undefined;
  if (first > start && text.charCodeAt(first) === code.zero) return undefined;
  const hasPoint = text.charCodeAt(end) === code.point;
  let isWholeFloat = hasPoint;
  if (hasPoint) {
    const fraction = end + 1;
    end = endOfDigits(text, fraction);
    for (let at = fraction; at < end && isWholeFloat; at++) isWholeFloat = text.charCodeAt(at) === code.zero;
  }
  return (text.charCodeAt(end) | 32) === 101 ? undefined : { end, isWholeFloat };
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

function isDigit(character: number): boolean {
  return character >= code.zero && character <= code.nine;
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
