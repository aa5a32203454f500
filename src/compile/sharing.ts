import type { Expression } from "../syntax/index.ts";

/**
 * Whether a value of this expression may be reachable by another path once it is bound, passed or stored, so that it has
 * to be marked shared (value/collection.ts, C1). What was made by the expression itself is the binder's own.
 */
export function mayAlias(expression: Expression): boolean {
  switch (expression.kind) {
    case "nil":
    case "bool":
    case "int":
    case "float":
    case "duration":
    case "string":
    case "interpolation":
    case "list":
    case "dict":
    case "struct":
    case "unary":
    case "binary":
    case "range":
    case "closure":
    case "slice":
    case "spawn":
      return false;
    default:
      return true;
  }
}

/**
 * The expressions that evaluating this one evaluates in the same function, in order. `undefined` where statements or
 * branches stand between, which a caller has to take for anything.
 */
function operandsOf(expression: Expression): readonly Expression[] | undefined {
  switch (expression.kind) {
    case "nil":
    case "bool":
    case "int":
    case "float":
    case "duration":
    case "string":
    case "name":
    case "closure":
    case "spawn":
    case "parallel":
      return [];
    case "interpolation":
      return expression.parts.flatMap((part) => (part.kind === "hole" ? [part.expression] : []));
    case "list":
      return expression.items.map((item) => (item.kind === "spread" ? item.value : item));
    case "dict":
    case "struct":
      return expression.entries.map((entry) => entry.value);
    case "unary":
    case "unwrap":
    case "try-star":
      return [expression.operand];
    case "binary":
    case "logical":
    case "pipe":
      return [expression.left, expression.right];
    case "range":
      return [expression.start, expression.end];
    case "ternary":
      return [expression.condition, expression.then, expression.otherwise];
    case "call":
      return argumentsOf(expression);
    case "method-call":
      return [expression.object, ...argumentsOf(expression)];
    case "property":
      return [expression.object];
    case "index":
      return [expression.object, expression.index];
    case "slice":
      return [expression.object, expression.start, expression.end].filter((part) => part !== undefined);
    default:
      return undefined;
  }
}

type CallExpression = Extract<Expression, { kind: "call" | "method-call" }>;

function argumentsOf({ arguments: list }: CallExpression): Expression[] {
  return list.map((argument) => (argument.kind === "spread" ? argument.value : argument));
}

/**
 * Whether evaluating it can run statements of the same function, which may assign to a variable that an operand before
 * it has already named.
 */
export function mayAssign(expression: Expression): boolean {
  return operandsOf(expression)?.some(mayAssign) ?? true;
}

/** Whether the name `_` stands in it for the piped value: outside closures and inner pipes, which have a `_` of their own. */
export function hasPlaceholder(expression: Expression): boolean {
  if (expression.kind === "name") return expression.name === "_";
  // A text's holes are not looked into: the reference does not either.
  if (expression.kind === "pipe" || expression.kind === "interpolation") return false;
  return operandsOf(expression)?.some(hasPlaceholder) ?? false;
}
