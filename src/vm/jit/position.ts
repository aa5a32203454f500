import type { IrBlock, IrStatement, Layout } from "../../bytecode/index.ts";

/** One step on the way from a function's body to a place in it: a block, and the statement there that the next step is in. */
export interface Step {
  readonly block: IrBlock;
  readonly index: number;
}

/**
 * The way to the place that a code offset stands for: the last step's statement is the next to run, or its block is at its
 * end. `undefined` when nothing starts there.
 */
export function positionOf(body: IrBlock, layout: Layout, offset: number): readonly Step[] | undefined {
  let found: readonly Step[] | undefined;
  visit(body, []);
  return found;

  function visit(block: IrBlock, path: readonly Step[]): void {
    // A block without code of its own, such as the empty half of a condition that only leaves.
    const offsets = layout.get(block);
    if (!offsets) return;
    for (let index = 0; index <= block.length; index++) {
      // Behind a block's unreachable end stands something else. The outermost of several starts is the simplest.
      if (offsets[index] === offset && (!found || isEnd(found))) found = [...path, { block, index }];
      const statement = block[index];
      if (statement) for (const inner of blocksOf(statement)) visit(inner, [...path, { block, index }]);
    }
  }
}

function isEnd(path: readonly Step[]): boolean {
  const last = path[path.length - 1] as Step;
  return last.index === last.block.length;
}

export function blocksOf(statement: IrStatement): readonly IrBlock[] {
  switch (statement.kind) {
    case "if":
      return [statement.then, statement.otherwise];
    case "loop":
    case "labeled":
      return [statement.body];
    case "try":
      return [statement.body, statement.handler];
    default:
      return [];
  }
}
