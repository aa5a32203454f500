import type { Span } from "../text/index.ts";
import type { OpName } from "./opcodes.ts";

/**
 * The intermediate form: operations over registers in A-normal form, under structured control flow. It is what the
 * encoder flattens into bytecode and what the JavaScript printer of the faster tier reads.
 *
 * A register is a number from 0 (parameters, captures, then locals and temporaries); constant `k` is written `-1 - k`.
 * `operands` are those of the opcode table in order, with a `*` operand written as the registers themselves in `list`.
 */
export type IrStatement =
  | IrOperation
  | {
      readonly kind: "if";
      readonly condition: number;
      readonly then: IrBlock;
      readonly otherwise: IrBlock;
      readonly span: Span;
    }
  /** Endless: left by `break`, `return` or an error. The end of the body jumps back. */
  | { readonly kind: "loop"; readonly label: number; readonly body: IrBlock; readonly span: Span }
  /** `break` of its label goes on behind it. */
  | { readonly kind: "labeled"; readonly label: number; readonly body: IrBlock }
  | { readonly kind: "break"; readonly label: number }
  /** Only of a loop's label: starts its body again. */
  | { readonly kind: "continue"; readonly label: number; readonly span: Span }
  /** The next element of a cursor, or leave by a label at the end. */
  | {
      readonly kind: "next";
      readonly target: number;
      readonly cursor: number;
      readonly done: number;
      readonly span: Span;
    }
  /**
   * Catches every error of the body. Finalizers are lowered to it with a completion record; they alone see a task that is
   * being ended.
   */
  | {
      readonly kind: "try";
      readonly body: IrBlock;
      readonly caught: number;
      readonly handler: IrBlock;
      readonly isFinalizer: boolean;
    };

export interface IrOperation {
  readonly kind: "op";
  readonly op: Exclude<OpName, "jump" | "jumpBack" | "jumpIf" | "jumpIfNot" | "next">;
  readonly operands: readonly number[];
  /** The registers of a `*` operand. */
  readonly list?: readonly number[];
  readonly span: Span;
}

export type IrBlock = readonly IrStatement[];
