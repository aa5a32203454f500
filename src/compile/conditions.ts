import { leaves } from "../bytecode/index.ts";
import type { Expression } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerOperand } from "./operands.ts";

/**
 * `if condition { then } else { otherwise }`: `&&`, `||` and `!` become jumps, so that nothing is made a bool only to be asked
 * whether it is true.
 */
export function lowerCondition(
  fb: FunctionBuilder,
  condition: Expression,
  span: Span,
  then: () => void,
  otherwise: () => void = () => {},
): void {
  if (!branches(condition)) return fb.branch(lowerTest(fb, condition), span, then, otherwise);
  const isFalse = fb.newLabel();
  const guarded = fb.collect(() => {
    leaveUnless(fb, condition, isFalse, span);
    then();
  });
  const rest = fb.collect(otherwise);
  if (rest.length === 0) return fb.push({ kind: "labeled", label: isFalse, body: guarded });
  fb.labeled((end) => {
    const body = leaves(guarded) ? guarded : [...guarded, { kind: "break", label: end } as const];
    fb.push({ kind: "labeled", label: isFalse, body });
    for (const statement of rest) fb.push(statement);
  });
}

/** Goes on behind `label` where the condition does not hold. */
export function leaveUnless(fb: FunctionBuilder, condition: Expression, label: number, span: Span): void {
  if (condition.kind === "unary" && condition.operator === "!") return leaveIf(fb, condition.operand, label, span);
  if (condition.kind === "logical" && condition.operator === "&&") {
    leaveUnless(fb, condition.left, label, span);
    return leaveUnless(fb, condition.right, label, span);
  }
  if (condition.kind === "logical" && condition.operator === "||") {
    return fb.labeled((holds) => {
      leaveIf(fb, condition.left, holds, span);
      leaveUnless(fb, condition.right, label, span);
    });
  }
  fb.branch(
    lowerTest(fb, condition),
    span,
    () => {},
    () => fb.leave(label),
  );
}

function leaveIf(fb: FunctionBuilder, condition: Expression, label: number, span: Span): void {
  if (condition.kind === "unary" && condition.operator === "!") return leaveUnless(fb, condition.operand, label, span);
  if (condition.kind === "logical" && condition.operator === "||") {
    leaveIf(fb, condition.left, label, span);
    return leaveIf(fb, condition.right, label, span);
  }
  if (condition.kind === "logical" && condition.operator === "&&") {
    return fb.labeled((fails) => {
      leaveUnless(fb, condition.left, fails, span);
      leaveIf(fb, condition.right, label, span);
    });
  }
  fb.branch(lowerTest(fb, condition), span, () => fb.leave(label));
}

function lowerTest(fb: FunctionBuilder, condition: Expression): number {
  return fb.withRegisters(() => lowerOperand(fb, condition));
}

function branches(condition: Expression): boolean {
  if (condition.kind === "logical") return condition.operator !== "??";
  return condition.kind === "unary" && condition.operator === "!";
}
