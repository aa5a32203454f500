import { runtimeError } from "./raise.ts";

/**
 * Strings by Unicode scalar. A JavaScript string counts UTF-16 units, which are scalars as long as there are no
 * surrogates; most strings have none, and then every function here is the native one.
 */

/** The longest text the machine holds, a little below what JavaScript engines allow. */
export const maxTextLength = 0x1fff_ffe0;

const surrogate = /[\ud800-\udfff]/;

/** The last string without surrogates that was asked about. Only speed depends on it: the answers are functions of the string. */
export const plainText: { last: string } = { last: "" };
/** The last long string with surrogates. */
let lastOther = "";
/** The last string with surrogates that was indexed, and its scalars. */
let lastSplit = "";
let lastScalars: readonly string[] = [];

/** Whether units and scalars are the same: there are no surrogates. */
export function isPlain(text: string): boolean {
  if (text.length < 16) {
    for (let index = 0; index < text.length; index++) if ((text.charCodeAt(index) & 0xf800) === 0xd800) return false;
    return true;
  }
  // To find that a text of the same length is another one can cost as much as looking at a short one.
  if (text.length > 128) {
    if (text === plainText.last) return true;
    if (text === lastOther) return false;
  }
  if (surrogate.test(text)) {
    lastOther = text;
    return false;
  }
  plainText.last = text;
  return true;
}

/** Every scalar as a string of its own. */
export function scalars(text: string): readonly string[] {
  if (isPlain(text)) return text.split("");
  if (text !== lastSplit) {
    lastSplit = text;
    lastScalars = Array.from(text);
  }
  return lastScalars;
}

export function scalarLength(text: string): number {
  return isPlain(text) ? text.length : scalars(text).length;
}

/** The scalar at `index`, or `undefined` outside `0 <= index < length`. */
export function scalarAt(text: string, index: number): string | undefined {
  if (!isPlain(text)) return scalars(text)[index];
  return index >= 0 && index < text.length ? text.charAt(index) : undefined;
}

/** The scalars in `start <= index < end`; the bounds are taken as they are (no negatives), and clamped. */
export function scalarSlice(text: string, start: number, end: number): string {
  const from = Math.max(0, start);
  if (end <= from) return "";
  return isPlain(text) ? text.slice(from, end) : scalars(text).slice(from, end).join("");
}

/** Where `wanted` first stands, counted in scalars, or -1. */
export function scalarIndexOf(text: string, wanted: string): number {
  return toScalarIndex(text, text.indexOf(wanted));
}

export function scalarLastIndexOf(text: string, wanted: string): number {
  return toScalarIndex(text, text.lastIndexOf(wanted));
}

/** The scalar offset of a unit offset that lies between scalars. Negative offsets stay. */
export function toScalarIndex(text: string, unit: number): number {
  return unit <= 0 || isPlain(text) ? unit : scalarLength(text.slice(0, unit));
}

export function reverseText(text: string): string {
  return [...scalars(text)].reverse().join("");
}

/** The text `count` times; none for a negative count. */
export function repeatText(text: string, count: number): string {
  if (count <= 0 || text === "") return "";
  checkTextLength(text.length * count);
  return text.repeat(count);
}

/** Raises a plain error where the engine would break off: `length` is of a text that is about to be made. */
export function checkTextLength(length: number): void {
  if (length > maxTextLength)
    throw runtimeError(`string of ${length} characters exceeds the limit of ${maxTextLength}`);
}
