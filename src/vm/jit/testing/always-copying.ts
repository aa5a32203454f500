import {
  encodeBody,
  type FunctionCode,
  type IrBlock,
  type IrOperation,
  type IrStatement,
  type ModuleCode,
} from "../../../bytecode/index.ts";

/**
 * The same module with naive collections: each write marks what it writes to first, so that it copies it, and nothing is changed
 * because nobody else can see it.
 */
export function alwaysCopying(module: ModuleCode): ModuleCode {
  const functions: FunctionCode[] = [];
  const copying = { ...module, functions };
  const rewritten = (code: FunctionCode): FunctionCode => {
    const body = copyingBlock(code.body);
    const encoded = encodeBody(body, code.registerCount - code.constants.length);
    return { ...code, ...encoded, body, module: copying };
  };
  functions.push(...module.functions.map(rewritten));
  return Object.assign(copying, {
    declare: rewritten(module.declare),
    initialize: rewritten(module.initialize),
    pipelines: new Map([...module.pipelines].map(([name, code]) => [name, rewritten(code)])),
  });
}

function copyingBlock(block: IrBlock): IrBlock {
  return block.flatMap((statement, index) => copyingStatement(statement, block[index - 1]));
}

function copyingStatement(statement: IrStatement, previous: IrStatement | undefined): readonly IrStatement[] {
  switch (statement.kind) {
    case "op":
      return copyingOperation(statement, previous);
    case "if":
      return [{ ...statement, then: copyingBlock(statement.then), otherwise: copyingBlock(statement.otherwise) }];
    case "loop":
    case "labeled":
      return [{ ...statement, body: copyingBlock(statement.body) }];
    case "try":
      return [{ ...statement, body: copyingBlock(statement.body), handler: copyingBlock(statement.handler) }];
    default:
      return [statement];
  }
}

function copyingOperation(operation: IrOperation, previous: IrStatement | undefined): readonly IrStatement[] {
  const { op, operands } = operation;
  const mark = (register = 0): IrOperation => ({ kind: "op", op: "share", operands: [register], span: operation.span });
  // A child was copied with its root.
  const isChild = (register = 0): boolean =>
    previous?.kind === "op" && previous.op.startsWith("child") && previous.operands[0] === register;
  switch (op) {
    case "setProp":
    case "setIndex":
      return isChild(operands[0]) ? [operation] : [mark(operands[0]), operation];
    case "childProp":
    case "childIndex":
      return isChild(operands[1]) ? [operation] : [mark(operands[1]), operation];
    case "addOwned":
      return [{ ...operation, op: "add" }];
    case "callMethodOwned":
      return [mark(operands[1]), { ...operation, op: "callMethod" }];
    default:
      return [operation];
  }
}
