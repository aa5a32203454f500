/** What tools need to know of a template without rendering it. */
import { parseTemplate } from "./parse.ts";
import { type Expression, type Node, type Place, TemplateError } from "./syntax.ts";

/** The condition of one `if` or `elif`. */
export interface TemplateCondition {
  /** Of the `{{ if }}`. */
  readonly place: Place;
  /** The paths it reads, dotted: `llm.capabilities.tools`. */
  readonly reads: readonly string[];
  /** Those of them that are compared with a text. */
  readonly compares: readonly string[];
}

export type TemplateOutline =
  | { readonly kind: "unparsed"; readonly place: Place; readonly message: string }
  | { readonly kind: "parsed"; readonly conditions: readonly TemplateCondition[] };

export function outlineTemplate(source: string): TemplateOutline {
  try {
    return { kind: "parsed", conditions: conditionsIn(parseTemplate(source)) };
  } catch (error) {
    if (error instanceof TemplateError) return { kind: "unparsed", place: error.place, message: error.message };
    throw error;
  }
}

/** `at 1:7: …`, or undefined where the template parses. */
export function templateProblem(source: string): string | undefined {
  const outline = outlineTemplate(source);
  if (outline.kind === "parsed") return undefined;
  return `at ${outline.place.line}:${outline.place.column}: ${outline.message}`;
}

/** Whatever holds nodes is looked through, of whichever kind it is. */
function conditionsIn(nodes: readonly Node[]): TemplateCondition[] {
  return nodes.flatMap((node) => {
    const own = node.kind === "if" ? node.branches.map(({ condition }) => conditionOf(condition, node.place)) : [];
    const inner = node.kind === "if" ? node.branches.flatMap(({ body }) => conditionsIn(body)) : [];
    const others = Object.values(node).flatMap((value) => (isNodes(value) ? conditionsIn(value) : []));
    return [...own, ...inner, ...others];
  });
}

function isNodes(value: unknown): value is readonly Node[] {
  return Array.isArray(value) && value.length > 0 && typeof value[0] === "object" && "place" in value[0];
}

function conditionOf(condition: Expression, place: Place): TemplateCondition {
  const reads: string[] = [];
  const compares: string[] = [];
  visit(condition);
  return { place, reads, compares };

  function visit(expression: Expression): void {
    switch (expression.kind) {
      case "literal":
        return;
      case "path":
        reads.push([expression.name, ...expression.steps].join("."));
        return;
      case "not":
        visit(expression.operand);
        return;
      case "filter":
        for (const part of [expression.input, ...expression.args]) visit(part);
        return;
      case "binary": {
        const { left, right } = expression;
        for (const [path, other] of [
          [left, right],
          [right, left],
        ] as const)
          if (path.kind === "path" && isText(other)) compares.push([path.name, ...path.steps].join("."));
        visit(left);
        visit(right);
      }
    }
  }
}

function isText(expression: Expression): boolean {
  return expression.kind === "literal" && typeof expression.value === "string";
}
