import { readFileSync, writeFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { FixtureError } from "../../llm/index.ts";
import { standardCatalog } from "../../program/catalog.ts";
import { type RunResult, runProgram } from "../../program/run-program.ts";
import type { RunnableProgram } from "../../program/stored-program.ts";
import { RunRecordError } from "../../records/index.ts";
import { deniedBuiltins } from "../../runtime/index.ts";
import type { Source } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { findProgram, keepProgram } from "../running/compiled-programs.ts";
import { Interruption } from "../running/interruption.ts";
import { jsonReport } from "../running/json-report.ts";
import type { RunReport } from "../running/report.ts";
import { openSession, type Session } from "../running/session.ts";
import { textReport } from "../running/text-report.ts";
import { readSourceFile } from "../source-file.ts";

export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  refuseMisuse(invocation);
  const report = reportFor(invocation, context);
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    return interruption.statusFor(await runEntry(invocation, context, report, interruption.signal));
  } catch (error) {
    if (error instanceof CommandFailure) return report.failed(error.code, error.message);
    throw error;
  } finally {
    interruption.stop();
  }
}

function refuseMisuse(invocation: Invocation): void {
  const hasFile = invocation.positionals.length > 0;
  const hasCode = invocation.text("eval") !== undefined;
  if (hasFile && hasCode) throw new UsageError("`harn run` accepts either `-e <code>` or `<file.harn>`, not both");
  if (!hasFile && !hasCode) throw new UsageError("`harn run` requires `-e <code>` or `<file.harn>`");
}

function reportFor(invocation: Invocation, context: CommandContext): RunReport {
  if (!invocation.has("json")) return textReport(context);
  context.output.ignoreBrokenPipe();
  return jsonReport(context, { isQuiet: invocation.has("quiet") });
}

async function runEntry(
  invocation: Invocation,
  context: CommandContext,
  report: RunReport,
  signal: AbortSignal,
): Promise<number> {
  const program = await programOf(invocation, context, report);
  if (typeof program === "number") return program;
  if (invocation.has("no-sandbox"))
    report.warn("harn run --no-sandbox disables filesystem, process, and egress sandbox defaults");
  const session = sessionFor(program, invocation, context, report);
  report.attach(session);
  try {
    const result = await runProgram(session.runtime.machine, program, { signal });
    saveRecording(session, invocation.text("llm-mock-record"));
    await keepRecord(session, result, report);
    await session.close();
    return report.finished(result);
  } finally {
    await session.close();
  }
}

/** The program to run, with what there is to say about it said; or the exit status if it cannot run. */
async function programOf(
  invocation: Invocation,
  context: CommandContext,
  report: RunReport,
): Promise<RunnableProgram | number> {
  const code = invocation.text("eval");
  const entry = code === undefined ? readEntry(invocation.positionals[0] as string) : undefined;
  const reader = nodeModuleReader();
  const known = entry && findProgram(entry, reader, context);
  if (known !== undefined) {
    report.diagnosed(known);
    return known;
  }
  // The front end is loaded only where something has to be compiled.
  const { compileEntry, inlineProgram } = await import("../running/compile-entry.ts");
  const { program, observations } = compileEntry(entry ?? inlineProgram(code as string), reader);
  report.diagnosed(program);
  if (program.hasErrors) return report.refused(program);
  if (entry !== undefined) keepProgram(program, observations, context);
  return { ...program, path: program.graph.entry.source.path };
}

function readEntry(path: string): Source {
  try {
    return readSourceFile(path);
  } catch (error) {
    if (error instanceof CommandFailure) throw new CommandFailure("compile_error", error.message, { cause: error });
    throw error;
  }
}

function sessionFor(
  program: RunnableProgram,
  invocation: Invocation,
  context: CommandContext,
  report: RunReport,
): Session {
  const isFile = invocation.text("eval") === undefined;
  try {
    return openSession({
      ...(isFile ? { file: program.path } : {}),
      cwd: context.cwd,
      argv: invocation.passed,
      isSandboxed: !invocation.has("no-sandbox"),
      readable: invocation.texts("read"),
      ...refusedNames(invocation),
      models: {
        ...fixturesOf(invocation.text("llm-mock")),
        recordsFixtures: invocation.text("llm-mock-record") !== undefined,
      },
      write: (stream, text) => context.output.write(stream, text),
      warn: (message) => report.warn(message),
    });
  } catch (error) {
    if (error instanceof FixtureError) throw new CommandFailure("llm_mock_install", error.message, { cause: error });
    throw error;
  }
}

function refusedNames(invocation: Invocation): { readonly denied?: ReadonlySet<string> } {
  const deny = invocation.text("deny");
  const allow = invocation.text("allow");
  if (deny !== undefined) return { denied: deniedBuiltins({ deny }, standardCatalog.builtins.keys()) };
  if (allow !== undefined) return { denied: deniedBuiltins({ allow }, standardCatalog.builtins.keys()) };
  return {};
}

function fixturesOf(path: string | undefined): {
  readonly fixtures?: { readonly text: string; readonly name: string };
} {
  if (path === undefined) return {};
  try {
    return { fixtures: { text: readFileSync(path, "utf8"), name: path } };
  } catch (error) {
    throw new CommandFailure("llm_mock_install", `cannot read ${path}: ${hostError(error).message}`);
  }
}

async function keepRecord(session: Session, result: RunResult, report: RunReport): Promise<void> {
  try {
    const path = await session.keepRecord(result);
    if (path !== undefined) report.kept(path);
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("run_record_save_failed", `the run ended, but its record is lost: ${error.message}`);
  }
}

function saveRecording(session: Session, path: string | undefined): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, session.recordedFixtures());
  } catch (error) {
    throw new CommandFailure("llm_mock_record", `cannot write ${path}: ${hostError(error).message}`);
  }
}
