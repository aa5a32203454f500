/**
 * Which names a program mentions. Names count over the whole file, not by scope: a rule would rather miss than be wrong. Mentions behind a
 * `return` and its like, where nothing runs, do not make a name used.
 */
import type { BindingPattern, Expression, Name } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { deadStatements, spanOf } from "./endings.ts";
import type { Tree } from "./tree.ts";

export interface Names {
  /** Read as a value, assigned to, or called. */
  readonly used: ReadonlySet<string>;
  /** Whatever stands anywhere, in code that never runs too: it has to go on meaning something. */
  readonly mentioned: ReadonlySet<string>;
  /** Assigned to, or to a part of. */
  readonly assigned: ReadonlySet<string>;
  /** Mentioned in a type, built, or reached through: `T.V`. */
  readonly types: ReadonlySet<string>;
  readonly declared: readonly Name[];
  /** The texts of those: what a call by name can reach. */
  readonly callable: ReadonlySet<string>;
}

export function collectNames(tree: Tree): Names {
  const dead = tree.blocks.flatMap((block) => spanOf(deadStatements(block)) ?? []);
  const everywhere = mentions(tree, () => true);
  const declared = declaredNames(tree);
  const live = dead.length === 0 ? everywhere : mentions(tree, (span) => !dead.some((range) => isWithin(span, range)));
  return {
    used: live.values,
    mentioned: new Set([...everywhere.values, ...everywhere.types]),
    assigned: assignedNames(tree),
    types: live.types,
    declared,
    callable: new Set(declared.map(({ text }) => text)),
  };
}

function isWithin({ start, end }: Span, range: Span): boolean {
  return range.start <= start && end <= range.end;
}

interface Mentions {
  readonly values: ReadonlySet<string>;
  readonly types: ReadonlySet<string>;
}

/** The names at places that count. */
function mentions(tree: Tree, counts: (span: Span) => boolean): Mentions {
  const read = new Set<string>();
  for (const { name, span } of tree.of("name")) if (counts(span)) read.add(name);
  const values = new Set(read);
  for (const { callee } of tree.of("call")) if (counts(callee.span)) values.add(callee.text);
  return { values, types: typeNames(tree, read, counts) };
}

function assignedNames(tree: Tree): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { target } of tree.of("assign")) {
    let root = target;
    while (root.kind === "property" || root.kind === "index" || root.kind === "slice") root = root.object;
    if (root.kind === "name") names.add(root.name);
  }
  return names;
}

function typeNames(tree: Tree, read: ReadonlySet<string>, counts: (span: Span) => boolean): ReadonlySet<string> {
  const names = new Set(read);
  const add = ({ text, span }: Name): void => {
    if (counts(span)) names.add(text);
  };
  for (const { name } of tree.of("named-type"))
    if (counts(name.span)) for (const part of name.text.split(".")) names.add(part);
  for (const node of tree.of("struct")) if ("entries" in node) add(node.name);
  for (const { target } of tree.of("impl")) add(target);
  for (const { where } of tree.of("function")) for (const { bound } of where) add(bound);
  return names;
}

/** Every name that something is given, in no order. A variant or a field is reached through its owner and is none. */
function declaredNames(tree: Tree): readonly Name[] {
  const isNamed = (name: Name | undefined): name is Name => name !== undefined;
  return [
    ...tree.of("function", "tool", "pipeline", "override", "skill", "eval-pack").map(({ name }) => name),
    ...tree.of("struct", "enum", "type", "interface").map(({ name }) => name),
    ...tree.of("function", "tool", "closure").flatMap(({ params }) => params.map(({ name }) => name)),
    ...tree.of("pipeline", "override").flatMap(({ params }) => params),
    ...tree.of("binding", "for").flatMap(({ pattern }) => boundNames(pattern)),
    ...tree
      .of("try")
      .map(({ handler }) => handler?.name)
      .filter(isNamed),
    ...tree
      .of("parallel")
      .map(({ param }) => param)
      .filter(isNamed),
    ...tree.of("select").flatMap(({ cases }) => cases.map(({ name }) => name)),
    ...tree.of("import").flatMap(({ names }) => names ?? []),
    ...tree.arms.flatMap(({ patterns }) => patterns.flatMap(patternNames)),
  ];
}

/** What a match pattern binds, not in its parts: those are looked at as names like any other. */
function patternNames(pattern: Expression): readonly Name[] {
  return pattern.kind === "name" ? [{ text: pattern.name, span: pattern.span }] : [];
}

/** The names that a pattern binds, `_` and the rest among them. */
export function boundNames(pattern: BindingPattern): readonly Name[] {
  switch (pattern.kind) {
    case "name-pattern":
      return [pattern.name];
    case "pair-pattern":
      return [pattern.first, pattern.second];
    case "list-pattern":
      return [...pattern.elements.map(({ name }) => name), ...(pattern.rest ? [pattern.rest] : [])];
    case "dict-pattern":
      return [...pattern.fields.map(({ key, alias }) => alias ?? key), ...(pattern.rest ? [pattern.rest] : [])];
  }
}
