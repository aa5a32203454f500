import { renderDiagnostics } from "../../diagnostics/index.ts";
import { parse, programJson, programText } from "../../syntax/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { paletteFor } from "../palette.ts";
import { readSourceFile } from "../source-file.ts";

export function execute(invocation: Invocation, context: CommandContext): number {
  const source = readSourceFile(invocation.positionals[0] as string);
  const { program, diagnostics } = parse(source);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) {
    if (invocation.has("json"))
      throw new CommandFailure("parse_failed", errors.map((found) => found.plain ?? found.message).join("\n"));
    context.output.write("stderr", renderDiagnostics(diagnostics, paletteFor(context)));
    return 1;
  }
  context.output.write(
    "stdout",
    invocation.has("json") ? success(programJson(program, source)) : programText(program, source),
  );
  return 0;
}
