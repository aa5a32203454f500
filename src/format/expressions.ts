import {
  type DictEntry,
  type DictKey,
  durationText,
  type Expression,
  endsWithUnwrap,
  floatText,
  keyText,
  Level,
  leftmost,
  levelOf,
  type MethodCallExpression,
  type SpreadElement,
} from "../syntax/index.ts";
import { type Span, unreachable } from "../text/index.ts";
import { layoutBlockForm } from "./block-forms.ts";
import { layoutClosure } from "./closures.ts";
import { layoutSequence } from "./comma-sequence.ts";
import { type Fragment, fragment, indentOf, join, joinAll, parenthesized } from "./fragment.ts";
import { isLineBreakBetween, type Layout, spansLines } from "./layout.ts";
import { layoutInterpolation, layoutString } from "./literals.ts";
import { claimAcrossLines, commentedBreak, layoutOperator } from "./operators.ts";
import { typeArgumentsText } from "./types.ts";

type Of<Kind extends Expression["kind"]> = Extract<Expression, { kind: Kind }>;

export function layoutExpression(l: Layout, expression: Expression, level: number): Fragment {
  return parenthesized(layoutBare(l, expression, level), l.shielded.has(expression));
}

function layoutBare(l: Layout, expression: Expression, level: number): Fragment {
  switch (expression.kind) {
    case "nil":
      return fragment("nil");
    case "bool":
    case "int":
      return fragment(String(expression.value));
    case "float":
      return fragment(floatText(expression.value));
    case "duration":
      return fragment(durationText(expression.milliseconds));
    case "name":
      return fragment(expression.name);
    case "string":
      return layoutString(l, expression);
    case "interpolation":
      return layoutInterpolation(l, expression);
    case "list":
      return layoutList(l, expression, level);
    case "dict":
      return layoutEntries(l, "", expression.entries, expression.span, level);
    case "struct":
      return layoutEntries(l, `${expression.name.text} `, expression.entries, expression.span, level);
    case "closure":
      return layoutClosure(l, expression, level);
    case "human":
      return layoutHumanCall(l, expression, level);
    case "call":
      return layoutCall(l, expression, level);
    case "method-call":
      return layoutMethodCall(l, expression, level);
    case "property":
    case "index":
    case "slice":
    case "unwrap":
      return layoutPostfix(l, expression, level);
    case "unary":
      return join(expression.operator, layoutAt(l, expression.operand, Level.Unary, level));
    case "try-star":
      return join("try* ", layoutAt(l, expression.operand, Level.Unary, level));
    case "binary":
    case "logical":
    case "pipe":
      return layoutOperator(l, expression, level);
    case "range":
      return layoutRange(l, expression, level);
    case "ternary":
      return layoutTernary(l, expression, level);
    case "if":
    case "match":
    case "try":
    case "retry":
    case "deadline":
    case "spawn":
    case "parallel":
    case "select":
    case "cost-route":
      return layoutBlockForm(l, expression, level);
    default:
      return unreachable(expression);
  }
}

/** At a position that takes expressions of a binding level and above. */
function layoutAt(l: Layout, expression: Expression, binding: number, level: number): Fragment {
  return parenthesized(l.parts.expression(l, expression, level), levelOf(expression) < binding);
}

function layoutRange(l: Layout, { start, end, isExclusive }: Of<"range">, level: number): Fragment {
  return join(
    layoutAt(l, start, Level.Ternary, level),
    " to ",
    layoutAt(l, end, Level.Ternary, level),
    isExclusive ? " exclusive" : "",
  );
}

/** A list right after the `?` would be a subscript, unless the `:` follows it. */
function layoutTernary(l: Layout, { condition, then, otherwise }: Of<"ternary">, level: number): Fragment {
  const needsParens = levelOf(then) < Level.Ternary || (then.kind !== "list" && leftmost(then).kind === "list");
  return join(
    layoutAt(l, condition, Level.Or, level),
    " ? ",
    parenthesized(l.parts.expression(l, then, level), needsParens),
    " : ",
    layoutAt(l, otherwise, Level.Ternary, level),
  );
}

// ---------------------------------------------------------------- members and calls

/** What a member or a subscript follows. A `?` at its end would become part of what follows. */
function layoutObject(l: Layout, object: Expression, level: number): Fragment {
  const needsParens = levelOf(object) < Level.Postfix || endsWithUnwrap(object);
  return parenthesized(l.parts.expression(l, object, level), needsParens);
}

function layoutPostfix(l: Layout, expression: Of<"property" | "index" | "slice" | "unwrap">, level: number): Fragment {
  switch (expression.kind) {
    case "unwrap":
      return join(layoutObject(l, expression.operand, level), "?");
    case "property":
      return join(layoutObject(l, expression.object, level), expression.isOptional ? "?." : ".", expression.name.text);
    case "index":
      return join(
        layoutObject(l, expression.object, level),
        expression.isOptional ? "?[" : "[",
        l.parts.expression(l, expression.index, level),
        "]",
      );
    case "slice": {
      const { object, start, end } = expression;
      const from = start ? parenthesized(l.parts.expression(l, start, level), endsWithUnwrap(start)) : "";
      return join(layoutObject(l, object, level), "[", from, ":", end ? l.parts.expression(l, end, level) : "", "]");
    }
    default:
      return unreachable(expression);
  }
}

function layoutCall(l: Layout, { callee, typeArguments, arguments: items, span }: Of<"call">, level: number): Fragment {
  const head = callee.text + typeArgumentsText(typeArguments);
  const region = { start: typeArguments[typeArguments.length - 1]?.span.end ?? callee.span.end, end: span.end };
  return join(head, layoutArguments(l, items, region, fragment(head).bytes + 1, level));
}

type Elements = readonly (Expression | SpreadElement)[];

function layoutArguments(l: Layout, items: Elements, region: Span, prefix: number, level: number): Fragment {
  return layoutSequence(l, { open: "(", close: ")", items, region, prefix, render: elementOf(l) }, level);
}

function elementOf(l: Layout): (item: Expression | SpreadElement, level: number) => Fragment {
  return (item, level) =>
    item.kind === "spread" ? join("...", l.parts.expression(l, item.value, level)) : l.parts.expression(l, item, level);
}

/** `.m(…)` takes a line of its own where it has one in the source. Arguments wrap without their receiver. */
function layoutMethodCall(l: Layout, call: MethodCallExpression, level: number): Fragment {
  const { object, method, isOptional, span } = call;
  const member = `${isOptional ? "?." : "."}${method.text}`;
  const isBroken = isLineBreakBetween(l, object.span.end, method.span.start);
  const needsParens = levelOf(object) < Level.Postfix || (!isBroken && endsWithUnwrap(object));
  const receiver = parenthesized(l.parts.expression(l, object, level), needsParens);
  const comments = claimAcrossLines(l, object.span.end, method.span.start);
  const base = isBroken ? indentOf(level + 1).length : receiver.tail;
  const region = { start: method.span.end, end: span.end };
  const list = layoutArguments(l, call.arguments, region, base + fragment(member).bytes + 1, level);
  const between = isBroken ? commentedBreak(l, comments, object.span.end, level + 1) : "";
  return join(receiver, between, member, list);
}

/** Always on one line: named arguments read as a sentence. */
function layoutHumanCall(l: Layout, { verb, arguments: items }: Of<"human">, level: number): Fragment {
  const list = items.map(({ name, value }) => join(name ? `${name.text}: ` : "", l.parts.expression(l, value, level)));
  return join(`${verb}(`, joinAll(list, ", "), ")");
}

// ---------------------------------------------------------------- lists and dicts

function layoutList(l: Layout, { items, span }: Of<"list">, level: number): Fragment {
  return layoutSequence(
    l,
    { open: "[", close: "]", items, region: inside(span), prefix: 1, render: elementOf(l) },
    level,
  );
}

function inside({ start, end }: Span): Span {
  return { start: start + 1, end: end - 1 };
}

function layoutEntries(
  l: Layout,
  name: string,
  items: readonly (DictEntry | SpreadElement)[],
  span: Span,
  level: number,
): Fragment {
  const region = { start: span.start + name.length, end: span.end };
  const prefix = fragment(name).bytes + 1;
  const render = (item: DictEntry | SpreadElement, inner: number): Fragment => {
    const value = l.parts.expression(l, item.value, inner);
    return item.kind === "spread" ? join("...", value) : join(layoutKey(l, item.key, inner), ": ", value);
  };
  return join(name, layoutSequence(l, { open: "{", close: "}", items, region, prefix, render }, level));
}

function layoutKey(l: Layout, key: DictKey, level: number): Fragment {
  switch (key.kind) {
    case "name-key":
    case "string-key":
      return fragment(keyText(key.text));
    case "computed-key":
      return layoutComputedKey(l, key.expression, level);
    default:
      return unreachable(key);
  }
}

/** Text needs no computing. */
function layoutComputedKey(l: Layout, expression: Expression, level: number): Fragment {
  const isText = expression.kind === "string" && expression.quote !== "raw" && !spansLines(l, expression.span);
  if (isText) return fragment(keyText(expression.value));
  return join("[", l.parts.expression(l, expression, level), "]");
}
