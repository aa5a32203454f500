import type { OpName } from "../bytecode/index.ts";
import type { BinaryOperator, DictEntry, Expression, InterpolationExpression, SpreadElement } from "../syntax/index.ts";
import { type Span, unreachable } from "../text/index.ts";
import { lowerCall, lowerMethodCall } from "./calls.ts";
import { lowerCostRoute, lowerHuman, lowerParallel, lowerSelect, lowerSpawn } from "./concurrency.ts";
import { lowerDeadline, lowerRetry, lowerTry, lowerUnwrap } from "./errors.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerClosure } from "./functions.ts";
import { lowerLiteral } from "./literals.ts";
import { lowerMatch } from "./matching.ts";
import { schemaOf } from "./schema-lowering.ts";
import { hasPlaceholder, mayAlias, mayAssign } from "./sharing.ts";
import { lowerBlock } from "./statements.ts";

/**
 * Evaluates to a register that the caller only reads, at once: it may be a variable's own. Whoever keeps the value uses
 * `lowerOwned`.
 */
export function lowerOperand(fb: FunctionBuilder, expression: Expression): number {
  const constant = constantOf(fb, expression);
  if (constant !== undefined) return constant;
  if (expression.kind === "name") return lowerName(fb, expression.name, expression.span);
  const target = fb.newRegister();
  lowerInto(fb, expression, target);
  return target;
}

/** `lowerOperand` for a value that is bound, passed, stored or captured: marked shared where another path may exist. */
export function lowerOwned(fb: FunctionBuilder, expression: Expression): number {
  const register = lowerOperand(fb, expression);
  if (mayAlias(expression)) fb.share(register, expression.span);
  return register;
}

/** `lowerOperand`, safe against assignments made while the expressions after it are evaluated. */
export function lowerStable(fb: FunctionBuilder, expression: Expression, after: readonly Expression[]): number {
  const register = lowerOperand(fb, expression);
  if (expression.kind !== "name" || !after.some(mayAssign)) return register;
  const copy = fb.newRegister();
  fb.share(register, expression.span);
  fb.emit("move", [copy, register], expression.span);
  return copy;
}

/** The value into a register of the caller's choice, marked shared where another path to it may exist. */
export function lowerOwnedInto(fb: FunctionBuilder, expression: Expression, target: number): void {
  lowerInto(fb, expression, target);
  if (mayAlias(expression)) fb.share(target, expression.span);
}

/** The value into a register of the caller's choice. The register is written last, unless the expression branches. */
export function lowerInto(fb: FunctionBuilder, expression: Expression, target: number): void {
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
    case "unary":
      return fb.emit(expression.operator === "!" ? "not" : "neg", [target, lowerOperand(fb, expression.operand)], span);
    case "binary":
      return lowerBinary(fb, expression, target);
    case "logical":
      return lowerLogical(fb, expression, target);
    case "pipe":
      return lowerPipe(fb, expression, target);
    case "range":
      return lowerRange(fb, expression, target);
    case "ternary": {
      const condition = lowerOperand(fb, expression.condition);
      return fb.branch(
        condition,
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

function constantOf(fb: FunctionBuilder, expression: Expression): number | undefined {
  switch (expression.kind) {
    case "nil":
      return fb.nil();
    case "bool":
      return fb.bool(expression.value);
    case "int":
      return fb.constant({ kind: "int", value: expression.value });
    case "float":
      return fb.constant({ kind: "float", value: expression.value });
    case "duration":
      return fb.constant({ kind: "duration", milliseconds: expression.milliseconds });
    case "string":
      return fb.text(expression.value);
    default:
      return undefined;
  }
}

// -------------------------------------------------------------- names

/** A variable's register, or a temporary that a module-level name, a global or a builtin was loaded into. */
export function lowerName(fb: FunctionBuilder, name: string, span: Span): number {
  const binding = fb.resolve(name);
  if (binding?.kind === "register") return binding.register;
  const target = fb.newRegister();
  lowerNameInto(fb, { name, span }, target);
  return target;
}

function lowerNameInto(
  fb: FunctionBuilder,
  { name, span }: { readonly name: string; readonly span: Span },
  target: number,
): void {
  const { pools, catalog } = fb.module;
  const binding = fb.resolve(name);
  switch (binding?.kind) {
    case "register":
      return fb.emit("move", [target, binding.register], span);
    case "cell":
      return fb.emit("loadCell", [target, binding.register, pools.name(name)], span);
    case "slot":
      return fb.emit("loadSlot", [target, binding.slot, pools.name(name)], span);
    default:
      if (catalog.builtins.has(name) && !catalog.globals.has(name))
        return fb.emit("loadBuiltin", [target, pools.builtin(name)], span);
      return fb.emit("loadGlobal", [target, pools.name(name), pools.name(fb.namesInSight())], span);
  }
}

/** The variants of an enum that the name stands for here, unless a variable hides it. */
export function enumNamed(fb: FunctionBuilder, expression: Expression): string | undefined {
  if (expression.kind !== "name") return undefined;
  const binding = fb.resolve(expression.name);
  if (binding?.kind === "enum") return binding.name;
  return binding === undefined && expression.name === "Result" ? "Result" : undefined;
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

/** A list built element by element: of a literal with spreads, or of a call's arguments. */
export function lowerSpreadList(
  fb: FunctionBuilder,
  items: readonly (Expression | SpreadElement)[],
  span: Span,
): number {
  const list = fb.newRegister();
  fb.emit("makeList", [list], span, []);
  for (const item of items) {
    if (item.kind === "spread") fb.emit("listSpread", [list, lowerOwned(fb, item.value)], item.span);
    else fb.emit("listPush", [list, lowerOwned(fb, item)], item.span);
  }
  return list;
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

/** The schema of a type alias that stands where a value is expected, or nothing when the name is a value's. */
export function lowerTypeName(fb: FunctionBuilder, expression: Expression): number | undefined {
  if (expression.kind !== "name") return undefined;
  const binding = fb.resolve(expression.name);
  const type = fb.module.typeBehind(expression.name);
  if (!type || (binding !== undefined && fb.module.types.get(expression.name)?.kind !== "struct")) return undefined;
  return lowerLiteral(
    fb,
    schemaOf(type, (name) => fb.module.typeBehind(name)),
    expression.span,
  );
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

const binaryOps: Readonly<Record<Exclude<BinaryOperator, "not in">, OpName & string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "mod",
  "**": "pow",
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  ">": "gt",
  "<=": "le",
  ">=": "ge",
  in: "in",
};

function lowerBinary(fb: FunctionBuilder, expression: Expression & { kind: "binary" }, target: number): void {
  const { operator, span } = expression;
  const left = lowerStable(fb, expression.left, [expression.right]);
  const right = lowerOperand(fb, expression.right);
  if (operator !== "not in") return emitBinary(fb, operator, target, left, right, span);
  const found = fb.newRegister();
  fb.emit("in", [found, left, right], span);
  fb.emit("not", [target, found], span);
}

export function emitBinary(
  fb: FunctionBuilder,
  operator: Exclude<BinaryOperator, "not in">,
  target: number,
  left: number,
  right: number,
  span: Span,
): void {
  fb.emit(binaryOps[operator] as "add", [target, left, right], span);
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
  const condition = lowerOperand(fb, expression.condition);
  fb.branch(
    condition,
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
