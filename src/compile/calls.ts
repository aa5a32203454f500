import type { CallExpression, Expression, MethodCallExpression, SpreadElement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { enumNamed, lowerOperand, lowerOwned, lowerSpreadList, lowerStable, lowerTypeName } from "./operands.ts";
import { hasPlaceholder, mayAlias } from "./sharing.ts";

type Arguments = readonly (Expression | SpreadElement)[];

/** Names that the language keeps for itself in call position, whatever a program defines. */
const specialForms: ReadonlySet<string> = new Set(["await", "cancel", "cancel_graceful", "is_cancelled"]);

/** Builtins whose arguments may be the name of a type. */
const schemaCallees: ReadonlySet<string> = new Set([
  "schema_of",
  "schema_is",
  "schema_expect",
  "schema_parse",
  "schema_check",
  "is_type",
  "json_validate",
]);

export function lowerCall(fb: FunctionBuilder, expression: CallExpression, target: number): void {
  const { callee, span } = expression;
  const name = callee.text;
  const binding = specialForms.has(name) ? undefined : fb.resolve(name);
  if (binding && binding.kind !== "enum") return lowerVariableCall(fb, expression, target);
  if (fb.module.builtin(name)) return lowerBuiltinCall(fb, name, expression.arguments, span, target);
  lowerUndefinedCall(fb, name, expression.arguments, span, target);
}

/** Nobody here knows the name; a host may, when the call runs. */
function lowerUndefinedCall(fb: FunctionBuilder, name: string, args: Arguments, span: Span, target: number): void {
  const { pools } = fb.module;
  const operands = [target, pools.name(name), pools.name(fb.namesLike(name))];
  fb.emit("undefinedCall", operands, span, plainArguments(fb, args));
}

/** A variable that holds no function does not hide the builtin of its name (language-semantics §3, name lookup). */
function lowerVariableCall(fb: FunctionBuilder, expression: CallExpression, target: number): void {
  const { callee, span } = expression;
  const { pools } = fb.module;
  const spread = hasSpread(expression.arguments);
  const after = expression.arguments.map((argument) => (argument.kind === "spread" ? argument.value : argument));
  const closure = lowerStable(fb, { kind: "name", name: callee.text, span: callee.span }, after);
  if (spread) {
    const list = lowerSpreadList(fb, expression.arguments, span);
    return fb.emit("callSpread", [target, closure, pools.name(callee.text), list], span);
  }
  fb.emit("callNamed", [target, closure, pools.name(callee.text)], span, plainArguments(fb, expression.arguments));
}

export function lowerBuiltinCall(fb: FunctionBuilder, name: string, args: Arguments, span: Span, target: number): void {
  if (!fb.module.builtin(name)) return lowerUndefinedCall(fb, name, args, span, target);
  const builtin = fb.module.pools.builtin(name);
  if (hasSpread(args)) return fb.emit("callBuiltinSpread", [target, builtin, lowerSpreadList(fb, args, span)], span);
  const borrows = fb.module.builtin(name)?.borrows === true;
  const typed = schemaCallees.has(name);
  const registers = (args as readonly Expression[]).map((argument, index) => {
    const schema = typed ? lowerTypeName(fb, argument) : undefined;
    if (schema !== undefined) return schema;
    return borrows
      ? lowerStable(fb, argument, (args as readonly Expression[]).slice(index + 1))
      : lowerArgument(fb, argument, args, index);
  });
  fb.emit("callBuiltin", [target, builtin], span, registers);
}

/** Calls one of the machine's own builtins, whose names start with `%`, on registers. */
export function emitBuiltin(
  fb: FunctionBuilder,
  name: string,
  target: number,
  registers: readonly number[],
  span: Span,
): void {
  fb.emit("callBuiltin", [target, fb.module.pools.builtin(name)], span, registers);
}

export function lowerMethodCall(fb: FunctionBuilder, expression: MethodCallExpression, target: number): void {
  const { method, span } = expression;
  const { pools } = fb.module;
  const enumName = enumNamed(fb, expression.object);
  if (enumName !== undefined) {
    return fb.emit(
      "makeEnum",
      [target, pools.name(enumName), pools.name(method.text)],
      span,
      plainArguments(fb, expression.arguments),
    );
  }
  const after = expression.arguments.map((argument) => (argument.kind === "spread" ? argument.value : argument));
  // Whether the method keeps any of its receiver is known when the kind is, so the call itself marks it shared.
  const object = lowerStable(fb, expression.object, after);
  if (hasSpread(expression.arguments)) {
    const list = lowerSpreadList(fb, expression.arguments, span);
    return fb.emit("callMethodSpread", [target, object, pools.name(method.text), list], span);
  }
  const op = expression.isOptional ? "callMethodOptional" : "callMethod";
  fb.emit(op, [target, object, pools.name(method.text)], span, plainArguments(fb, expression.arguments));
}

/** `x = x.method(…)`: the old value of `x` dies in the call. */
export function lowerOwnedMethodCall(
  fb: FunctionBuilder,
  receiver: number,
  expression: MethodCallExpression,
  target: number,
): void {
  const registers = plainArguments(fb, expression.arguments);
  fb.emit(
    "callMethodOwned",
    [target, receiver, fb.module.pools.name(expression.method.text)],
    expression.span,
    registers,
  );
}

export function hasSpread(args: Arguments): boolean {
  return args.some((argument) => argument.kind === "spread");
}

function plainArguments(fb: FunctionBuilder, args: Arguments): number[] {
  return args.map((argument, index) =>
    lowerArgument(fb, argument.kind === "spread" ? argument.value : argument, args, index),
  );
}

function lowerArgument(fb: FunctionBuilder, argument: Expression, args: Arguments, index: number): number {
  const after = args.slice(index + 1).map((other) => (other.kind === "spread" ? other.value : other));
  const register = lowerStable(fb, argument, after);
  if (mayAlias(argument)) fb.share(register, argument.span);
  return register;
}

/**
 * `return f(…)` and `return x |> f`, when nothing of this frame is needed any more. Gives false when it has to be an
 * ordinary call.
 */
export function lowerTailCall(fb: FunctionBuilder, expression: Expression): boolean {
  if (fb.tryDepth > 0 || fb.exits.length > 0) return false;
  if (expression.kind === "pipe" && !hasPlaceholder(expression.right)) return lowerTailPipe(fb, expression);
  if (expression.kind !== "call" || hasSpread(expression.arguments)) return false;
  const name = expression.callee.text;
  const binding = specialForms.has(name) ? undefined : fb.resolve(name);
  if (!binding || binding.kind === "enum" || fb.module.builtin(name)) return false;
  const after = expression.arguments as readonly Expression[];
  const callee = lowerStable(fb, { kind: "name", name, span: expression.callee.span }, after);
  fb.emit("tailCall", [callee, fb.module.pools.name(name)], expression.span, plainArguments(fb, expression.arguments));
  return true;
}

function lowerTailPipe(fb: FunctionBuilder, { left, right, span }: Expression & { kind: "pipe" }): true {
  const value = lowerOwned(fb, left);
  const callee = fb.newRegister();
  fb.emit("pipeTarget", [callee, lowerOperand(fb, right)], right.span);
  fb.emit("tailCall", [callee, fb.module.pools.name("")], span, [value]);
  return true;
}
