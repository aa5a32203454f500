/** Variables that hide one of a scope around them. */
import type { TextEdit } from "../../diagnostics/index.ts";
import type { BindingPattern, Block, Name } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { boundNames } from "../names.ts";
import { renaming } from "../renaming.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { childrenOf, isKind, type TreeNode } from "../tree.ts";

interface Scope {
  readonly names: Set<string>;
  readonly outer: Scope | undefined;
  /** What its names can be mentioned in. */
  readonly span: Span;
}

function isVisible(name: string, scope: Scope | undefined): boolean {
  for (let at = scope; at !== undefined; at = at.outer) if (at.names.has(name)) return true;
  return false;
}

/** Nodes that open a scope or bind names. All others are passed through, and they are nearly all. */
const binding: ReadonlySet<unknown> = new Set([
  "function",
  "tool",
  "closure",
  "pipeline",
  "override",
  "for",
  "binding",
] satisfies TreeNode["kind"][]);

/** Redeclaring in one and the same scope is found by the checker. */
class Walk {
  readonly found: Finding[] = [];
  readonly #file: LintFile;

  constructor(file: LintFile) {
    this.#file = file;
  }

  /** `from` is where the names begin to be meant: what stands before it means the outer ones. */
  declare(pattern: readonly Name[], scope: Scope, from: number, keys: readonly Name[] = []): void {
    for (const name of pattern) {
      const { text, span } = name;
      if (!text.startsWith("_") && !scope.names.has(text) && isVisible(text, scope.outer)) {
        const isKey = keys.some((key) => key.span.start === span.start);
        this.found.push({
          span,
          message: `variable \`${text}\` shadows a variable in an outer scope`,
          hint: "choose a different name",
          fix: isKey ? undefined : this.#renamed(name, { start: from, end: scope.span.end }),
        });
      }
      scope.names.add(text);
    }
  }

  #renamed(name: Name, within: Span): readonly TextEdit[] | undefined {
    return renaming(this.#file, name, `${name.text}_2`, within);
  }

  visit(node: object, scope: Scope): void {
    if ("kind" in node && binding.has(node.kind)) return this.bind(node, scope);
    const inner = "statements" in node ? { names: new Set<string>(), outer: scope, span: (node as Block).span } : scope;
    for (const child of childrenOf(node)) this.visit(child, inner);
  }

  bind(node: object, scope: Scope): void {
    if (isKind(node, "function", "tool", "closure"))
      return this.inside(
        node,
        node.params.map(({ name }) => name),
        scope,
      );
    if (isKind(node, "pipeline", "override")) return this.inside(node, node.params, scope);
    if (isKind(node, "for")) {
      this.visit(node.iterable, scope);
      return this.inside(node.body, boundNames(node.pattern), scope, keysOf(node.pattern));
    }
    if (isKind(node, "binding")) {
      this.visit(node.value, scope);
      this.declare(boundNames(node.pattern), scope, node.span.end, keysOf(node.pattern));
    }
  }

  /** A body whose parameters are of one scope with its own variables. */
  inside(node: TreeNode | Block, params: readonly Name[], outer: Scope, keys: readonly Name[] = []): void {
    const scope: Scope = { names: new Set(), outer, span: node.span };
    this.declare(params, scope, node.span.start, keys);
    const body = "body" in node ? (node.body as object) : node;
    for (const child of childrenOf(body)) this.visit(child, scope);
  }
}

/** The names of a pattern that are keys of a dict as well. */
function keysOf(pattern: BindingPattern): readonly Name[] {
  if (pattern.kind !== "dict-pattern") return [];
  return pattern.fields.filter(({ alias }) => alias === undefined).map(({ key }) => key);
}

function shadowing(file: LintFile): Iterable<Finding> {
  const { program } = file.module;
  const walk = new Walk(file);
  const scope: Scope = { names: new Set(), outer: undefined, span: program.span };
  for (const item of program.items) walk.visit(item, scope);
  return walk.found;
}

export const shadowingRule: Rule = warning("HARN-LNT-009", "shadow-variable", shadowing);
