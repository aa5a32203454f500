import { type Layout, layoutOf } from "../../bytecode/index.ts";
import { maxFrames } from "../calls.ts";
import { depthMask, levelOf } from "../level.ts";
import type { CompiledCall, CompiledEntry, Compiler, Heat, LinkedFunction } from "../linked-function.ts";
import { FunctionText } from "./function-text.ts";
import { Liveness } from "./liveness.ts";
import { positionOf } from "./position.ts";
import { Printer } from "./printer.ts";
import { support } from "./support.ts";

/** Code beyond this many units stays with the interpreter: the engine does not optimise functions of that size. */
const sizeLimit = 30_000;

/** What warms a function up enough to be worth a millisecond of compiling. */
export const usualHeat: Heat = { calls: 60, loops: 400, resumptions: 16 };

/** Compiles at the first call, the first back edge and the first resumption: for tests that want every tier to be seen. */
export const alwaysHot: Heat = { calls: 0, loops: 0, resumptions: 0 };

/** Prints warm functions as JavaScript (tier 1), and entries into the middle of them for frames that are under way. */
export class JavaScriptCompiler implements Compiler {
  readonly heat: Heat;
  #isAllowed: boolean | undefined;

  constructor(heat: Heat) {
    this.heat = heat;
  }

  compile(fn: LinkedFunction): void {
    if (!this.#canCompile(fn)) return;
    fn.setCompiled(build(printCall(fn), fn) as CompiledCall);
  }

  entryAt(fn: LinkedFunction, offset: number): CompiledEntry | undefined {
    if (!this.#canCompile(fn)) return undefined;
    const text = printEntry(fn, offset);
    return text && (build(text, fn) as CompiledEntry);
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

function printCall(fn: LinkedFunction): Printed {
  const text = textOf(fn);
  const { params, captureCount } = fn.code;
  const printer = new Printer(text, true);
  const body = text.collect(() => printer.block(fn.code.body));
  const names = params.map((_param, index) => `r${index}`);
  const source = text.finish({
    head: `return function compiled(${["task", "closure", "level", ...names].join(", ")}) {\nif ((level & ${depthMask}) > ${levelOf(maxFrames, true)}) throw ${text.helper("overflow")}();\nlet fr;`,
    parameters: params.length,
    prologue: (register) =>
      register < params.length + captureCount ? ` = closure.captures[${register - params.length}]` : "",
    body: printer.usesRestart ? `start: for (;;) {\n${body}\n}` : body,
    resumes: false,
  });
  return { source, text };
}

/** The continuation of a frame from `offset` on. */
function printEntry(fn: LinkedFunction, offset: number): Printed | undefined {
  const text = textOf(fn);
  const path = positionOf(fn.code.body, text.layout, offset);
  if (!path) return undefined;
  const printer = new Printer(text, false);
  const body = text.collect(() => printer.from(path));
  const source = text.finish({
    head: `return function resumed(task, frame) {\nlet fr = frame;\nconst closure = frame.closure, level = frame.depth << 1 | frame.isNested, registers = frame.registers;`,
    parameters: 0,
    prologue: (register) => ` = registers[${register}]`,
    body,
    resumes: true,
  });
  return { source, text };
}

function textOf(fn: LinkedFunction): FunctionText {
  const analysis = (fn.analysis ??= analyse(fn)) as Analysis;
  return new FunctionText(fn, analysis.layout, analysis.liveness);
}

/** What all forms of one function are printed from. */
interface Analysis {
  readonly layout: Layout;
  readonly liveness: Liveness;
}

function analyse({ code }: LinkedFunction): Analysis {
  const layout = layoutOf(code.body, code.registerCount - code.constants.length);
  return { layout, liveness: new Liveness(code) };
}

function build({ source, text }: Printed, fn: LinkedFunction): unknown {
  const { module, template } = fn;
  const factory = new Function("support", "sites", "names", "slots", "natives", "template", "module", source);
  return factory(support, text.sites, module.code.names, module.slots, module.natives, template, module);
}
