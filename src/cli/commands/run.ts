import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { type CompiledProgram, compileProgram, runProgram } from "../../program/index.ts";
import { deniedBuiltins } from "../../runtime/policy/denied-builtins.ts";
import type { Source } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { inlineProgram } from "../running/entry.ts";
import { Interruption } from "../running/interruption.ts";
import { jsonReport } from "../running/json-report.ts";
import type { RunReport } from "../running/report.ts";
import { catalog } from "../running/catalog.ts";
import { openSession } from "../running/session.ts";
import { textReport } from "../running/text-report.ts";
import { readSourceFile } from "../source-file.ts";

export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  refuseMisuse(invocation);
  const report = invocation.has("json")
    ? jsonReport(context, { isQuiet: invocation.has("quiet") })
    : textReport(context);
  if (invocation.has("json")) context.output.ignoreBrokenPipe();
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    return interruption.statusFor(await runEntry(invocation, context, report, interruption.signal));
  } finally {
    interruption.stop();
  }
}

function refuseMisuse(invocation: Invocation): void {
  const hasFile = invocation.positionals.length > 0;
  if (hasFile && invocation.text("eval") !== undefined) {
    throw new UsageError("`harn run` accepts either `-e <code>` or `<file.harn>`, not both");
  }
  if (!hasFile && invocation.text("eval") === undefined) {
    throw new UsageError("`harn run` requires `-e <code>` or `<file.harn>`");
  }
}

async function runEntry(invocation: Invocation, context: CommandContext, report: RunReport, signal: AbortSignal): Promise<number> {
  let program: CompiledProgram;
  try {
    program = compile(entryOf(invocation));
  } catch (error) {
    if (error instanceof CommandFailure) return report.failed("compile_error", error.message);
    throw error;
  }
  report.diagnosed(program);
  if (program.hasErrors) return report.refused(program);
  const runtime = openSession({
    ...(invocation.text("eval") === undefined ? { file: program.graph.entry.source.path } : {}),
    cwd: context.cwd,
    arguments: invocation.passed,
    isSandboxed: !invocation.has("no-sandbox"),
    ...refusedNames(invocation),
    write: (stream, text) => context.output.write(stream, text),
  });
  report.attach(runtime.events);
  try {
    return report.finished(await runProgram(runtime.machine, program, { signal }));
  } finally {
    await runtime.close();
  }
}

function refusedNames(invocation: Invocation): { readonly denied?: ReadonlySet<string> } {
  const deny = invocation.text("deny");
  const allow = invocation.text("allow");
  if (deny !== undefined) return { denied: deniedBuiltins({ deny }, catalog.builtins.keys()) };
  if (allow !== undefined) return { denied: deniedBuiltins({ allow }, catalog.builtins.keys()) };
  return {};
}

function entryOf(invocation: Invocation): Source {
  const code = invocation.text("eval");
  return code === undefined ? readSourceFile(invocation.positionals[0] as string) : inlineProgram(code);
}

function compile(source: Source): CompiledProgram {
  return compileProgram(source, { reader: nodeModuleReader(), catalog });
}
