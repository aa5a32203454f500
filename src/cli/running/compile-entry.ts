// The door to the front end for `harn run`: what is imported here is loaded only when a program has to be compiled.
import type { ModuleReader } from "../../modules/index.ts";
import { standardCatalog } from "../../program/catalog.ts";
import { type CompiledProgram, type CompileOptions, compileProgram } from "../../program/compile-program.ts";
import { type Observation, observeReader } from "../../program/observed-reader.ts";
import { parse } from "../../syntax/index.ts";
import { Source } from "../../text/index.ts";

/** Compiles a program, and notes all that decided how it came out. */
export function compileEntry(
  entry: Source,
  reader: ModuleReader,
  timed: NonNullable<CompileOptions["timed"]>,
): { readonly program: CompiledProgram; readonly observations: readonly Observation[] } {
  const observed = observeReader(reader);
  const program = compileProgram(entry, { reader: observed.reader, catalog: standardCatalog, timed });
  return { program, observations: observed.observations };
}

/** What code from the command line is called in messages. Its imports are relative to the working directory. */
const inlineName = "<eval>";

/**
 * Code from the command line as a program: leading imports stay at the top, the rest is the body of a pipeline. The code keeps
 * its lines, so that messages count them as they were typed.
 */
export function inlineProgram(code: string): Source {
  const cut = endOfImports(code);
  return new Source(inlineName, `${code.slice(0, cut)}pipeline main(task) {${code.slice(cut)}\n}\n`);
}

function endOfImports(code: string): number {
  let end = 0;
  for (const item of parse(new Source(inlineName, code)).program.items) {
    if (item.kind !== "import") break;
    end = item.span.end;
  }
  if (end === 0) return 0;
  const separator = /^[ \t]*[;\n]?/.exec(code.slice(end))?.[0] ?? "";
  return end + separator.length;
}
