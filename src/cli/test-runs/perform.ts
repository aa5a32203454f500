import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import type { HostClock } from "../../builtin/index.ts";
import { type Diagnostic, renderDiagnostic } from "../../diagnostics/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import {
  type CompiledProgram,
  compileProgram,
  type RunResult,
  runProgram,
  standardCatalog,
} from "../../program/index.ts";
import { CommandFailure } from "../command-failure.ts";

import { runFindings } from "../running/findings.ts";
import { projectCode } from "../running/project-code.ts";
import { openSession, placesOf, type Session, type SessionOptions } from "../running/session.ts";
import { readSourceFile } from "../source-file.ts";
import { errorText, problemText, renderProblem, renderUncaught } from "../uncaught.ts";
import type { Observation, ObservedError, TestJob } from "./observation.ts";

interface Outcome {
  readonly program?: CompiledProgram;
  readonly error?: ObservedError;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs one program in a runtime of its own and reports what it did, on this machine's time or another. A fault of ours is an
 * error of the program under test.
 */
export async function performJob(job: TestJob, clock?: HostClock): Promise<Observation> {
  const started = performance.now();
  const timeout = AbortSignal.timeout(job.timeoutMs);
  const { program, error, stdout, stderr } = await observe(job, timeout, clock);
  const diagnostics = [...(program?.diagnostics ?? []), ...(await lintFindings(job, program))];
  return {
    stdout,
    stderr,
    ...(error === undefined ? {} : { error }),
    findings: diagnostics.map(findingLine),
    codes: diagnostics.map(({ code }) => code),
    durationMs: Math.round(performance.now() - started),
    ...(timeout.aborted ? { timedOutAfterMs: job.timeoutMs } : {}),
  };
}

/** Only a program with a `.lint` file beside it asks what the linter says; with default options, as the file is written for anyone. */
async function lintFindings(job: TestJob, program: CompiledProgram | undefined): Promise<readonly Diagnostic[]> {
  const isAsked = job.kind === "conformance" && existsSync(job.file.replace(/\.harn$/, ".lint"));
  if (!isAsked || program === undefined) return [];
  const { lint } = await import("../../lint/index.ts");
  return lint(program.graph.entry, standardCatalog);
}

async function observe(job: TestJob, signal: AbortSignal, clock: HostClock | undefined): Promise<Outcome> {
  let program: CompiledProgram;
  try {
    program = compileProgram(readSourceFile(job.file), {
      reader: nodeModuleReader(),
      catalog: standardCatalog,
      checks: job.kind === "conformance",
    });
  } catch (error) {
    return { error: faultOf(error), stdout: "", stderr: "" };
  }
  const refusal = refusalOf(program);
  if (refusal !== undefined) return { program, error: refusal, stdout: "", stderr: "" };
  const output = { stdout: job.kind === "conformance" ? warningLines(program) : "", stderr: "" };
  const write = (stream: "stdout" | "stderr", text: string): void => {
    output[stream] += text;
  };
  const error = await run(job, program, signal, { write, ...(clock && { clock }) });
  return { program, ...output, ...(error === undefined ? {} : { error }) };
}

async function run(
  job: TestJob,
  program: CompiledProgram,
  signal: AbortSignal,
  outside: Pick<SessionOptions, "write" | "clock">,
): Promise<ObservedError | undefined> {
  let session: Session | undefined;
  try {
    session = openSession({
      models: fixturesBeside(job),
      file: job.file,
      cwd: job.cwd,
      argv: [],
      isSandboxed: false,
      isEphemeral: true,
      ...(job.compiling && { compiling: job.compiling }),
      ...outside,
      warn: (message) => outside.write("stderr", `warning: ${message}\n`),
    });
    const pipeline = job.pipeline === undefined ? {} : { pipeline: job.pipeline };
    const project = await projectCode(placesOf(job.file, job.cwd), nodeModuleReader());
    const prepare = project && { prepare: project.install };
    return resultError(await runProgram(session.runtime.machine, program, { signal, ...pipeline, ...prepare }));
  } catch (error) {
    return faultOf(error);
  } finally {
    await session?.close();
  }
}

/** `<stem>.llm-mock.jsonl` beside a conformance program answers its model calls. */
function fixturesBeside({ file, kind }: TestJob): {
  readonly fixtures?: { readonly text: string; readonly name: string };
} {
  const path = file.replace(/\.harn$/, ".llm-mock.jsonl");
  return kind === "conformance" && existsSync(path)
    ? { fixtures: { text: readFileSync(path, "utf8"), name: basename(path) } }
    : {};
}

function resultError(result: RunResult): ObservedError | undefined {
  switch (result.kind) {
    case "value":
      return undefined;
    case "exit":
      return result.status === 0 ? undefined : sameText(`exit status ${result.status}`);
    case "error":
      return { text: errorText(result.error), rendered: renderUncaught(result.error) };
  }
}

/** A program that does not run: the first error speaks for all of them. */
function refusalOf({ hasErrors, diagnostics, problems }: CompiledProgram): ObservedError | undefined {
  if (!hasErrors) return undefined;
  const first = diagnostics.find(({ severity }) => severity === "error");
  if (first !== undefined) return { text: first.plain ?? first.message, rendered: `${renderDiagnostic(first)}\n` };
  const [problem] = problems;
  return problem && { text: problemText(problem), rendered: renderProblem(problem) };
}

function faultOf(error: unknown): ObservedError {
  if (error instanceof CommandFailure) return sameText(error.message);
  return sameText(
    `internal error: ${error instanceof Error ? (process.env.HARN_DEBUG === "1" ? error.stack : error.message) : String(error)}`,
  );
}

function sameText(text: string): ObservedError {
  return { text, rendered: `${text}\n` };
}

function warningLines(program: CompiledProgram): string {
  return runFindings(program)
    .filter(({ severity }) => severity === "warning")
    .map(({ message }) => `warning: ${message}\n`)
    .join("");
}

function findingLine({ code, severity, rule, message }: Diagnostic): string {
  return `${code} ${severity}${rule === undefined ? "" : ` lint[${rule}]`}: ${message}`;
}
