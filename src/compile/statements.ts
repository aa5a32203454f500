import type { Block, Expression, Statement } from "../syntax/index.ts";
import { unreachable } from "../text/index.ts";
import { lowerAssign } from "./assignment.ts";
import { lowerBlock } from "./blocks.ts";
import { emitBuiltin, lowerTailCall } from "./calls.ts";
import { lowerCondition } from "./conditions.ts";
import { lowerLocalDeclaration } from "./declarations.ts";
import { lowerBreak, lowerContinue, lowerReturn, withFinalizer } from "./exits.ts";
import { lowerDiscarded } from "./expressions.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { lowerFor, lowerWhile } from "./loops.ts";
import { lowerOperand, lowerOwned } from "./operands.ts";
import { lowerBinding } from "./patterns.ts";

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
      return lowerCondition(
        fb,
        statement.condition,
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
  lowerCondition(
    fb,
    condition,
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
