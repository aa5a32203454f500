/** Expressions that say too much, or cannot mean what they say. */
import type { Expression } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { isKind } from "../tree.ts";

function textOf({ module }: LintFile, { span }: { readonly span: Span }): string {
  return module.source.text.slice(span.start, span.end);
}

/** Reading it again gives the same and does nothing else. */
function isPure(expression: Expression): boolean {
  switch (expression.kind) {
    case "nil":
    case "bool":
    case "int":
    case "float":
    case "string":
    case "duration":
    case "name":
      return true;
    case "logical":
      return isPure(expression.left) && isPure(expression.right);
    default:
      return false;
  }
}

function isOperand({ kind }: Expression): boolean {
  return ["nil", "bool", "int", "float", "string", "name", "call", "method-call", "property", "index"].includes(kind);
}

function inParentheses(file: LintFile, expression: Expression): string {
  const text = textOf(file, expression);
  return isOperand(expression) ? text : `(${text})`;
}

function* constantOperands({ tree }: LintFile): Iterable<Finding> {
  for (const { operator, left, right, span } of tree.of("logical")) {
    if (operator === "??") continue;
    const decisive = operator === "||";
    const fix = [{ span, text: String(decisive) }];
    const hint = `replace the expression with \`${decisive}\``;
    if (left.kind === "bool" && left.value === decisive) {
      const message = `\`${decisive} ${operator} expr\` always evaluates to \`${decisive}\`; the right side is unreachable`;
      yield { span, message, hint, fix };
    } else if (right.kind === "bool" && right.value === decisive && isPure(left)) {
      yield { span, message: `\`expr ${operator} ${decisive}\` always evaluates to \`${decisive}\``, hint, fix };
    }
  }
}

function* pointlessComparisons(file: LintFile): Iterable<Finding> {
  for (const { operator, left, right, span } of file.tree.of("binary")) {
    if (operator !== "==" && operator !== "!=") continue;
    if (!isPure(left) || left.kind !== right.kind || textOf(file, left) !== textOf(file, right)) continue;
    yield {
      span,
      message: `expression is compared to itself with \`${operator}\``,
      hint: `replace this comparison with \`${operator === "=="}\``,
      fix: [{ span, text: String(operator === "==") }],
    };
  }
  for (const { condition } of file.tree.of("if")) {
    if (condition.kind !== "bool") continue;
    yield {
      span: condition.span,
      message: `if condition is always \`${condition.value}\``,
      hint: "remove the constant condition or replace it with real branching",
    };
  }
}

function* comparisonsToBool(file: LintFile): Iterable<Finding> {
  for (const { operator, left, right, span } of file.tree.of("binary")) {
    if (operator !== "==" && operator !== "!=") continue;
    const literal = [left, right].find(({ kind }) => kind === "bool");
    if (literal?.kind !== "bool") continue;
    // Of two literals the first is taken for the one that is compared to.
    const other = literal === left ? right : left;
    const isSame = (operator === "==") === literal.value;
    yield {
      span,
      message:
        operator === "==" ? `comparison to \`${literal.value}\` is redundant` : `\`!= ${literal.value}\` is redundant`,
      hint: isSame ? "remove the comparison, use the expression directly" : "use `!expr` instead",
      fix: [{ span, text: isSame ? textOf(file, other) : `!${inParentheses(file, other)}` }],
    };
  }
}

const arithmetic: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "**"]);

function* invalidLiterals({ tree }: LintFile): Iterable<Finding> {
  for (const { operator, left, right, span } of tree.of("binary")) {
    if (!arithmetic.has(operator)) continue;
    if (![left, right].some(({ kind }) => kind === "bool" || kind === "nil")) continue;
    yield {
      span,
      message: `operator '${operator}' used with boolean or nil literal — this will cause a runtime error`,
      hint: "convert the value explicitly, or use an interpolation for text",
    };
  }
}

function* nilTernaries(file: LintFile): Iterable<Finding> {
  for (const { condition, then, otherwise, span } of file.tree.of("ternary")) {
    if (condition.kind !== "binary" || (condition.operator !== "!=" && condition.operator !== "==")) continue;
    const { left, right } = condition;
    const tested = left.kind === "nil" ? right : right.kind === "nil" ? left : undefined;
    const [kept, fallback] = condition.operator === "!=" ? [then, otherwise] : [otherwise, then];
    if (tested?.kind !== "name" || kept.kind !== "name" || kept.name !== tested.name) continue;
    const { name } = tested;
    yield {
      span,
      message: `ternary nil check over \`${name}\` can be replaced with \`${name} ?? <fallback>\``,
      hint: `use \`${name} ?? …\``,
      fix: isOperand(fallback) ? [{ span, text: `${name} ?? ${textOf(file, fallback)}` }] : undefined,
    };
  }
}

interface Conversion {
  readonly literals: readonly Expression["kind"][];
  readonly type: string;
}

const conversions: Readonly<Record<string, Conversion>> = {
  to_int: { literals: ["int"], type: "an int" },
  to_float: { literals: ["float"], type: "a float" },
  to_string: { literals: ["string", "interpolation"], type: "a string" },
  to_list: { literals: ["list"], type: "a list" },
};

function* unnecessaryCasts(file: LintFile): Iterable<Finding> {
  for (const { callee, arguments: given, span } of file.tree.of("call")) {
    const conversion = Object.hasOwn(conversions, callee.text) ? conversions[callee.text] : undefined;
    const [argument] = given;
    if (conversion === undefined || given.length !== 1 || argument === undefined || argument.kind === "spread")
      continue;
    const isAgain = argument.kind === "call" && argument.callee.text === callee.text;
    if (!isAgain && !conversion.literals.includes(argument.kind)) continue;
    yield {
      span,
      message: `\`${callee.text}\` is a no-op here — its argument is already ${conversion.type}`,
      hint: `remove the redundant \`${callee.text}(...)\` wrapper`,
      fix: [{ span, text: textOf(file, argument) }],
    };
  }
}

function* redundantClones({ tree }: LintFile): Iterable<Finding> {
  for (const clone of tree.of("method-call")) {
    if (clone.method.text !== "clone" || clone.arguments.length > 0 || clone.isOptional) continue;
    const call = tree.parentOf(clone);
    if (call === undefined || !isKind(call, "call", "method-call")) continue;
    if (!call.arguments.includes(clone)) continue;
    const isDrop = call.kind === "call" && call.callee.text === "drop";
    yield {
      span: clone.span,
      message: isDrop ? "cloned value is immediately dropped" : "cloned value is immediately passed by value",
      hint: isDrop
        ? "drop the original value directly"
        : "pass the original value directly unless a distinct snapshot is required",
      fix: [{ span: { start: clone.object.span.end, end: clone.span.end }, text: "" }],
    };
  }
}

/** Iterator steps that make nothing yet. */
const lazySteps: ReadonlySet<string> = new Set(["iter", "map", "filter", "take", "skip", "take_while", "skip_while"]);
const sinks: ReadonlySet<string> = new Set(["list", "set", "dict"]);

function isIterator(expression: Expression): boolean {
  let at = expression;
  while (at.kind === "method-call" && lazySteps.has(at.method.text)) {
    if (at.method.text === "iter" && at.arguments.length === 0) return true;
    at = at.object;
  }
  return at.kind === "call" && at.callee.text === "iter";
}

function* eagerConversions({ tree }: LintFile): Iterable<Finding> {
  for (const { type, value } of tree.of("binding"))
    if (type?.kind === "named-type") yield* unmaterialized(value, type.name.text);
  for (const node of tree.of("return")) {
    if (node.value === undefined || !isIterator(node.value)) continue;
    let around = tree.parentOf(node);
    while (around !== undefined && !isKind(around, "function", "tool", "closure", "pipeline"))
      around = tree.parentOf(around);
    if (around === undefined || !isKind(around, "function", "tool", "pipeline")) continue;
    if (around.returns?.kind === "named-type") yield* unmaterialized(node.value, around.returns.name.text);
  }
}

function* unmaterialized(value: Expression, wanted: string): Iterable<Finding> {
  if (!sinks.has(wanted) || !isIterator(value)) return;
  yield {
    span: value.span,
    message: `expression is an iterator; expected ${wanted}. Add .to_${wanted}() to materialize.`,
    hint: `append \`.to_${wanted}()\` to materialize the iterator`,
    fix: [{ span: { start: value.span.end, end: value.span.end }, text: `.to_${wanted}()` }],
  };
}

/** What brings data from outside, of no known shape. */
const boundaries: ReadonlySet<string> = new Set([
  "json_parse",
  "llm_call",
  "http_get",
  "http_post",
  "host_call",
  "mcp_call",
]);

function* untypedAccess({ tree }: LintFile): Iterable<Finding> {
  for (const node of tree.of("property", "index")) {
    const { object, span } = node;
    if (object.kind !== "call" || !boundaries.has(object.callee.text)) continue;
    yield {
      span,
      message: `${node.kind === "property" ? "property" : "subscript"} access on raw \`${object.callee.text}()\` result without schema validation`,
      hint: "assign to a variable and validate with schema_expect() or a type annotation first",
    };
  }
}

export const expressionRules: readonly Rule[] = [
  warning("HARN-LNT-004", "eager-collection-conversion", eagerConversions),
  warning("HARN-LNT-005", "redundant-clone", redundantClones),
  warning("HARN-LNT-028", "unnecessary-cast", unnecessaryCasts),
  warning("HARN-LNT-029", "untyped-dict-access", untypedAccess),
  warning("HARN-LNT-030", "constant-logical-operand", constantOperands),
  warning("HARN-LNT-031", "pointless-comparison", pointlessComparisons),
  warning("HARN-LNT-032", "comparison-to-bool", comparisonsToBool),
  warning("HARN-LNT-033", "invalid-binary-op-literal", invalidLiterals),
  warning("HARN-LNT-034", "redundant-nil-ternary", nilTernaries),
];
