// Snippets that a program has its runtime run: judged before they are compiled, and loaded beside the program's own modules.
import type { Catalog } from "../builtin/index.ts";
import { memoryReader } from "../modules/index.ts";
import { type SnippetCompiler, SnippetError } from "../stdlib/composition/snippet.ts";
import { parse } from "../syntax/index.ts";
import { Source } from "../text/index.ts";
import type { Value } from "../value/index.ts";
import type { Machine } from "../vm/index.ts";
import { compileProgram } from "./compile-program.ts";
import { nodesOf } from "./source-calls.ts";

const entry = "composition";
/** Statements that start tasks, wait for people or reach models. */
const tasks = new Set(["spawn", "parallel", "select", "human", "eval-pack", "cost-route", "mutex", "emit", "yield"]);
/** Values that every program sees and a snippet may. */
const harmless = new Set(["pi", "e"]);

/** `sequence` numbers the snippets, so that no two share a module. */
export function snippetCompilerOf(machine: () => Machine, catalog: Catalog): SnippetCompiler {
  const loaded = new Map<string, Value>();
  return {
    async compile(snippet, bindings) {
      const text = `pub fn ${entry}(${bindings.join(", ")}) {\n${snippet}\n}\n`;
      const known = loaded.get(text);
      if (known !== undefined) return known;
      judge(text, bindings, catalog);
      const path = `<composition ${loaded.size + 1}>`;
      const program = compileProgram({ path, text }, { reader: memoryReader({}), catalog, checks: false });
      const [problem] = program.problems;
      if (program.hasErrors)
        throw new SnippetError("schema_validation", `composition parse error: ${problem?.message ?? ""}`);
      const module = await machine().load(program.modules);
      const run = module.slots[module.code.exports.get(entry) ?? -1];
      if (run === undefined) throw new SnippetError("schema_validation", "composition parse error: no function");
      loaded.set(text, run);
      return run;
    },
  };
}

/** Throws where the text is not one function, or names what is not for snippets. Its first line is not the snippet's. */
function judge(text: string, bindings: readonly string[], catalog: Catalog): void {
  const source = new Source("<composition>", text);
  const { diagnostics, program } = parse(source);
  const [problem] = diagnostics;
  if (problem !== undefined) {
    const { line, column } = source.lines.positionAt(problem.span.start);
    throw new SnippetError("schema_validation", `composition parse error: ${problem.message} at ${line - 1}:${column}`);
  }
  if (program.items.length !== 1)
    throw new SnippetError("schema_validation", "composition parse error: a snippet is the body of one function");
  const nodes = [...nodesOf(program)];
  const names = declaredNames(nodes);
  for (const node of nodes) {
    if (!("kind" in node)) continue;
    if (tasks.has(String(node.kind))) throw denied("composition snippets cannot spawn or parallelize work");
    for (const name of namesIn(node)) {
      const refusal = refusalOf(name, "kind" in node && node.kind === "call", bindings, names, catalog);
      if (refusal !== undefined) throw denied(refusal);
    }
  }
}

function denied(message: string): SnippetError {
  return new SnippetError("policy_denied", message);
}

/** What a node names outside of itself: the callee of a call, or a name that stands for a value. */
function namesIn(node: object): readonly string[] {
  if ("kind" in node && node.kind === "name" && "name" in node) return [String(node.name)];
  if (!("kind" in node) || node.kind !== "call" || !("callee" in node)) return [];
  const { callee } = node;
  return typeof callee === "object" && callee !== null && "text" in callee ? [String(callee.text)] : [];
}

/** Every name that the text may declare. Too many rather than too few: what is no builtin and nowhere declared fails when it runs. */
function declaredNames(nodes: readonly object[]): ReadonlySet<string> {
  const callees = new Set(
    nodes.flatMap((node) => ("kind" in node && node.kind === "call" && "callee" in node ? [node.callee] : [])),
  );
  return new Set(
    nodes.flatMap((node) =>
      "text" in node && "span" in node && !("kind" in node) && !callees.has(node) ? [String(node.text)] : [],
    ),
  );
}

function refusalOf(
  name: string,
  isCall: boolean,
  bindings: readonly string[],
  declared: ReadonlySet<string>,
  catalog: Catalog,
): string | undefined {
  if (bindings.includes(name) || harmless.has(name)) return undefined;
  const builtin = catalog.builtins.get(name);
  const isForeign =
    builtin !== undefined ? builtin.effect !== "pure" || name.startsWith("_") : catalog.globals.has(name);
  const isUnknown = builtin === undefined && isCall && !declared.has(name);
  if (!isForeign && !isUnknown && name !== "harness" && name !== "argv") return undefined;
  return `composition ${isCall ? "call target" : "name"} \`${name}\` is not a manifest binding or pure helper`;
}
