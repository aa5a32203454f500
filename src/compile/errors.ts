import type { CatchClause, Expression } from "../syntax/index.ts";
import { lowerBlock } from "./blocks.ts";
import { emitBuiltin } from "./calls.ts";
import { lowerReturn, withFinalizer } from "./exits.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerOperand } from "./operands.ts";

export function lowerTry(fb: FunctionBuilder, expression: Expression & { kind: "try" }, target: number): void {
  const { finalizer, span } = expression;
  if (!finalizer)
    return expression.handler
      ? lowerCatch(fb, expression, expression.handler, target)
      : lowerAttempt(fb, expression, target);
  withFinalizer(
    fb,
    span,
    () =>
      expression.handler
        ? lowerCatch(fb, expression, expression.handler, target)
        : lowerBlock(fb, expression.body, target),
    () => lowerBlock(fb, finalizer),
  );
}

function lowerCatch(
  fb: FunctionBuilder,
  expression: Expression & { kind: "try" },
  handler: CatchClause,
  target: number,
): void {
  const caught = fb.newRegister();
  fb.protect(
    caught,
    () => lowerBlock(fb, expression.body, target),
    () =>
      fb.withScope(() => {
        lowerCaughtType(fb, handler, caught);
        if (handler.name && handler.name.text !== "_") {
          const value = fb.newRegister();
          fb.emit("caughtValue", [value, caught], handler.name.span);
          fb.scope.declare(handler.name.text, { kind: "register", register: value, isMutable: false });
        }
        lowerBlock(fb, handler.body, target);
      }),
  );
}

/** `catch (e: T)` takes values of the enum or struct `T`; a type of another sort takes everything. */
function lowerCaughtType(fb: FunctionBuilder, handler: CatchClause, caught: number): void {
  if (handler.type?.kind !== "named-type") return;
  const { name, span } = handler.type;
  const value = fb.newRegister();
  const matches = fb.newRegister();
  fb.emit("caughtValue", [value, caught], span);
  fb.emit("catches", [matches, value, fb.module.pools.name(name.text)], span);
  fb.branch(
    matches,
    span,
    () => {},
    () => fb.emit("rethrow", [caught], span),
  );
}

/** `try { }` alone: the outcome as a Result. */
function lowerAttempt(fb: FunctionBuilder, expression: Expression & { kind: "try" }, target: number): void {
  const { span } = expression;
  const caught = fb.newRegister();
  const value = fb.newRegister();
  fb.protect(
    caught,
    () => {
      lowerBlock(fb, expression.body, value);
      fb.emit("toOk", [target, value], span);
    },
    () => {
      fb.emit("caughtValue", [value, caught], span);
      fb.emit("toErr", [target, value], span);
    },
  );
}

/** `x?`: the payload of an Ok; an Err is what the function returns. */
export function lowerUnwrap(fb: FunctionBuilder, expression: Expression & { kind: "unwrap" }, target: number): void {
  const { span } = expression;
  const result = lowerOperand(fb, expression.operand);
  const failed = fb.newRegister();
  fb.emit("isErr", [failed, result], span);
  fb.branch(failed, span, () => lowerReturn(fb, result, span));
  fb.emit("resultValue", [target, result], span);
}

/** `retry n { }`: up to max(1, n) attempts; the last error is thrown on. Its value is nil. */
export function lowerRetry(fb: FunctionBuilder, expression: Expression & { kind: "retry" }, target: number): void {
  const { span } = expression;
  const left = fb.newRegister();
  const caught = fb.newRegister();
  const isLast = fb.newRegister();
  fb.emit("move", [left, lowerOperand(fb, expression.count)], span);
  fb.labeled((done) => {
    const again = fb.newLabel();
    const body = fb.collect(() => {
      fb.protect(
        caught,
        () => {
          lowerBlock(fb, expression.body);
          fb.leave(done);
        },
        () => {
          fb.emit("sub", [left, left, fb.int(1)], span);
          fb.emit("le", [isLast, left, fb.int(0)], span);
          fb.branch(isLast, span, () => fb.emit("rethrow", [caught], span));
        },
      );
    });
    fb.push({ kind: "loop", label: again, body, span });
  });
  fb.emit("move", [target, fb.nil()], span);
}

/** `deadline d { }`: the body's value; past the deadline every wait and loop in it throws `Deadline exceeded`. */
export function lowerDeadline(
  fb: FunctionBuilder,
  expression: Expression & { kind: "deadline" },
  target: number,
): void {
  const { span } = expression;
  const scope = fb.newRegister();
  emitBuiltin(fb, "%deadline_enter", scope, [lowerOperand(fb, expression.duration)], expression.duration.span);
  withFinalizer(
    fb,
    span,
    () => lowerBlock(fb, expression.body, target),
    () => emitBuiltin(fb, "%deadline_exit", fb.newRegister(), [scope], span),
  );
}
