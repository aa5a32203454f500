import { maxFrames } from "../calls.ts";
import type { CodeMemory } from "../code-memory.ts";
import { cursorForms } from "../cursor.ts";
import type { Frame } from "../frame.ts";
import type { Heat } from "../heat.ts";
import { depthMask, levelOf } from "../level.ts";
import type { CompiledCall, CompiledEntry, Compiler, LinkedFunction } from "../linked-function.ts";
import { analysisOf } from "./code-analysis.ts";
import type { CodeMarks } from "./code-marks.ts";
import { FunctionText } from "./function-text.ts";
import { anything, isNumber, kindOf, kinds, number } from "./kinds.ts";
import { markedCall } from "./marked-tier.ts";
import { positionOf } from "./position.ts";
import { Printer } from "./printer.ts";
import { RawFloats } from "./raw-floats.ts";
import { support } from "./support.ts";
import { TypeAnalysis } from "./types.ts";
import type { Webs } from "./webs.ts";

/** Code beyond this many units stays with the interpreter: the engine does not optimise functions of that size. */
const sizeLimit = 30_000;

/** Prints warm functions as JavaScript (tier 1), and entries into the middle of them for frames that are under way. */
export class JavaScriptCompiler implements Compiler {
  readonly heat: Heat;
  readonly #marks: CodeMarks | undefined;
  #isAllowed: boolean | undefined;

  constructor(heat: Heat, marks?: CodeMarks) {
    this.heat = heat;
    this.#marks = marks;
  }

  prepare(fn: LinkedFunction): void {
    if (this.#marks && fn.code.flow === "plain") fn.setCompiled(markedCall(fn, this));
  }

  compile(fn: LinkedFunction): void {
    if (!this.#canCompile(fn)) return;
    fn.memory.compiled = build(printCall(fn, this.#marks)) as CompiledCall;
    fn.setCompiled(fn.memory.compiled);
  }

  entryAt(fn: LinkedFunction, offset: number, frame: Frame): CompiledEntry | undefined {
    if (!this.#canCompile(fn)) return undefined;
    const text = printEntry(fn, offset, frame, this.#marks);
    return text && (build(text) as CompiledEntry);
  }

  #canCompile(fn: LinkedFunction): boolean {
    this.#isAllowed ??= mayEvaluate();
    return this.#isAllowed && fn.code.code.length <= sizeLimit;
  }
}

/** Whether the host lets code be made from text: a page's content policy and a flag of Node's may forbid it. */
function mayEvaluate(): boolean {
  try {
    return new Function("return true")() === true;
  } catch {
    return false;
  }
}

interface Printed {
  readonly source: string;
  readonly text: FunctionText;
}

function printCall(fn: LinkedFunction, marks: CodeMarks | undefined): Printed {
  const text = new FunctionText(fn.memory, fn.module, marks);
  const { params, captureCount } = fn.code;
  const types = new TypeAnalysis(text).ofCall(fn.code.body);
  const { webs } = analysisOf(fn.memory);
  if (webs) text.keepRaw(new RawFloats(webs, types.results, undefined));
  const printer = new Printer(text, types, true);
  const body = text.collect(() => printer.block(fn.code.body));
  const names = params.map((_param, index) => `r${index}`);
  const source = text.finish({
    head: `return function compiled(${["task", "closure", "level", ...names].join(", ")}) {\nif ((level & ${depthMask}) > ${levelOf(maxFrames, true)}) throw ${text.helper("overflow")}();\nlet fr;`,
    parameters: params.length,
    prologue: (register) =>
      register < params.length + captureCount ? ` = closure.captures[${register - params.length}]` : "",
    guards: "",
    body: printer.usesRestart ? `start: for (;;) {\n${body}\n}` : body,
    resumes: false,
  });
  return { source: text.named(source, "call"), text };
}

/** The continuation from `offset` on, of frames whose registers hold what those of this one do. */
function printEntry(
  fn: LinkedFunction,
  offset: number,
  frame: Frame,
  marks: CodeMarks | undefined,
): Printed | undefined {
  const text = new FunctionText(fn.memory, fn.module, marks);
  const path = positionOf(fn.code.body, text.layout, offset);
  if (!path) return undefined;
  const types = new Uint32Array(text.constantBase);
  for (const register of text.liveAt(offset)) types[register] = entryKind(fn.memory, register, frame);
  const info = new TypeAnalysis(text).ofEntry(path, types);
  const { webs } = analysisOf(fn.memory);
  if (webs) text.keepRaw(new RawFloats(webs, info.results, enteredWith(webs, offset, text.liveAt(offset), types)));
  const printer = new Printer(text, info, false);
  const body = text.collect(() => printer.from(path));
  const raw = text.unboxed(offset, text.liveAt(offset));
  const source = text.finish({
    head: `return function resumed(task, frame) {\nlet fr = frame;\nconst closure = frame.closure, level = frame.depth << 1 | frame.isNested, registers = frame.registers;`,
    parameters: 0,
    prologue: (register) => ` = registers[${register}]`,
    guards: `${guards(text, types)}\n${raw}`,
    body,
    resumes: true,
  });
  return { source: text.named(source, "entry"), text };
}

/** What an entry counts on a register to hold, because it does now. */
function entryKind(memory: CodeMemory, register: number, { registers }: Frame): number {
  if (!memory.speculates) return anything;
  const kind = kindOf(registers[register]);
  return kind === kinds.small && memory.wideRegisters.has(register) ? kinds.wide : kind;
}

/** What a frame's registers hold, by web. */
function enteredWith(webs: Webs, offset: number, live: readonly number[], types: Uint32Array): Map<number, number> {
  const entered = new Map<number, number>();
  for (const register of live) {
    const web = webs.before(offset, register);
    entered.set(web, (entered.get(web) ?? 0) | (types[register] ?? anything));
  }
  return entered;
}

/** Makes sure that a frame is like the one that the entry was made for, and that the engine knows numbers for numbers. */
function guards(text: FunctionText, types: Uint32Array): string {
  const wrong: string[] = [];
  const numbers: string[] = [];
  for (const [register, type] of types.entries()) {
    const variable = `r${register}`;
    const test = testOf(text, variable, type);
    if (test === "" || !text.uses(register)) continue;
    wrong.push(test);
    if (isNumber(type)) numbers.push(type === kinds.small ? `${variable} |= 0;` : `${variable} = +${variable};`);
  }
  if (wrong.length === 0) return "";
  return `if (${wrong.join(" || ")}) return ${text.helper("mismatch")}(task, frame);\n${numbers.join(" ")}`;
}

/** A condition that holds when the variable is not of that kind; empty for a kind that nothing is built on. */
function testOf(text: FunctionText, variable: string, type: number): string {
  switch (type) {
    case kinds.small:
      return `(typeof ${variable} !== "number" || ${variable} !== (${variable} | 0))`;
    case kinds.wide:
    case number:
      return `typeof ${variable} !== "number"`;
    case kinds.string:
      return `typeof ${variable} !== "string"`;
    case kinds.bool:
      return `typeof ${variable} !== "boolean"`;
    case kinds.float:
      return `!(${variable} instanceof ${text.helper("FloatValue")})`;
    case kinds.list:
      return `!(${variable} instanceof ${text.helper("ListValue")})`;
    case kinds.dict:
      return `!(${variable} instanceof ${text.helper("DictValue")})`;
    case kinds.struct:
      return `!(${variable} instanceof ${text.helper("StructValue")})`;
    case kinds.closure:
      return `!(${variable} instanceof ${text.helper("Closure")})`;
    case kinds.range:
      return `!(${variable} instanceof ${text.helper("RangeValue")})`;
    case kinds.counter:
      return `(${variable} == null || ${variable}.form !== ${cursorForms.counter})`;
    case kinds.array:
      return `(${variable} == null || ${variable}.form !== ${cursorForms.array})`;
    case kinds.pulled:
      return `(${variable} == null || ${variable}.form !== ${cursorForms.pulled})`;
    default:
      return "";
  }
}

function build({ source, text }: Printed): unknown {
  const { code, memory, tables } = text;
  const make = new Function("support", "tables", "names", "template", source);
  return make(support, tables, code.module.names, memory.template);
}
