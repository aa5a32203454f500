import { type OpName, opcodes, opNames } from "./opcodes.ts";

export type OperandKind = "d" | "r" | "x" | "n" | "b" | "f" | "s" | "i" | "l" | "*";

/** One decoded instruction: its offset, its length in code units, and its operands with their kinds. */
export interface Instruction {
  readonly offset: number;
  readonly length: number;
  readonly op: OpName;
  readonly operands: readonly { readonly kind: OperandKind; readonly value: number }[];
}

/** Decodes from `offset`. Throws a `RangeError` when the code is cut short or the opcode unknown. */
export function decodeAt(code: Int32Array, offset: number): Instruction {
  const op = opNames[unitAt(code, offset)];
  if (!op) throw new RangeError(`unknown opcode ${code[offset]} at ${offset}`);
  const operands: { kind: OperandKind; value: number }[] = [];
  let at = offset + 1;
  for (const kind of opcodes[op].operands as Iterable<OperandKind>) {
    if (kind === "*") {
      const count = unitAt(code, at++);
      for (let index = 0; index < count; index++) operands.push({ kind: "r", value: unitAt(code, at++) });
    } else {
      operands.push({ kind, value: unitAt(code, at++) });
    }
  }
  return { offset, length: at - offset, op, operands };
}

export function* decode(code: Int32Array): Generator<Instruction> {
  for (let offset = 0; offset < code.length; ) {
    const instruction = decodeAt(code, offset);
    yield instruction;
    offset += instruction.length;
  }
}

function unitAt(code: Int32Array, at: number): number {
  const unit = code[at];
  if (unit === undefined) throw new RangeError(`the code ends inside an instruction, at ${at}`);
  return unit;
}
