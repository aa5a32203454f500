import type { Expression, Statement } from "../syntax/index.ts";
import type { FunctionBuilder } from "./function-builder.ts";

/**
 * The entries of the recursion over the tree. The files that lower one part of the language reach all the others through it,
 * so that none of them has to import what imports it.
 */
export interface Lowering {
  /** Evaluates into a register. */
  expression(fb: FunctionBuilder, expression: Expression, target: number): void;
  statement(fb: FunctionBuilder, statement: Statement): void;
  /** Makes the functions of a block known to each other; what it gives is called at the block's end. */
  prepareFunctions(fb: FunctionBuilder, statements: readonly Statement[]): () => void;
}
