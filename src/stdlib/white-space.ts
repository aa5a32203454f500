/**
 * White space as Unicode has it. JavaScript's `trim` and `\s` differ in two characters: they take the byte order mark,
 * and leave the next-line control.
 */
const blank = "\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const leading = new RegExp(`^[${blank}]+`, "u");
const one = new RegExp(`^[${blank}]$`, "u");

export function isWhiteSpace(character: string): boolean {
  return one.test(character);
}

export function trimStart(text: string): string {
  return text.replace(leading, "");
}

/** Walks back by hand: a pattern that is anchored at the end alone would start at every blank. */
export function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isWhiteSpace(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

export function trim(text: string): string {
  return trimEnd(trimStart(text));
}
