import { messageOf } from "../text/index.ts";
import type { FunctionCode } from "./code.ts";
import { decode, type Instruction } from "./instructions.ts";

/**
 * Proves that a function reads and writes only its own registers and pools, and jumps only to instructions of its own.
 * Gives what is wrong, or nothing. Code that was compiled here passes; code from a cache is checked before it runs.
 */
export function verify(code: FunctionCode): string[] {
  const problems: string[] = [];
  let instructions: Instruction[];
  try {
    instructions = [...decode(code.code)];
  } catch (error) {
    return [messageOf(error)];
  }
  const starts = new Set(instructions.map((instruction) => instruction.offset));
  for (const instruction of instructions) {
    for (const { kind, value } of instruction.operands) {
      const problem = operandProblem(code, starts, kind, value);
      if (problem) problems.push(`${instruction.op} at ${instruction.offset}: ${problem}`);
    }
  }
  for (const handler of code.handlers) {
    if (!starts.has(handler.target)) problems.push(`handler target ${handler.target} is not an instruction`);
    if (handler.register >= code.registerCount)
      problems.push(`handler register ${handler.register} is outside the frame`);
  }
  const last = instructions[instructions.length - 1];
  if (!last || !endsFlow.has(last.op)) problems.push("the last instruction lets control run off the end");
  return problems;
}

const endsFlow: ReadonlySet<string> = new Set(["return", "throw", "rethrow", "tailCall", "jump", "jumpBack"]);

function operandProblem(
  code: FunctionCode,
  starts: ReadonlySet<number>,
  kind: string,
  value: number,
): string | undefined {
  const { module } = code;
  const constantBase = code.registerCount - code.constants.length;
  switch (kind) {
    case "d":
    case "x":
      return value >= 0 && value < constantBase ? undefined : `register ${value} cannot be written`;
    case "r":
      return value >= 0 && value < code.registerCount ? undefined : `register ${value} is outside the frame`;
    case "n":
      return value in module.names ? undefined : `name ${value} is outside the pool`;
    case "b":
      return value in module.builtins ? undefined : `builtin ${value} is outside the pool`;
    case "f":
      return value in module.functions ? undefined : `function ${value} is outside the pool`;
    case "s":
      return value in module.slotNames ? undefined : `slot ${value} is outside the module`;
    case "l":
      return starts.has(value) ? undefined : `target ${value} is not an instruction`;
    default:
      return undefined;
  }
}
