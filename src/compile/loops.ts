import type { Expression, ForStatement, WhileStatement } from "../syntax/index.ts";
import { lowerStatements } from "./blocks.ts";
import { leaveUnless } from "./conditions.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerOwned } from "./operands.ts";
import { bindPattern } from "./patterns.ts";

export function lowerFor(fb: FunctionBuilder, statement: ForStatement): void {
  const { span } = statement;
  const cursor = fb.newRegister();
  const item = fb.newRegister();
  fb.emit("iterate", [cursor, lowerOwned(fb, statement.iterable)], statement.iterable.span);
  if (needsNoClosing(statement.iterable)) return lowerForBody(fb, statement, cursor, item);
  // A generator must hear of an error that leaves the loop: its finalizers run.
  const caught = fb.newRegister();
  fb.protect(
    caught,
    () => lowerForBody(fb, statement, cursor, item),
    () => {
      fb.emit("closeCursor", [cursor], span);
      fb.emit("rethrow", [caught], span);
    },
    "finalizer",
  );
}

/** Written in a way that says what it is: a range or a list, where nothing runs between two elements. */
function needsNoClosing(iterable: Expression): boolean {
  return iterable.kind === "range" || iterable.kind === "list";
}

function lowerForBody(fb: FunctionBuilder, statement: ForStatement, cursor: number, item: number): void {
  const { span } = statement;
  fb.labeled((breakLabel) => {
    const continueLabel = fb.newLabel();
    const body = fb.collect(() => {
      fb.push({ kind: "next", target: item, cursor, done: breakLabel, span: statement.iterable.span });
      fb.exits.push({ kind: "loop", breakLabel, continueLabel, cursor });
      fb.withRegisters(() =>
        fb.withScope(() => {
          bindPattern(fb, statement.pattern, item, { isMutable: true });
          lowerStatements(fb, statement.body.statements);
        }),
      );
      fb.exits.pop();
    });
    fb.push({ kind: "loop", label: continueLabel, body, span });
  });
}

export function lowerWhile(fb: FunctionBuilder, statement: WhileStatement): void {
  fb.labeled((breakLabel) => {
    const continueLabel = fb.newLabel();
    const body = fb.collect(() => {
      leaveUnless(fb, statement.condition, breakLabel, statement.condition.span);
      fb.exits.push({ kind: "loop", breakLabel, continueLabel });
      fb.withRegisters(() => fb.withScope(() => lowerStatements(fb, statement.body.statements)));
      fb.exits.pop();
    });
    fb.push({ kind: "loop", label: continueLabel, body, span: statement.span });
  });
}
