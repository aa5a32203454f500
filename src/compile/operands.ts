import type { Expression, SpreadElement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { foldedConstant } from "./constant-folding.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerLiteral } from "./literals.ts";
import { schemaOf } from "./schema-lowering.ts";
import { mayAlias, mayAssign } from "./sharing.ts";

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
  if (mayAlias(expression)) fb.claim(target, expression.span);
}

/** The value into a register of the caller's choice. The register is written last, unless the expression branches. */
export function lowerInto(fb: FunctionBuilder, expression: Expression, target: number): void {
  fb.module.lowering.expression(fb, expression, target);
}

export function constantOf(fb: FunctionBuilder, expression: Expression): number | undefined {
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
    case "unary":
    case "binary": {
      const folded = foldedConstant(expression);
      return folded && fb.constant(folded);
    }
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

export function lowerNameInto(
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
      return fb.emit("loadGlobal", [target, pools.name(name), pools.name(fb.namesLike(name))], span);
  }
}

/** The variants of an enum that the name stands for here, unless a variable hides it. */
export function enumNamed(fb: FunctionBuilder, expression: Expression): string | undefined {
  if (expression.kind !== "name") return undefined;
  const binding = fb.resolve(expression.name);
  if (binding?.kind === "enum") return binding.name;
  return binding === undefined && expression.name === "Result" ? "Result" : undefined;
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
