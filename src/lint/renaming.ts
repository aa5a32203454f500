import type { TextEdit } from "../diagnostics/index.ts";
import type { Name } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import type { LintFile } from "./rule.ts";

/**
 * The edits that give a declared name another text within a stretch of the file: the declaration and every mention. Nothing where the
 * name is bound there a second time, since it would take scopes to tell the mentions apart, or where the other text means something.
 */
export function renaming(file: LintFile, name: Name, text: string, within: Span): readonly TextEdit[] | undefined {
  const { names, catalog } = file;
  if (names.callable.has(text) || names.mentioned.has(text) || catalog.builtins.has(text)) return undefined;
  const isInside = ({ start, end }: Span): boolean => within.start <= start && end <= within.end;
  const others = names.declared.filter(
    (each) => each.text === name.text && each.span.start !== name.span.start && isInside(each.span),
  );
  if (others.length > 0) return undefined;
  const places = mentionsOf(file, name.text).filter(isInside);
  const starts = new Set([name.span.start, ...places.map(({ start }) => start)]);
  return [...starts].sort((a, b) => a - b).map((start) => ({ span: { start, end: start + name.text.length }, text }));
}

/** Where a name is read, called, assigned to, or stands in a type. */
function mentionsOf({ tree }: LintFile, text: string): readonly Span[] {
  const named: readonly Name[] = [
    ...tree.of("call").map(({ callee }) => callee),
    ...tree.of("named-type").map(({ name }) => name),
    ...tree.of("struct").map(({ name }) => name),
    ...tree.of("impl").map(({ target }) => target),
    ...tree.of("function").flatMap(({ where }) => where.map(({ bound }) => bound)),
  ];
  return [...tree.of("name").filter(({ name }) => name === text), ...named.filter((name) => name.text === text)].map(
    ({ span }) => span,
  );
}
