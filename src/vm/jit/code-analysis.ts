import { type IrStatement, type Layout, layoutOf } from "../../bytecode/index.ts";
import type { CodeMemory } from "../code-memory.ts";
import { Liveness } from "./liveness.ts";

/** What all forms of one function are printed from. */
export interface CodeAnalysis {
  readonly layout: Layout;
  readonly liveness: Liveness;
  readonly offsets: ReadonlyMap<IrStatement, number>;
}

/** It is worked out once for a function's code, and kept with it. */
export function analysisOf(memory: CodeMemory): CodeAnalysis {
  const { code } = memory;
  if (memory.analysis === undefined) {
    const layout = layoutOf(code.body, code.registerCount - code.constants.length);
    const offsets = new Map<IrStatement, number>();
    for (const [block, starts] of layout)
      for (const [index, statement] of block.entries()) offsets.set(statement, starts[index] as number);
    memory.analysis = { layout, liveness: new Liveness(code), offsets } satisfies CodeAnalysis;
  }
  return memory.analysis as CodeAnalysis;
}
