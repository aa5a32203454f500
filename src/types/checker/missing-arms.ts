import { indentBefore, type TextEdit } from "../../diagnostics/index.ts";
import type { MatchExpression } from "../../syntax/index.ts";
import type { Checker } from "./context.ts";

/** Arms behind the last one, each of which throws: what to do instead is for a person to say. */
export function missingArms(
  c: Checker,
  { arms }: MatchExpression,
  patterns: readonly string[] | undefined,
): readonly TextEdit[] | undefined {
  const last = arms.at(-1);
  // A text with escapes would have to be written as the language writes it.
  if (last === undefined || patterns === undefined || patterns.some((pattern) => /[\\\n\r\t$]/.test(pattern)))
    return undefined;
  const indent = indentBefore(c.source.text, last.span.start);
  const separator = indent === undefined ? " " : `\n${indent}`;
  const text = patterns.map((pattern) => `${separator}${pattern} -> { throw ${thrown(pattern)} }`).join("");
  return [{ span: { start: last.span.end, end: last.span.end }, text }];
}

function thrown(pattern: string): string {
  return pattern === "_" ? '"unhandled"' : `"unhandled: ${pattern.replace(/[("].*$/, "") || pattern.slice(1, -1)}"`;
}
