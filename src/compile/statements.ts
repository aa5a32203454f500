import type { Block, Expression, Statement } from "../syntax/index.ts";
import { unreachable } from "../text/index.ts";
import { lowerAssign } from "./assignment.ts";
import { emitBuiltin, lowerTailCall } from "./calls.ts";
import { lowerLocalDeclaration, prepareLocalFunctions } from "./declarations.ts";
import { lowerBreak, lowerContinue, lowerReturn, withFinalizer } from "./exits.ts";
import { lowerDiscarded, lowerOperand, lowerOwned, lowerOwnedInto } from "./expressions.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerFor, lowerWhile } from "./loops.ts";
import { lowerBinding } from "./patterns.ts";

/** A block in a scope of its own. With `target`, its value: that of a last expression, or nil. */
export function lowerBlock(fb: FunctionBuilder, block: Block, target?: number): void {
  fb.withRegisters(() => fb.withScope(() => lowerStatements(fb, block.statements, target)));
}

/** Statements in the current scope. What follows a `defer` runs under its protection. */
export function lowerStatements(fb: FunctionBuilder, statements: readonly Statement[], target?: number): void {
  const finishFunctions = prepareLocalFunctions(fb, statements);
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
    lowerStatement(fb, statement);
  }
  if (target !== undefined && !fb.hasLeft)
    fb.emit("move", [target, fb.nil()], statements[statements.length - 1]?.span ?? { start: 0, end: 0 });
}

/** One statement. Its temporaries are freed at its end; what it declares stays until the block's. */
export function lowerStatement(fb: FunctionBuilder, statement: Statement): void {
  switch (statement.kind) {
    case "binding":
      return lowerBinding(fb, statement);
    case "function":
    case "struct":
    case "enum":
    case "type":
    case "interface":
    case "impl":
    case "tool":
    case "skill":
    case "eval-pack":
      return lowerLocalDeclaration(fb, statement);
    case "import":
    case "pipeline":
    case "override":
      return;
    default:
      return fb.withRegisters(() => lowerPlainStatement(fb, statement));
  }
}

type PlainStatement = Exclude<
  Statement,
  {
    kind:
      | "binding"
      | "function"
      | "struct"
      | "enum"
      | "type"
      | "interface"
      | "impl"
      | "tool"
      | "skill"
      | "eval-pack"
      | "import"
      | "pipeline"
      | "override";
  }
>;

function lowerPlainStatement(fb: FunctionBuilder, statement: PlainStatement): void {
  const { span } = statement;
  switch (statement.kind) {
    case "expression":
      return lowerDiscarded(fb, statement.expression);
    case "assign":
      return lowerAssign(fb, statement);
    case "for":
      return lowerFor(fb, statement);
    case "while":
      return lowerWhile(fb, statement);
    case "guard": {
      const condition = lowerOperand(fb, statement.condition);
      return fb.branch(
        condition,
        span,
        () => {},
        () => lowerBlock(fb, statement.otherwise),
      );
    }
    case "require":
      return lowerRequire(fb, statement.condition, statement.error);
    case "defer":
      return;
    case "mutex":
      return lowerMutex(fb, statement.body);
    case "return":
      return lowerReturnStatement(fb, statement);
    case "throw":
      return fb.emit("throw", [lowerOwned(fb, statement.value)], statement.value.span);
    case "yield":
      return emitBuiltin(
        fb,
        "%yield",
        fb.newRegister(),
        [statement.value ? lowerOwned(fb, statement.value) : fb.nil()],
        span,
      );
    case "emit":
      return emitBuiltin(fb, "%yield", fb.newRegister(), [lowerOwned(fb, statement.value)], span);
    case "break":
      return lowerBreak(fb, span);
    case "continue":
      return lowerContinue(fb, span);
    default:
      return unreachable(statement);
  }
}

function lowerReturnStatement(fb: FunctionBuilder, statement: Statement & { kind: "return" }): void {
  const { value, span } = statement;
  if (value && fb.form !== "pipeline" && fb.form !== "module" && lowerTailCall(fb, value)) return;
  lowerReturn(fb, value ? lowerOperand(fb, value) : fb.nil(), span);
}

function lowerRequire(fb: FunctionBuilder, condition: Expression, error: Expression | undefined): void {
  const holds = lowerOperand(fb, condition);
  fb.branch(
    holds,
    condition.span,
    () => {},
    () => fb.emit("throw", [error ? lowerOwned(fb, error) : fb.text("require condition failed")], condition.span),
  );
}

function lowerMutex(fb: FunctionBuilder, body: Block): void {
  const permit = fb.newRegister();
  emitBuiltin(fb, "%mutex_enter", permit, [], body.span);
  withFinalizer(
    fb,
    body.span,
    () => lowerBlock(fb, body),
    () => emitBuiltin(fb, "%mutex_exit", fb.newRegister(), [permit], body.span),
  );
}
