import type { Expression, MatchArm } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import { lowerBlock } from "./blocks.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { enumNamed, lowerOperand } from "./operands.ts";

/** Arms are tried in order; no arm that matches throws a string (language-semantics §7.2). */
export function lowerMatch(
  fb: FunctionBuilder,
  expression: Expression & { kind: "match" },
  target: number | undefined,
): void {
  const { span } = expression;
  fb.withRegisters(() => {
    const subject = fb.newRegister();
    const operand = lowerOperand(fb, expression.subject);
    fb.emit("move", [subject, operand], expression.subject.span);
    fb.labeled((end) => {
      for (const arm of expression.arms) lowerArm(fb, arm, subject, target, end);
      fb.emit("throw", [fb.text("No match arm matched the value")], span);
    });
  });
}

function lowerArm(fb: FunctionBuilder, arm: MatchArm, subject: number, target: number | undefined, end: number): void {
  fb.labeled((next) => {
    fb.withRegisters(() =>
      fb.withScope(() => {
        if (arm.patterns.length === 1) lowerPattern(fb, arm.patterns[0] as Expression, subject, next);
        else lowerAlternatives(fb, arm.patterns, subject, next);
        if (arm.guard) {
          const holds = lowerOperand(fb, arm.guard);
          fb.branch(
            holds,
            arm.guard.span,
            () => {},
            () => fb.leave(next),
          );
        }
        lowerBlock(fb, arm.body, target);
        fb.leave(end);
      }),
    );
  });
}

function lowerAlternatives(fb: FunctionBuilder, patterns: readonly Expression[], subject: number, next: number): void {
  fb.labeled((hit) => {
    for (const pattern of patterns) {
      fb.labeled((miss) => {
        lowerPattern(fb, pattern, subject, miss);
        fb.leave(hit);
      });
    }
    fb.leave(next);
  });
}

/** Leaves by `next` unless the subject matches; binds the pattern's names. */
function lowerPattern(fb: FunctionBuilder, pattern: Expression, subject: number, next: number): void {
  switch (pattern.kind) {
    case "name":
      return bind(fb, pattern.name, subject, pattern.span);
    case "property": {
      const enumName = variantOwner(fb, pattern.object);
      if (enumName === undefined) return lowerEquality(fb, pattern, subject, next);
      return lowerVariant(fb, enumName, pattern.name.text, [], subject, next, pattern.span);
    }
    case "method-call": {
      const enumName = variantOwner(fb, pattern.object);
      if (enumName === undefined) return lowerEquality(fb, pattern, subject, next);
      const fields = pattern.arguments.map((argument) => (argument.kind === "spread" ? argument.value : argument));
      return lowerVariant(fb, enumName, pattern.method.text, fields, subject, next, pattern.span);
    }
    case "dict":
      return lowerDictPattern(fb, pattern, subject, next);
    case "list":
      return lowerListPattern(fb, pattern, subject, next);
    default:
      return lowerEquality(fb, pattern, subject, next);
  }
}

/** The enum that `E` of `E.V` names: a declared one, or any capitalised name that no variable has. */
function variantOwner(fb: FunctionBuilder, object: Expression): string | undefined {
  const known = enumNamed(fb, object);
  if (known !== undefined || object.kind !== "name") return known;
  return fb.resolve(object.name) === undefined && /^\p{Lu}/u.test(object.name) ? object.name : undefined;
}

function lowerVariant(
  fb: FunctionBuilder,
  enumName: string,
  variant: string,
  fields: readonly Expression[],
  subject: number,
  next: number,
  span: Span,
): void {
  const { pools } = fb.module;
  test(fb, span, next, (result) =>
    fb.emit("isVariant", [result, subject, pools.name(enumName), pools.name(variant), -1], span),
  );
  for (const [index, field] of fields.entries()) {
    const value = fb.newRegister();
    fb.emit("enumField", [value, subject, index], field.span);
    lowerElement(fb, field, value, next);
  }
}

function lowerDictPattern(
  fb: FunctionBuilder,
  pattern: Expression & { kind: "dict" },
  subject: number,
  next: number,
): void {
  test(fb, pattern.span, next, (result) => fb.emit("isKind", [result, subject, 0], pattern.span));
  for (const entry of pattern.entries) {
    if (entry.kind === "spread") continue;
    const key = entry.key.kind === "computed-key" ? lowerOperand(fb, entry.key.expression) : fb.text(entry.key.text);
    const value = fb.newRegister();
    fb.emit("getIndex", [value, subject, key], entry.span);
    lowerElement(fb, entry.value, value, next);
  }
}

function lowerListPattern(
  fb: FunctionBuilder,
  pattern: Expression & { kind: "list" },
  subject: number,
  next: number,
): void {
  const { items, span } = pattern;
  test(fb, span, next, (result) => fb.emit("isKind", [result, subject, 1], span));
  test(fb, span, next, (result) => fb.emit("listReaches", [result, subject, items.length], span));
  for (const [index, item] of items.entries()) {
    if (item.kind === "spread") continue;
    const value = fb.newRegister();
    fb.emit("getIndex", [value, subject, fb.int(index)], item.span);
    lowerElement(fb, item, value, next);
  }
}

/** Inside a pattern a name binds and everything else must be equal: patterns do not nest. */
function lowerElement(fb: FunctionBuilder, element: Expression, value: number, next: number): void {
  if (element.kind === "name") bind(fb, element.name, value, element.span);
  else lowerEquality(fb, element, value, next);
}

function lowerEquality(fb: FunctionBuilder, expression: Expression, value: number, next: number): void {
  test(fb, expression.span, next, (result) =>
    fb.emit("eq", [result, value, lowerOperand(fb, expression)], expression.span),
  );
}

function test(fb: FunctionBuilder, span: Span, next: number, emit: (result: number) => void): void {
  const result = fb.newRegister();
  emit(result);
  fb.branch(
    result,
    span,
    () => {},
    () => fb.leave(next),
  );
}

function bind(fb: FunctionBuilder, name: string, value: number, span: Span): void {
  if (name === "_") return;
  fb.share(value, span);
  fb.scope.declare(name, { kind: "register", register: value, isMutable: false });
}
