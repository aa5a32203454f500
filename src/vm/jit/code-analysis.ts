import { type IrStatement, type Layout, layoutOf } from "../../bytecode/index.ts";
import { type CodeMemory, seen } from "../code-memory.ts";
import { Liveness } from "./liveness.ts";
import { Webs } from "./webs.ts";

/** What all forms of one function are printed from. */
export interface CodeAnalysis {
  readonly layout: Layout;
  readonly liveness: Liveness;
  /** Absent where no float has been seen. */
  readonly webs: Webs | undefined;
  readonly offsets: ReadonlyMap<IrStatement, number>;
}

/** It is worked out once for a function's code, and kept with it. */
export function analysisOf(memory: CodeMemory): CodeAnalysis {
  const known = memory.analysis as CodeAnalysis | undefined;
  if (known !== undefined && (known.webs !== undefined || !hasFloats(memory))) return known;
  const analysis = known ?? analyse(memory);
  const { liveness } = analysis;
  const webs = hasFloats(memory) ? new Webs(memory.code, liveness) : undefined;
  return (memory.analysis = { ...analysis, webs }) as CodeAnalysis;
}

function analyse({ code }: CodeMemory): CodeAnalysis {
  const layout = layoutOf(code.body, code.registerCount - code.constants.length);
  const offsets = new Map<IrStatement, number>();
  for (const [block, starts] of layout)
    for (const [index, statement] of block.entries()) offsets.set(statement, starts[index] as number);
  return { layout, liveness: new Liveness(code), offsets, webs: undefined };
}

/** Whether its arithmetic has met floats, or names some. */
function hasFloats({ code, feedback }: CodeMemory): boolean {
  return (
    code.constants.some(({ kind }) => kind === "float") ||
    feedback?.some((bits) => (bits & seen.other) === 0 && (bits & (seen.float | (seen.float << 2))) !== 0) === true
  );
}
