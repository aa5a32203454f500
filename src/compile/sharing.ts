import type { Block, Expression } from "../syntax/index.ts";

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
 * Whether evaluating it can run statements of the same function, which may assign to a variable that an operand before
 * it has already named.
 */
export function mayAssign(expression: Expression): boolean {
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
      return false;
    case "interpolation":
      return expression.parts.some((part) => part.kind === "hole" && mayAssign(part.expression));
    case "list":
      return expression.items.some((item) => mayAssign(item.kind === "spread" ? item.value : item));
    case "dict":
    case "struct":
      return expression.entries.some((entry) => mayAssign(entry.value));
    case "unary":
    case "unwrap":
    case "try-star":
      return mayAssign(expression.operand);
    case "binary":
    case "logical":
    case "pipe":
      return mayAssign(expression.left) || mayAssign(expression.right);
    case "range":
      return mayAssign(expression.start) || mayAssign(expression.end);
    case "ternary":
      return mayAssign(expression.condition) || mayAssign(expression.then) || mayAssign(expression.otherwise);
    case "call":
    case "method-call":
      return (
        (expression.kind === "method-call" && mayAssign(expression.object)) ||
        expression.arguments.some((argument) => mayAssign(argument.kind === "spread" ? argument.value : argument))
      );
    case "property":
      return mayAssign(expression.object);
    case "index":
      return mayAssign(expression.object) || mayAssign(expression.index);
    case "slice":
      return [expression.object, expression.start, expression.end].some(
        (part) => part !== undefined && mayAssign(part),
      );
    default:
      return true;
  }
}

/** Whether the name `_` stands in it for the piped value: outside closures, which have names of their own. */
export function hasPlaceholder(expression: Expression): boolean {
  switch (expression.kind) {
    case "name":
      return expression.name === "_";
    case "list":
      return expression.items.some((item) => hasPlaceholder(item.kind === "spread" ? item.value : item));
    case "dict":
    case "struct":
      return expression.entries.some((entry) => hasPlaceholder(entry.value));
    case "unary":
    case "unwrap":
    case "try-star":
      return hasPlaceholder(expression.operand);
    case "binary":
    case "logical":
      return hasPlaceholder(expression.left) || hasPlaceholder(expression.right);
    case "range":
      return hasPlaceholder(expression.start) || hasPlaceholder(expression.end);
    case "ternary":
      return [expression.condition, expression.then, expression.otherwise].some(hasPlaceholder);
    case "call":
    case "method-call":
      return (
        (expression.kind === "method-call" && hasPlaceholder(expression.object)) ||
        expression.arguments.some((argument) => hasPlaceholder(argument.kind === "spread" ? argument.value : argument))
      );
    case "property":
      return hasPlaceholder(expression.object);
    case "index":
      return hasPlaceholder(expression.object) || hasPlaceholder(expression.index);
    case "slice":
      return [expression.object, expression.start, expression.end].some(
        (part) => part !== undefined && hasPlaceholder(part),
      );
    default:
      return false;
  }
}

/** Whether a block ends in an expression whose value is the block's. */
export function endsInValue(block: Block): boolean {
  return block.statements[block.statements.length - 1]?.kind === "expression";
}
