// JSON texts with the engine's own parser, which is several times as fast as ours but forgets what it read: `2.0` is 2 to it,
// and digits beyond 2^53 are lost. So numbers are looked at first, in one walk over the text that jumps over strings. Whole
// floats are marked; for anything else that the two parsers could see differently there is no answer, and the exact parser is asked.
import { FloatValue } from "../value/index.ts";
import type { Json } from "./json.ts";

/** Nothing in a text without escapes of this form can be read as this. */
const mark = "\u0001float";
const markText = JSON.stringify(mark);

/** Fewer levels than the exact parser allows. */
const fewLevels = 100;

/** `undefined` when the exact parser must be asked. */
export function parseNatively(text: string): Json | undefined {
  if (text.includes("\\u")) return undefined;
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

const quote = 34;
const minus = 45;
const backslash = 92;

/** The text with its whole floats marked. Whether it is JSON is not looked at. */
function markFloats(text: string): string | undefined {
  let marked = "";
  let taken = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at + 1);
      if (at < 0) return undefined;
    } else if (code === 123 || code === 91) {
      if (++depth >= fewLevels) return undefined;
    } else if (code === 125 || code === 93) {
      depth--;
    } else if (code === minus || isDigit(code)) {
      const end = endOfNumber(text, at + 1);
      const kind = numberKind(text, at, end);
      if (kind === "unclear") return undefined;
      if (kind === "whole float") {
        marked += `${text.slice(taken, at)}[${markText},${text.slice(at, end)}]`;
        taken = end;
      }
      at = end - 1;
    }
  }
  return taken === 0 ? text : marked + text.slice(taken);
}

/** Where the quote stands that ends a string; -1 when none does. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start);
  while (end > 0 && text.charCodeAt(end - 1) === backslash && isEscaped(text, start, end))
    end = text.indexOf('"', end + 1);
  return end;
}

function isEscaped(text: string, start: number, quoteAt: number): boolean {
  let first = quoteAt;
  while (first > start && text.charCodeAt(first - 1) === backslash) first--;
  return (quoteAt - first) % 2 === 1;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function endOfNumber(text: string, start: number): number {
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    // Digits, `+`, `-`, `.`, `E`, `e`.
    if (!isDigit(code) && code !== 43 && code !== minus && code !== 46 && code !== 69 && code !== 101) break;
  }
  return end;
}

/** Integers of more digits may lie beyond 2^53. */
const fewDigits = 15;

function numberKind(text: string, start: number, end: number): "as it is" | "whole float" | "unclear" {
  if (end - start === 1) return "as it is";
  let isInteger = true;
  for (let at = start + 1; at < end && isInteger; at++) isInteger = isDigit(text.charCodeAt(at));
  if (!isInteger) {
    const value = Number(text.slice(start, end));
    if (!Number.isFinite(value)) return "unclear";
    return Number.isInteger(value) ? "whole float" : "as it is";
  }
  const isNegativeZero = text.charCodeAt(start) === minus && text.charCodeAt(start + 1) === 48;
  return isNegativeZero || end - start > fewDigits ? "unclear" : "as it is";
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
