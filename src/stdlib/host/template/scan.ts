import { LineMap } from "../../../text/index.ts";
import { type Place, TemplateError } from "./syntax.ts";

export type Token =
  | { readonly kind: "text"; readonly text: string; readonly place: Place }
  | { readonly kind: "directive"; readonly body: string; readonly place: Place };

/**
 * Cuts a template into text and directives. Comments vanish, raw blocks become text, and trim markers take the blanks and
 * one line break next to them out of the text beside them.
 */
export function scanTemplate(source: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  let trimsNext = false;
  const lines = new LineMap(source);
  const addText = (text: string, from: number): void => {
    const kept = trimsNext ? text.replace(/^[ \t]*(?:\r?\n)?/, "") : text;
    trimsNext = false;
    if (kept !== "") tokens.push({ kind: "text", text: kept, place: lines.positionAt(from) });
  };
  while (at < source.length) {
    const open = source.indexOf("{{", at);
    if (open < 0) {
      addText(source.slice(at), at);
      break;
    }
    const trimsBefore = source.startsWith("{{-", open);
    const text = source.slice(at, open);
    addText(trimsBefore ? trimEnd(text) : text, at);
    const place = lines.positionAt(open);
    if (source.startsWith("{{#", open)) {
      const end = source.indexOf("#}}", open);
      if (end < 0) throw new TemplateError(place, "unterminated comment");
      at = end + 3;
      continue;
    }
    const end = endOfDirective(source, open + 2);
    if (end === undefined) throw new TemplateError(place, "unterminated directive");
    trimsNext = source.charAt(end - 1) === "-" && end - 1 >= open + 3;
    const body = source.slice(open + (trimsBefore ? 3 : 2), trimsNext ? end - 1 : end).trim();
    at = end + 2;
    if (body === "raw") at = addRaw(source, at, place, addText, (trims) => (trimsNext = trims));
    else tokens.push({ kind: "directive", body, place });
  }
  return tokens;
}

/** Everything up to the next `{{ endraw }}`, as it is. */
function addRaw(
  source: string,
  start: number,
  place: Place,
  addText: (text: string, from: number) => void,
  setTrim: (trims: boolean) => void,
): number {
  const rest = source.slice(start);
  const close = /\{\{(-?)\s*endraw\s*(-?)\}\}/.exec(rest);
  if (close === null) throw new TemplateError(place, "unterminated `{{ raw }}` block");
  const text = rest.slice(0, close.index);
  addText(close[1] === "-" ? trimEnd(text) : text, start);
  setTrim(close[2] === "-");
  return start + close.index + close[0].length;
}

/** Without the blanks at the end and one line break before them. By hand: a pattern tries again from every blank. */
function trimEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === " " || text[end - 1] === "\t") end--;
  if (text[end - 1] === "\n") end -= text[end - 2] === "\r" ? 2 : 1;
  return text.slice(0, end);
}

/** Where the `}}` of a directive stands; quotes hide braces. */
function endOfDirective(source: string, start: number): number | undefined {
  let quote: string | undefined;
  for (let at = start; at < source.length; at++) {
    const character = source.charAt(at);
    if (quote !== undefined) {
      if (character === "\\") at++;
      else if (character === quote) quote = undefined;
    } else if (character === '"' || character === "'") quote = character;
    else if (source.startsWith("}}", at) && !source.startsWith("}}}", at)) return at;
  }
  // A quote that is never closed is text, such as an apostrophe.
  const plain = source.indexOf("}}", start);
  return plain < 0 ? undefined : plain;
}
