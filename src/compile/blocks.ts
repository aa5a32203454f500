import type { Block, Statement } from "../syntax/index.ts";
import { withFinalizer } from "./exits.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerOwnedInto } from "./operands.ts";

/** A block in a scope of its own. With `target`, its value: that of a last expression, or nil. */
export function lowerBlock(fb: FunctionBuilder, block: Block, target?: number): void {
  fb.withRegisters(() => fb.withScope(() => lowerStatements(fb, block.statements, target)));
}

/** Statements in the current scope. What follows a `defer` runs under its protection. */
export function lowerStatements(fb: FunctionBuilder, statements: readonly Statement[], target?: number): void {
  const finishFunctions = fb.module.lowering.prepareFunctions(fb, statements);
  lowerFrom(fb, statements, 0, target);
  finishFunctions();
}

function lowerFrom(
  fb: FunctionBuilder,
  statements: readonly Statement[],
  start: number,
  target: number | undefined,
): void {
  for (let index = start; index < statements.length; index++) {
    const statement = statements[index] as Statement;
    if (statement.kind === "defer") {
      return withFinalizer(
        fb,
        statement.span,
        () => lowerFrom(fb, statements, index + 1, target),
        () => lowerBlock(fb, statement.body),
      );
    }
    if (target !== undefined && index === statements.length - 1 && statement.kind === "expression") {
      return fb.withRegisters(() => lowerOwnedInto(fb, statement.expression, target));
    }
    fb.module.lowering.statement(fb, statement);
  }
  if (target !== undefined && !fb.hasLeft)
    fb.emit("move", [target, fb.nil()], statements[statements.length - 1]?.span ?? { start: 0, end: 0 });
}
