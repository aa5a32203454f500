import type { AssignStatement, BinaryOperator, Expression } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { lowerOwnedMethodCall } from "./calls.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerInto, lowerOperand, lowerOwned, lowerOwnedInto, lowerStable } from "./operands.ts";
import { emitBinary } from "./operators.ts";
import { emitFault } from "./patterns.ts";
import { mayAlias, mayAssign } from "./sharing.ts";

export function lowerAssign(fb: FunctionBuilder, statement: AssignStatement): void {
  const { target } = statement;
  if (target.kind === "name") return assignName(fb, target.name, statement);
  if (target.kind === "property" || target.kind === "index") return assignPath(fb, target, statement);
  fb.module.reportProblem("invalid assignment target", target.span);
}

function assignName(fb: FunctionBuilder, name: string, statement: AssignStatement): void {
  const { span } = statement.target;
  const binding = fb.resolve(name);
  if (binding?.kind === "register" && binding.isMutable) return assignRegister(fb, name, binding.register, statement);
  if (binding?.kind === "slot" && binding.isMutable) {
    const current = fb.newRegister();
    const result = fb.newRegister();
    lowerNewValue(fb, name, current, result, statement, () =>
      fb.emit("loadSlot", [current, binding.slot, fb.module.pools.name(name)], span),
    );
    return fb.emit("storeSlot", [binding.slot, result], span);
  }
  lowerOperand(fb, statement.value);
  if (binding || fb.module.catalog.globals.has(name))
    return emitFault(fb, "plain", `Cannot assign to immutable binding: ${name}`, span);
  fb.emit("loadGlobal", [fb.newRegister(), fb.module.pools.name(name), fb.module.pools.name(fb.namesLike(name))], span);
}

/** Straight into the variable's register where the expression writes its result last; through a temporary otherwise. */
function assignRegister(fb: FunctionBuilder, name: string, register: number, statement: AssignStatement): void {
  if (statement.operator !== "=" || writesLast(statement.value)) {
    return lowerNewValue(fb, name, register, register, statement, () => {});
  }
  const value = fb.newRegister();
  lowerOwnedInto(fb, statement.value, value);
  fb.emit("move", [register, value], statement.span);
}

function writesLast(expression: Expression): boolean {
  switch (expression.kind) {
    case "binary":
      return expression.operator !== "not in";
    case "call":
    case "method-call":
    case "property":
    case "index":
    case "list":
    case "dict":
    case "interpolation":
    case "unary":
    case "int":
    case "string":
    case "name":
      return true;
    default:
      return false;
  }
}

/**
 * The new value of a variable into `result`. In `x = x + e`, `x += e` and `x = x.m(…)` the old value dies, so that a list
 * or dict that nobody else sees may be written in place.
 */
function lowerNewValue(
  fb: FunctionBuilder,
  name: string,
  current: number,
  result: number,
  statement: AssignStatement,
  load: () => void,
): void {
  const { operator, value, span } = statement;
  if (operator !== "=") {
    const right = lowerOperand(fb, value);
    load();
    return emitOwnedBinary(fb, operator.slice(0, -1), result, current, right, span);
  }
  if (value.kind === "binary" && value.operator === "+" && isName(value.left, name)) {
    const right = lowerOperand(fb, value.right);
    load();
    return emitOwnedBinary(fb, "+", result, current, right, value.span);
  }
  if (
    value.kind === "method-call" &&
    isName(value.object, name) &&
    !value.isOptional &&
    value.arguments.every((a) => a.kind !== "spread" && !mayAssign(a))
  ) {
    load();
    return lowerOwnedMethodCall(fb, current, value, result);
  }
  lowerInto(fb, value, result);
  if (mayAlias(value)) fb.claim(result, value.span);
}

function isName(expression: Expression, name: string): boolean {
  return expression.kind === "name" && expression.name === name;
}

function emitOwnedBinary(
  fb: FunctionBuilder,
  operator: string,
  result: number,
  left: number,
  right: number,
  span: Span,
): void {
  if (operator === "+") return fb.emit("addOwned", [result, left, right], span);
  emitBinary(fb, operator as Exclude<BinaryOperator, "not in">, result, left, right, span);
}

type Step =
  | { readonly kind: "property"; readonly name: number; readonly span: Span }
  | { readonly kind: "index"; readonly register: number; readonly span: Span };

/**
 * `a.b[i].c = v`: every collection on the way is made the variable's own and then written in place, so that only the path
 * changes and no other name sees it.
 */
function assignPath(
  fb: FunctionBuilder,
  target: Expression & { kind: "property" | "index" },
  statement: AssignStatement,
): void {
  const root = rootOf(target);
  if (root.kind !== "name") {
    lowerOperand(fb, root);
    lowerOperand(fb, statement.value);
    return;
  }
  const steps = lowerSteps(fb, target, statement.value);
  const value = lowerPathValue(fb, root.name, root.span, steps, statement);
  writePath(fb, root, steps, value, statement.span);
}

function rootOf(target: Expression): Expression {
  let root = target;
  while (root.kind === "property" || root.kind === "index") root = root.object;
  return root;
}

/** The steps from the root outwards, each index evaluated once. */
function lowerSteps(fb: FunctionBuilder, target: Expression, value: Expression): Step[] {
  if (target.kind !== "property" && target.kind !== "index") return [];
  const steps = lowerSteps(fb, target.object, value);
  if (target.kind === "property")
    steps.push({ kind: "property", name: fb.module.pools.name(target.name.text), span: target.span });
  else steps.push({ kind: "index", register: lowerStable(fb, target.index, [value]), span: target.span });
  return steps;
}

function lowerPathValue(
  fb: FunctionBuilder,
  rootName: string,
  rootSpan: Span,
  steps: readonly Step[],
  statement: AssignStatement,
): number {
  const { operator, value, span } = statement;
  if (operator === "=") return lowerOwned(fb, value);
  let current = lowerOperand(fb, { kind: "name", name: rootName, span: rootSpan });
  for (const step of steps) {
    const next = fb.newRegister();
    if (step.kind === "property") fb.emit("getProp", [next, current, step.name], step.span);
    else fb.emit("getIndex", [next, current, step.register], step.span);
    current = next;
  }
  const result = fb.newRegister();
  emitBinary(fb, operator.slice(0, -1) as "+", result, current, lowerOperand(fb, value), span);
  return result;
}

function writePath(
  fb: FunctionBuilder,
  root: Expression & { kind: "name" },
  steps: readonly Step[],
  value: number,
  span: Span,
): void {
  const { pools } = fb.module;
  const binding = fb.resolve(root.name);
  if (binding?.kind === "register" && binding.isMutable) return writeSteps(fb, binding.register, steps, value);
  if (binding?.kind === "slot" && binding.isMutable) {
    const current = fb.newRegister();
    fb.emit("loadSlot", [current, binding.slot, pools.name(root.name)], root.span);
    writeSteps(fb, current, steps, value);
    return fb.emit("storeSlot", [binding.slot, current], span);
  }
  if (binding || fb.module.catalog.globals.has(root.name)) {
    return emitFault(fb, "plain", `Cannot assign to immutable binding: ${root.name}`, root.span);
  }
  fb.emit("loadGlobal", [fb.newRegister(), pools.name(root.name), pools.name(fb.namesLike(root.name))], root.span);
}

function writeSteps(fb: FunctionBuilder, root: number, steps: readonly Step[], value: number): void {
  let current = root;
  for (const step of steps.slice(0, -1)) {
    const child = fb.newRegister();
    if (step.kind === "property") fb.emit("childProp", [child, current, step.name], step.span);
    else fb.emit("childIndex", [child, current, step.register], step.span);
    current = child;
  }
  const last = steps[steps.length - 1] as Step;
  if (last.kind === "property") fb.emit("setProp", [current, last.name, value], last.span);
  else fb.emit("setIndex", [current, last.register, value], last.span);
}
