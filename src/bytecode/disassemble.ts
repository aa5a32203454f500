import type { Constant, FunctionCode, ModuleCode } from "./code.ts";
import { decode, type Instruction, type OperandKind } from "./instructions.ts";

/** A module's code as text: one line an instruction, pools resolved, source lines in the margin. */
export function disassemble(module: ModuleCode): string {
  const entries: [string, FunctionCode][] = [
    ["declare", module.declare],
    ["initialize", module.initialize],
    ...[...module.pipelines].map(([name, code]): [string, FunctionCode] => [`pipeline ${name}`, code]),
    ...module.functions.map((code, index): [string, FunctionCode] => [
      `function ${index}${code.name && ` ${code.name}`}`,
      code,
    ]),
  ];
  return entries.map(([title, code]) => `== ${title}\n${disassembleFunction(code)}`).join("\n");
}

export function disassembleFunction(code: FunctionCode): string {
  const constantBase = code.registerCount - code.constants.length;
  const head = `   ${code.params.length} parameters, ${code.captureCount} captures, ${constantBase} registers, ${code.constants.length} constants`;
  const lines = [head];
  let lastLine = 0;
  let place = 0;
  for (const instruction of decode(code.code)) {
    const line = code.module.source.lines.lineAt(code.places[place * 3 + 1] ?? 0);
    place++;
    const margin = line === lastLine ? "    |" : String(line).padStart(5);
    lastLine = line;
    lines.push(`${margin} ${String(instruction.offset).padStart(4)}  ${format(code, instruction)}`);
  }
  for (const { start, end, target, register } of code.handlers)
    lines.push(`      errors in ${start}..${end} go to ${target}, in r${register}`);
  return `${lines.join("\n")}\n`;
}

function format(code: FunctionCode, { op, operands }: Instruction): string {
  return `${op.padEnd(18)} ${operands.map(({ kind, value }) => formatOperand(code, kind, value)).join(" ")}`.trimEnd();
}

function formatOperand(code: FunctionCode, kind: OperandKind, value: number): string {
  const { module } = code;
  const constantBase = code.registerCount - code.constants.length;
  switch (kind) {
    case "d":
    case "r":
    case "x":
      return value < constantBase ? `r${value}` : formatConstant(code.constants[value - constantBase]);
    case "n":
      return `'${module.names[value]}'`;
    case "b":
      return `@${module.builtins[value]}`;
    case "f":
      return `fn${value}`;
    case "s":
      return `${module.slotNames[value]}#${value}`;
    case "l":
      return `->${value}`;
    default:
      return String(value);
  }
}

function formatConstant(constant: Constant | undefined): string {
  if (!constant) return "?";
  switch (constant.kind) {
    case "nil":
      return "nil";
    case "string":
      return JSON.stringify(constant.value);
    case "duration":
      return `${constant.milliseconds}ms`;
    case "float":
      return Number.isInteger(constant.value) ? constant.value.toFixed(1) : String(constant.value);
    default:
      return String(constant.value);
  }
}
