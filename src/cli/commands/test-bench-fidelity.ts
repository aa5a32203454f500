import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import type { RunRules } from "../running/run-rules.ts";
import { textReport } from "../running/text-report.ts";
import { Bench } from "../test-bench/bench.ts";
import { runUnder } from "../test-bench/bench-run.ts";
import { compareTapes, type FidelityMode, fidelityModes } from "../test-bench/fidelity.ts";
import { processesOf } from "../test-bench/process-tape.ts";
import { contentOf, type Payload, readTape, type Tape } from "../test-bench/tape.ts";
import { hasOverlay, headerOf, pathOf } from "./test-bench-run.ts";

/** Says how far two tapes agree, or a tape and a program that is run again on it. Exit status 2: not wholly. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const mode = invocation.text("mode") as FidelityMode;
  if (!fidelityModes.includes(mode)) throw new UsageError(`unknown fidelity mode \`${mode}\``);
  const [primary, second] = invocation.positionals as [string, string | undefined];
  const against = pathOf(invocation, "against", context);
  if ((against === undefined) === (second === undefined))
    throw new UsageError("expected either two tape paths or `--against TAPE FILE`");
  const recordedPath = against ?? resolve(context.cwd, primary);
  const recorded = readTape(recordedPath);
  const replay =
    second === undefined
      ? await replayOf(recorded, recordedPath, invocation, context)
      : readTape(resolve(context.cwd, second));
  const report = compareTapes(recorded, replay, mode);
  const text = `${JSON.stringify(report, undefined, 2)}\n`;
  const path = pathOf(invocation, "report", context);
  if (path === undefined) context.output.write("stdout", text);
  else writeFileSync(path, text);
  return report.divergences.length === 0 ? 0 : 2;
}

/** Runs a program on what a tape holds of processes and models. What it prints goes to standard error: the report is the output. */
async function replayOf(tape: Tape, path: string, invocation: Invocation, context: CommandContext): Promise<Tape> {
  const bench = new Bench({
    startAt: invocation.count("start-at") ?? tape.header.started_at_unix_ms,
    hasOverlay: hasOverlay(invocation, context),
    processes: processesOf(path),
    allowedHosts: [],
  });
  const fixtures = fixturesFrom(tape, path);
  const quiet: CommandContext = {
    ...context,
    output: Object.create(context.output, {
      write: { value: (_: unknown, text: string) => context.output.write("stderr", text) },
    }),
  };
  const run = {
    file: invocation.positionals[0] as string,
    argv: invocation.passed.length > 0 ? invocation.passed : tape.header.argv,
    cwd: context.cwd,
    ...(fixtures && { fixtures }),
  };
  await runUnder(bench, run, textReport(quiet), quiet);
  return bench.recorder.tape(headerOf(invocation, bench));
}

/** What models answered, as a fixture file: in the order of the tape. */
function fixturesFrom(tape: Tape, path: string): RunRules["fixtures"] {
  const answers = tape.records
    .filter(({ kind }) => kind.kind === "llm_call")
    .map(({ kind }) => Buffer.from(contentOf(kind.response as Payload, path)).toString("utf8"));
  if (answers.length === 0) return undefined;
  const text = answers.map((answer) => `${fixtureOf(answer)}\n`).join("");
  return { text, name: path };
}

function fixtureOf(answer: string): string {
  const { input_tokens, model, output_tokens, provider, stop_reason, text, thinking, tool_calls } = JSON.parse(answer);
  return JSON.stringify({ text, tool_calls, input_tokens, output_tokens, model, provider, thinking, stop_reason });
}
