import { UsageError } from "../arguments/usage-error.ts";

/** `text`, `a|b`, a glob with `*` and `?`, or `re:REGEX`, somewhere in the name. */
export function nameFilter(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true;
  if (pattern.startsWith("re:")) return byExpression(pattern.slice("re:".length));
  if (pattern.includes("|")) {
    const parts = pattern.split("|").map((part) => part.trim());
    return (name) => parts.some((part) => name.includes(part));
  }
  if (/[*?]/.test(pattern)) {
    const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
    return byExpression(escaped.replaceAll("*", ".*").replaceAll("?", "."));
  }
  return (name) => name.includes(pattern);
}

function byExpression(source: string): (name: string) => boolean {
  let expression: RegExp;
  try {
    expression = new RegExp(source, "u");
  } catch (error) {
    throw new UsageError(`invalid regular expression in --filter: ${error instanceof Error ? error.message : source}`);
  }
  return (name) => expression.test(name);
}
