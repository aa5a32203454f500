import { trim } from "../white-space.ts";

/** Finds the JSON in what a model wrote around it: a fenced block, else the first balanced object or list, else all. */
export function jsonIn(text: string): string {
  const trimmed = trim(text);
  return fenced(trimmed) ?? balanced(trimmed, "{", "}") ?? balanced(trimmed, "[", "]") ?? trimmed;
}

/** The inside of the first fence that is closed; its first line names a language. */
function fenced(text: string): string | undefined {
  const open = text.indexOf("```");
  if (open < 0) return undefined;
  const lineEnd = text.indexOf("\n", open + 3);
  const start = lineEnd < 0 ? open + 3 : lineEnd + 1;
  const close = text.indexOf("```", start);
  return close < 0 ? undefined : trim(text.slice(start, close));
}

/** From the first `open` to the `close` that matches it, not counting those in strings. */
function balanced(text: string, open: string, close: string): string | undefined {
  const start = text.indexOf(open);
  if (start < 0) return undefined;
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at++) {
    const character = text.charAt(at);
    if (isInString && character === "\\") at++;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === open) depth++;
    else if (character === close && --depth === 0) return text.slice(start, at + 1);
  }
  return undefined;
}
