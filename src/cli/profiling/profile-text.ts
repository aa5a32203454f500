import type { FunctionCode } from "../../bytecode/index.ts";
import type { ProfileNode, ProgramProfile } from "./program-profile.ts";

interface FunctionTime {
  readonly name: string;
  readonly code: FunctionCode | undefined;
  self: number;
  /** With everything that it called, each moment once however often the function is on the stack. */
  total: number;
}

interface LineTime {
  readonly code: FunctionCode;
  readonly line: number;
  time: number;
}

const longestTable = 15;

/** What a person wants to know first: which functions and which lines the time went to. */
export function profileText({ garbage, idle, root, runtime }: ProgramProfile): string {
  const functions = new Map<FunctionCode | string, FunctionTime>();
  const lines = new Map<string, LineTime>();
  collect(root, new Set(), functions, lines);
  const busy = [...functions.values()].reduce((sum, { self }) => sum + self, 0);
  const share = (time: number): string => `${busy === 0 ? "0.0" : ((100 * time) / busy).toFixed(1)}%`.padStart(6);
  const head = `profile: ${ms(busy)} in the program, ${ms(runtime.self + root.self)} in the runtime around it, ${ms(garbage.self)} collecting garbage, ${ms(idle.self)} waiting`;
  if (busy === 0) return `\n${head}\n`;
  const hottest = [...functions.values()].sort((a, b) => b.self - a.self || b.total - a.total).slice(0, longestTable);
  const hottestLines = [...lines.values()].sort((a, b) => b.time - a.time).slice(0, longestTable);
  return `${[
    "",
    head,
    "",
    "       self             with calls          function",
    ...hottest.map(
      ({ code, name, self, total }) =>
        `  ${ms(self).padStart(11)} ${share(self)}  ${ms(total).padStart(11)} ${share(total)}  ${name}${code ? `  ${placeText(code)}` : ""}`,
    ),
    ...(hottestLines.length === 0 ? [] : ["", "       time         line"]),
    ...hottestLines.map(
      ({ code, line, time }) =>
        `  ${ms(time).padStart(11)} ${share(time)}  ${code.module.source.path}:${line}  ${lineText(code, line)}`,
    ),
  ].join("\n")}\n`;
}

function collect(
  node: ProfileNode,
  open: Set<FunctionCode | string>,
  functions: Map<FunctionCode | string, FunctionTime>,
  lines: Map<string, LineTime>,
): number {
  const key = node.code ?? node.name;
  const isOuter = !open.has(key);
  open.add(key);
  const total = node.self + node.children.reduce((sum, child) => sum + collect(child, open, functions, lines), 0);
  if (isOuter) open.delete(key);
  if (node.code === undefined && node.name.startsWith("(")) return total;
  const known = functions.get(key) ?? { name: node.name, code: node.code, self: 0, total: 0 };
  functions.set(key, known);
  known.self += node.self;
  if (isOuter) known.total += total;
  if (node.code) addLines(node.code, node.lines, lines);
  return total;
}

function addLines(code: FunctionCode, times: ReadonlyMap<number, number>, lines: Map<string, LineTime>): void {
  for (const [line, time] of times) {
    const key = `${code.module.source.path}:${line}`;
    const known = lines.get(key) ?? { code, line, time: 0 };
    lines.set(key, known);
    known.time += time;
  }
}

function lineText({ module }: FunctionCode, line: number): string {
  return (module.source.text.split("\n")[line - 1] ?? "").trim();
}

function placeText({ module, span }: FunctionCode): string {
  return `${module.source.path}:${module.source.lines.lineAt(span.start)}`;
}

function ms(microseconds: number): string {
  return `${(microseconds / 1000).toFixed(1)} ms`;
}
