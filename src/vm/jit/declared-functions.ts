import { decode, type FunctionCode, type ModuleCode, opNumbers } from "../../bytecode/index.ts";

/**
 * The functions that a module's slots hold from the time it is declared on: for each slot that is written once, by the module's
 * declarations, the code of the closure there. No form of the module's functions runs before that.
 */
export type DeclaredFunctions = ReadonlyMap<number, FunctionCode>;

const known = new WeakMap<ModuleCode, DeclaredFunctions>();

export function declaredFunctions(module: ModuleCode): DeclaredFunctions {
  let declared = known.get(module);
  if (declared === undefined) known.set(module, (declared = find(module)));
  return declared;
}

function find(module: ModuleCode): DeclaredFunctions {
  const found = new Map<number, FunctionCode>();
  const made = new Map<number, number>();
  const written = new Set<number>();
  for (const statement of module.declare.body) {
    if (statement.kind !== "op") continue;
    const [first = 0, second = 0] = statement.operands;
    if (statement.op === "makeClosure") made.set(first, second);
    else if (statement.op !== "storeSlot") made.delete(first);
    else if (written.has(first)) found.delete(first);
    else if (made.has(second)) found.set(first, module.functions[made.get(second) as number] as FunctionCode);
    if (statement.op === "storeSlot") written.add(first);
  }
  for (const code of [...module.functions, module.initialize, ...module.pipelines.values()])
    for (const slot of slotsWrittenBy(code)) found.delete(slot);
  return found;
}

function* slotsWrittenBy({ code }: FunctionCode): Iterable<number> {
  // Most functions write none, and hold no such number at all.
  if (!code.includes(opNumbers.storeSlot)) return;
  for (const { op, operands } of decode(code)) if (op === "storeSlot") yield operands[0]?.value as number;
}
