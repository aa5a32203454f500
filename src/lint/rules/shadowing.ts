/** Variables that hide one of a scope around them. */
import type { Name } from "../../syntax/index.ts";
import { boundNames } from "../names.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { childrenOf, isKind, type TreeNode } from "../tree.ts";

interface Scope {
  readonly names: Set<string>;
  readonly outer: Scope | undefined;
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

  declare(names: readonly Name[], scope: Scope): void {
    for (const { text, span } of names) {
      if (!text.startsWith("_") && !scope.names.has(text) && isVisible(text, scope.outer))
        this.found.push({
          span,
          message: `variable \`${text}\` shadows a variable in an outer scope`,
          hint: "choose a different name",
        });
      scope.names.add(text);
    }
  }

  visit(node: object, scope: Scope): void {
    if ("kind" in node && binding.has(node.kind)) return this.bind(node, scope);
    const inner = "statements" in node ? { names: new Set<string>(), outer: scope } : scope;
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
      return this.inside(node.body, boundNames(node.pattern), scope);
    }
    if (isKind(node, "binding")) {
      this.visit(node.value, scope);
      this.declare(boundNames(node.pattern), scope);
    }
  }

  /** A body whose parameters are of one scope with its own variables. */
  inside(node: object, params: readonly Name[], outer: Scope): void {
    const scope: Scope = { names: new Set(), outer };
    this.declare(params, scope);
    const body = "body" in node ? (node.body as object) : node;
    for (const child of childrenOf(body)) this.visit(child, scope);
  }
}

function shadowing({ module }: LintFile): Iterable<Finding> {
  const walk = new Walk();
  const scope: Scope = { names: new Set(), outer: undefined };
  for (const item of module.program.items) walk.visit(item, scope);
  return walk.found;
}

export const shadowingRule: Rule = warning("HARN-LNT-009", "shadow-variable", shadowing);
