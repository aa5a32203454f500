import { Catalog, declare, req, t } from "../../builtin/index.ts";
import { disassembleFunction, type FunctionCode, type ModuleCode, verify } from "../../bytecode/index.ts";
import { loadModuleGraph, memoryReader } from "../../modules/index.ts";
import { compileModule } from "../module.ts";

const sample = declare("sample");

/** A catalogue just large enough for what the tests call. */
export const sampleCatalog = new Catalog([
  {
    builtins: [
      sample({ name: "log", summary: "Print.", params: [req("value", t.any)], run: () => null }),
      sample({ name: "len", summary: "Count.", params: [req("value", t.any)], borrows: true, run: () => 0 }),
      ...["%yield", "%spawn", "%deadline_enter", "%deadline_exit"].map((name) =>
        sample({ name, summary: "Of the machine.", params: [req("value", t.any)], run: () => null }),
      ),
    ],
  },
]);

/** Compiles one file as an entry and verifies every function of it. */
export function compileSource(text: string): ModuleCode {
  const graph = loadModuleGraph({ path: "main.harn", text }, memoryReader({ "main.harn": text }));
  const messages = graph.entry.diagnostics.map((diagnostic) => diagnostic.message);
  if (messages.length > 0) throw new Error(messages.join("\n"));
  const { code, problems } = compileModule(graph.entry, sampleCatalog, "entry");
  if (problems.length > 0) throw new Error(problems.map((problem) => problem.message).join("\n"));
  for (const one of functionsOf(code)) {
    const wrong = verify(one);
    if (wrong.length > 0) throw new Error(`${wrong.join("\n")}\n${disassembleFunction(one)}`);
  }
  return code;
}

export function functionsOf(code: ModuleCode): FunctionCode[] {
  return [code.declare, code.initialize, ...code.functions, ...code.pipelines.values()];
}

/** The instructions of the only pipeline, one a line, without margin and offsets. */
export function pipelineCode(text: string): string[] {
  const [pipeline] = [...compileSource(text).pipelines.values()];
  return pipeline ? instructionsOf(pipeline) : [];
}

export function instructionsOf(code: FunctionCode): string[] {
  return disassembleFunction(code)
    .split("\n")
    .slice(1)
    .filter((line) => line !== "" && !line.includes("errors in"))
    .map((line) => line.slice(12).replace(/ +/g, " ").trim());
}
