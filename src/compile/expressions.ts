import type { DictEntry, Expression, InterpolationExpression, SpreadElement } from "../syntax/index.ts";
import { type Span, unreachable } from "../text/index.ts";
import { lowerBlock } from "./blocks.ts";
import { lowerCall, lowerMethodCall } from "./calls.ts";
import { lowerCostRoute, lowerHuman, lowerParallel, lowerSelect, lowerSpawn } from "./concurrency.ts";
import { lowerCondition } from "./conditions.ts";
import { lowerDeadline, lowerRetry, lowerTry, lowerUnwrap } from "./errors.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerClosure } from "./functions.ts";
import { lowerMatch } from "./matching.ts";
import {
  constantOf,
  enumNamed,
  lowerInto,
  lowerName,
  lowerNameInto,
  lowerOperand,
  lowerOwned,
  lowerOwnedInto,
  lowerSpreadList,
  lowerStable,
  lowerTypeName,
} from "./operands.ts";
import { emitBinary } from "./operators.ts";
import { hasPlaceholder } from "./sharing.ts";

/** The value into a register of the caller's choice. The register is written last, unless the expression branches. */
export function lowerExpression(fb: FunctionBuilder, expression: Expression, target: number): void {
  const { span } = expression;
  switch (expression.kind) {
    case "nil":
    case "bool":
    case "int":
    case "float":
    case "duration":
    case "string":
      fb.emit("move", [target, constantOf(fb, expression) as number], span);
      return;
    case "name":
      return lowerNameInto(fb, expression, target);
    case "interpolation":
      return fb.emit("concat", [target], span, lowerParts(fb, expression));
    case "list":
      return lowerList(fb, expression, target);
    case "dict":
      return lowerDict(fb, expression.entries, span, target);
    case "struct":
      return lowerStruct(fb, expression, target);
    case "unary": {
      const folded = constantOf(fb, expression);
      if (folded !== undefined) return fb.emit("move", [target, folded], span);
      return fb.emit(expression.operator === "!" ? "not" : "neg", [target, lowerOperand(fb, expression.operand)], span);
    }
    case "binary": {
      const folded = constantOf(fb, expression);
      if (folded !== undefined) return fb.emit("move", [target, folded], span);
      return lowerBinary(fb, expression, target);
    }
    case "logical":
      return lowerLogical(fb, expression, target);
    case "pipe":
      return lowerPipe(fb, expression, target);
    case "range":
      return lowerRange(fb, expression, target);
    case "ternary": {
      return lowerCondition(
        fb,
        expression.condition,
        span,
        () => lowerOwnedInto(fb, expression.then, target),
        () => lowerOwnedInto(fb, expression.otherwise, target),
      );
    }
    case "call":
      return lowerCall(fb, expression, target);
    case "method-call":
      return lowerMethodCall(fb, expression, target);
    case "property":
      return lowerProperty(fb, expression, target);
    case "index": {
      const object = lowerStable(fb, expression.object, [expression.index]);
      const index = lowerOperand(fb, expression.index);
      return fb.emit(expression.isOptional ? "getIndexOptional" : "getIndex", [target, object, index], span);
    }
    case "slice": {
      const bounds = [expression.start, expression.end];
      const object = lowerStable(
        fb,
        expression.object,
        bounds.filter((bound) => bound !== undefined),
      );
      const [start, end] = bounds.map((bound) => (bound ? lowerOperand(fb, bound) : fb.nil()));
      return fb.emit("slice", [target, object, start as number, end as number], span);
    }
    case "unwrap":
      return lowerUnwrap(fb, expression, target);
    case "try-star":
      // An error of the operand passes on by itself; a Result, even an Err, is a value like any other.
      return lowerInto(fb, expression.operand, target);
    case "closure":
      return lowerClosure(fb, expression, target);
    case "if":
      return lowerIf(fb, expression, target);
    case "match":
      return lowerMatch(fb, expression, target);
    case "try":
      return lowerTry(fb, expression, target);
    case "retry":
      return lowerRetry(fb, expression, target);
    case "deadline":
      return lowerDeadline(fb, expression, target);
    case "spawn":
      return lowerSpawn(fb, expression, target);
    case "parallel":
      return lowerParallel(fb, expression, target);
    case "select":
      return lowerSelect(fb, expression, target);
    case "human":
      return lowerHuman(fb, expression, target);
    case "cost-route":
      return lowerCostRoute(fb, expression, target);
    default:
      return unreachable(expression);
  }
}

/** For what it does: a branching expression then has no value to carry to its end. */
export function lowerDiscarded(fb: FunctionBuilder, expression: Expression): void {
  if (expression.kind === "if") lowerIf(fb, expression, undefined);
  else if (expression.kind === "match") lowerMatch(fb, expression, undefined);
  else lowerOperand(fb, expression);
}

function lowerProperty(fb: FunctionBuilder, expression: Expression & { kind: "property" }, target: number): void {
  const { pools } = fb.module;
  const { name, span } = expression;
  const enumName = enumNamed(fb, expression.object);
  if (enumName !== undefined)
    return fb.emit("makeEnum", [target, pools.name(enumName), pools.name(name.text)], span, []);
  const object = lowerOperand(fb, expression.object);
  fb.emit(expression.isOptional ? "getPropOptional" : "getProp", [target, object, pools.name(name.text)], span);
}

// -------------------------------------------------------------- literals

function lowerParts(fb: FunctionBuilder, expression: InterpolationExpression): number[] {
  return expression.parts.map((part) => {
    if (part.kind === "text") return fb.text(part.value);
    return lowerStable(fb, part.expression, [expression]);
  });
}

function lowerList(fb: FunctionBuilder, expression: Expression & { kind: "list" }, target: number): void {
  const { items, span } = expression;
  if (items.some((item) => item.kind === "spread")) {
    const list = lowerSpreadList(fb, items, span);
    return fb.emit("move", [target, list], span);
  }
  const values = (items as readonly Expression[]).map((item) => lowerOwned(fb, item));
  fb.emit("makeList", [target], span, values);
}

export function lowerDict(
  fb: FunctionBuilder,
  entries: readonly (DictEntry | SpreadElement)[],
  span: Span,
  target: number,
): void {
  if (entries.some((entry) => entry.kind === "spread")) return lowerSpreadDict(fb, entries, span, target);
  const registers = (entries as readonly DictEntry[]).flatMap((entry) => [
    lowerKey(fb, entry),
    lowerEntryValue(fb, entry),
  ]);
  fb.emit("makeDict", [target], span, registers);
}

function lowerSpreadDict(
  fb: FunctionBuilder,
  entries: readonly (DictEntry | SpreadElement)[],
  span: Span,
  target: number,
): void {
  const dict = fb.newRegister();
  fb.emit("makeDict", [dict], span, []);
  for (const entry of entries) {
    if (entry.kind === "spread") {
      fb.emit("dictSpread", [dict, lowerOwned(fb, entry.value)], entry.span);
    } else {
      const key = lowerKey(fb, entry);
      fb.emit("dictPut", [dict, key, lowerEntryValue(fb, entry)], entry.span);
    }
  }
  fb.emit("move", [target, dict], span);
}

function lowerKey(fb: FunctionBuilder, entry: DictEntry): number {
  return entry.key.kind === "computed-key"
    ? lowerStable(fb, entry.key.expression, [entry.value])
    : fb.text(entry.key.text);
}

/** `output_schema: Alias` names a type where a value would stand. */
function lowerEntryValue(fb: FunctionBuilder, entry: DictEntry): number {
  const key = entry.key.kind === "computed-key" ? "" : entry.key.text;
  return (key === "output_schema" ? lowerTypeName(fb, entry.value) : undefined) ?? lowerOwned(fb, entry.value);
}

function lowerStruct(fb: FunctionBuilder, expression: Expression & { kind: "struct" }, target: number): void {
  const { name, entries, span } = expression;
  const type = fb.resolve(name.text)
    ? lowerName(fb, name.text, name.span)
    : lowerForeignStruct(fb, name.text, name.span);
  const fields = fb.newRegister();
  lowerDict(fb, entries, span, fields);
  fb.emit("makeStruct", [target, type, fields], span);
}

/** A struct that no declaration here describes takes the fields it is given. */
function lowerForeignStruct(fb: FunctionBuilder, name: string, span: Span): number {
  const type = fb.newRegister();
  fb.emit("makeStructType", [type, fb.module.addStruct({ name, fieldNames: [] })], span);
  return type;
}

// -------------------------------------------------------------- operators

function lowerBinary(fb: FunctionBuilder, expression: Expression & { kind: "binary" }, target: number): void {
  const { operator, span } = expression;
  const left = lowerStable(fb, expression.left, [expression.right]);
  const right = lowerOperand(fb, expression.right);
  if (operator !== "not in") return emitBinary(fb, operator, target, left, right, span);
  const found = fb.newRegister();
  fb.emit("in", [found, left, right], span);
  fb.emit("not", [target, found], span);
}

function lowerLogical(fb: FunctionBuilder, expression: Expression & { kind: "logical" }, target: number): void {
  const { operator, span } = expression;
  if (operator === "??") {
    const isNil = fb.newRegister();
    lowerOwnedInto(fb, expression.left, target);
    fb.emit("isNil", [isNil, target], span);
    return fb.branch(isNil, span, () => lowerOwnedInto(fb, expression.right, target));
  }
  fb.emit("truthy", [target, lowerOperand(fb, expression.left)], span);
  const other = (): void => fb.emit("truthy", [target, lowerOperand(fb, expression.right)], span);
  if (operator === "&&") fb.branch(target, span, other);
  else fb.branch(target, span, () => {}, other);
}

function lowerRange(fb: FunctionBuilder, expression: Expression & { kind: "range" }, target: number): void {
  const start = lowerStable(fb, expression.start, [expression.end]);
  const end = lowerOperand(fb, expression.end);
  fb.emit("range", [target, start, end, expression.isExclusive ? 1 : 0], expression.span);
}

/** `a |> f` calls `f` with `a`; with `_` in it, the right side is evaluated with `_` standing for `a`. */
function lowerPipe(fb: FunctionBuilder, expression: Expression & { kind: "pipe" }, target: number): void {
  const { right, span } = expression;
  const value = lowerOwned(fb, expression.left);
  if (hasPlaceholder(right)) {
    return fb.withScope(() => {
      fb.scope.declare("_", { kind: "register", register: value, isMutable: false });
      lowerInto(fb, right, target);
    });
  }
  const callee = fb.newRegister();
  fb.emit("pipeTarget", [callee, lowerOperand(fb, right)], right.span);
  fb.emit("call", [target, callee], span, [value]);
}

function lowerIf(fb: FunctionBuilder, expression: Expression & { kind: "if" }, target: number | undefined): void {
  const { otherwise, span } = expression;
  lowerCondition(
    fb,
    expression.condition,
    span,
    () => lowerBlock(fb, expression.then, target),
    () => {
      if (!otherwise) {
        if (target !== undefined) fb.emit("move", [target, fb.nil()], span);
      } else if ("statements" in otherwise) lowerBlock(fb, otherwise, target);
      else lowerIf(fb, otherwise, target);
    },
  );
}
