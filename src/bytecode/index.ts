export type { Constant, FunctionCode, Handler, ImportCode, ModuleCode, ParamCode, StructCode } from "./code.ts";
export { disassemble, disassembleFunction } from "./disassemble.ts";
export { encodeBody, type Layout, layoutOf, leaves } from "./encode.ts";
export { decode, decodeAt, type Instruction, type OperandKind } from "./instructions.ts";
export type { IrBlock, IrOperation, IrStatement } from "./ir.ts";
export { type OpName, opcodes, opNames, opNumbers } from "./opcodes.ts";
export { restoreModule, type StoredModule, storeModule } from "./stored.ts";
export { describeType, type ShapeFieldSpec, type TypeSpec } from "./type-spec.ts";
export { verify } from "./verify.ts";
