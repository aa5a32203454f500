// JSON texts with the engine's own parser, which is several times as fast as ours but forgets what it read: `2.0` is 2 to it,
// and digits beyond 2^53 are lost. So floats that are whole are looked for in the text, by what they all have, `.0` or an exponent,
// and marked; integers that are too long show in what was parsed. For anything that the two parsers could see differently there is
// no answer, and the exact parser is asked.
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
    return exact(JSON.parse(marked) as Json, fewLevels);
  } catch {
    // A mistake in the text: the exact parser says which.
    return undefined;
  }
}

const quote = 34;
const colon = 58;
const backslash = 92;

interface Token {
  readonly start: number;
  readonly end: number;
}

/** The text with its whole floats marked. Whether it is JSON is not looked at. */
function markFloats(text: string): string | undefined {
  let marked = "";
  let taken = 0;
  // No string reaches beyond this place.
  let outside = 0;
  for (const { end, start } of suspectsIn(text)) {
    if (start < taken) continue;
    outside = isMember(text, start) ? start : leaveStrings(text, outside, start);
    if (outside > start) continue;
    const value = Number(text.slice(start, end));
    if (!Number.isFinite(value)) return undefined;
    if (!Number.isInteger(value)) continue;
    marked += `${text.slice(taken, start)}[${markText},${text.slice(start, end)}]`;
    taken = end;
  }
  return taken === 0 ? text : marked + text.slice(taken);
}

const exponent = /\d[eE][-+\d]/g;

/** What may be floats that are whole, in order, of what is in strings as well. */
function suspectsIn(text: string): readonly Token[] {
  const found: Token[] = [];
  for (let at = text.indexOf(".0"); at >= 0; at = text.indexOf(".0", at + 2)) addToken(found, text, at);
  const points = found.length;
  for (let at = nextExponent(text, 0); at >= 0; at = nextExponent(text, at + 1)) addToken(found, text, at);
  return points > 0 && found.length > points ? found.sort((left, right) => left.start - right.start) : found;
}

function nextExponent(text: string, from: number): number {
  exponent.lastIndex = from;
  return exponent.test(text) ? exponent.lastIndex - 2 : -1;
}

/** The token around a place, if it stands where a number may. */
function addToken(found: Token[], text: string, at: number): void {
  let start = at;
  while (start > 0 && isOfNumber(text.charCodeAt(start - 1))) start--;
  let end = at + 1;
  while (end < text.length && isOfNumber(text.charCodeAt(end))) end++;
  if (mayBorder(text.charCodeAt(start - 1)) && mayBorder(text.charCodeAt(end))) found.push({ start, end });
}

/** Digits, `+`, `-`, `.`, `E`, `e`. */
function isOfNumber(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46 || code === 69 || code === 101;
}

/** White space, `,`, `:`, brackets, or an end of the text. */
function mayBorder(code: number): boolean {
  return code <= 32 || code === 44 || code === 58 || code === 91 || code === 93 || code === 125 || Number.isNaN(code);
}

/** Whether what stands here is the value of a key: a quote behind a letter or digit ends a string, as none begins there. */
function isMember(text: string, start: number): boolean {
  let at = beforeSpace(text, start);
  if (text.charCodeAt(at) !== colon) return false;
  at = beforeSpace(text, at);
  return text.charCodeAt(at) === quote && isOfWord(text.charCodeAt(at - 1));
}

function beforeSpace(text: string, from: number): number {
  let at = from - 1;
  while (text.charCodeAt(at) <= 32) at--;
  return at;
}

function isOfWord(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

/** From a place outside of strings on, the first such place that is not before `wanted`, or the one that it is itself. */
function leaveStrings(text: string, from: number, wanted: number): number {
  let outside = from;
  while (outside <= wanted) {
    const opening = text.indexOf('"', outside);
    if (opening < 0 || opening > wanted) return wanted;
    const closing = endOfString(text, opening + 1);
    if (closing < 0) return text.length;
    outside = closing + 1;
  }
  return outside;
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

/** Marks back into floats, in place: nobody else has the parsed value. `undefined` where something is not as the text has it. */
function exact(json: Json, levels: number): Json | undefined {
  if (typeof json === "number") return isAsWritten(json) ? json : undefined;
  if (typeof json !== "object" || json === null) return json;
  if (levels === 0) return undefined;
  if (!Array.isArray(json)) return exactMembers(json as Record<string, Json>, levels - 1);
  return json[0] === mark ? new FloatValue(json[1] as number) : exactItems(json, levels - 1);
}

// Both pass over what is no object themselves: a call for each value would take longer than all the rest.

function exactItems(items: Json[], levels: number): Json | undefined {
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as Json;
    if (typeof item === "number" ? isAsWritten(item) : typeof item !== "object" || item === null) continue;
    const own = exact(item, levels);
    if (own === undefined) return undefined;
    if (own !== item) items[at] = own;
  }
  return items;
}

function exactMembers(members: Record<string, Json>, levels: number): Json | undefined {
  for (const key in members) {
    const item = members[key] as Json;
    if (typeof item === "number" ? isAsWritten(item) : typeof item !== "object" || item === null) continue;
    const own = exact(item, levels);
    if (own === undefined) return undefined;
    if (own === item) continue;
    // Assigned, this one key would not become a member.
    if (key === "__proto__") Object.defineProperty(members, key, { ...slot, value: own });
    else members[key] = own;
  }
  return members;
}

/** Longer integers have lost digits, and a zero its sign. */
function isAsWritten(value: number): boolean {
  return Number.isSafeInteger(value) ? !Object.is(value, -0) : !Number.isInteger(value);
}

const slot = { writable: true, enumerable: true, configurable: true };
