/** Which names a program mentions. Names count over the whole file, not by scope: a rule would rather miss than be wrong. */
import type { BindingPattern, Name } from "../syntax/index.ts";
import type { Tree } from "./tree.ts";

export interface Names {
  /** Read as a value, assigned to, or called. */
  readonly used: ReadonlySet<string>;
  /** Assigned to, or to a part of. */
  readonly assigned: ReadonlySet<string>;
  /** Mentioned in a type, built, or reached through: `T.V`. */
  readonly types: ReadonlySet<string>;
  /** What a call by name can reach. */
  readonly callable: ReadonlySet<string>;
}

export function collectNames(tree: Tree): Names {
  const read = new Set<string>();
  for (const node of tree.of("name")) read.add(node.name);
  const used = new Set(read);
  for (const { callee } of tree.of("call")) used.add(callee.text);
  return { used, assigned: assignedNames(tree), types: typeNames(tree, read), callable: callableNames(tree) };
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

function typeNames(tree: Tree, read: ReadonlySet<string>): ReadonlySet<string> {
  const names = new Set(read);
  for (const { name } of tree.of("named-type")) for (const part of name.text.split(".")) names.add(part);
  for (const node of tree.of("struct")) if ("entries" in node) names.add(node.name.text);
  for (const { target } of tree.of("impl")) names.add(target.text);
  for (const { where } of tree.of("function")) for (const { bound } of where) names.add(bound.text);
  return names;
}

function callableNames(tree: Tree): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { name } of tree.of("function", "tool", "pipeline", "override", "skill", "eval-pack"))
    names.add(name.text);
  for (const { name } of tree.of("struct", "enum", "type", "interface")) names.add(name.text);
  for (const { params } of tree.of("function", "tool", "closure")) for (const { name } of params) names.add(name.text);
  for (const { params } of tree.of("pipeline", "override")) for (const { text } of params) names.add(text);
  for (const { pattern } of tree.of("binding", "for")) for (const { text } of boundNames(pattern)) names.add(text);
  for (const { handler } of tree.of("try")) if (handler?.name) names.add(handler.name.text);
  for (const { param } of tree.of("parallel")) if (param) names.add(param.text);
  for (const { cases } of tree.of("select")) for (const { name } of cases) names.add(name.text);
  for (const { names: imported } of tree.of("import")) for (const { text } of imported ?? []) names.add(text);
  for (const { patterns } of tree.arms)
    for (const pattern of patterns) if (pattern.kind === "name") names.add(pattern.name);
  return names;
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
