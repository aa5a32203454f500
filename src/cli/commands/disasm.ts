import { disassemble } from "../../bytecode/index.ts";
import { renderDiagnostics } from "../../diagnostics/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { compileProgram, standardCatalog } from "../../program/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { paletteFor } from "../palette.ts";

import { readSourceFile } from "../source-file.ts";
import { renderProblem } from "../uncaught.ts";

export function execute(invocation: Invocation, context: CommandContext): number {
  const source = readSourceFile(invocation.positionals[0] as string);
  const program = compileProgram(source, { reader: nodeModuleReader(), catalog: standardCatalog });
  if (program.hasErrors) {
    const palette = paletteFor(context);
    const problems = program.problems.map((problem) => renderProblem(problem, palette)).join("");
    context.output.write("stderr", renderDiagnostics(program.diagnostics, palette) + problems);
    return 1;
  }
  const shown = invocation.has("imports") ? program.modules : program.modules.slice(0, 1);
  const listings = shown.map(([id, code]) =>
    shown.length === 1 ? disassemble(code) : `# ${id}\n${disassemble(code)}`,
  );
  context.output.write("stdout", listings.join("\n"));
  return 0;
}
