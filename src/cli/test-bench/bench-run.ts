import { writeFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { Interruption } from "../running/interruption.ts";
import { performRun } from "../running/perform-run.ts";
import { saveFixtures } from "../running/recorded-fixtures.ts";
import type { RunReport } from "../running/report.ts";
import type { RunRules } from "../running/run-rules.ts";
import { readSourceFile } from "../source-file.ts";
import type { Bench } from "./bench.ts";
import { overlayDiff } from "./overlay-diff.ts";
import type { TapeHeader } from "./tape.ts";

export interface BenchRun {
  readonly file: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly fixtures?: RunRules["fixtures"];
  /** Where the answers of models are kept for later. */
  readonly recordedFixtures?: string;
}

/** What a run under a bench leaves behind, besides what it prints. */
export interface BenchFiles {
  readonly processes?: string;
  readonly diff?: string;
  readonly tape?: string;
}

/** Runs a program under a bench and gives its exit status. */
export async function runUnder(
  bench: Bench,
  { argv, cwd, file, fixtures, recordedFixtures }: BenchRun,
  report: RunReport,
  context: CommandContext,
): Promise<number> {
  const interruption = new Interruption(context, (status) => process.exit(status));
  const request = {
    source: readSourceFile(file),
    isInline: false,
    reader: nodeModuleReader(),
    argv,
    cwd,
    rules: { isSandboxed: true, readable: [], ...(fixtures && { fixtures }) },
  };
  try {
    const performance = await performRun(request, context, report, interruption.signal, {
      keepsRecord: false,
      isEphemeral: true,
      bench,
      recordsFixtures: recordedFixtures !== undefined,
      onResult: (session) => saveFixtures(session, recordedFixtures),
    });
    // Only a run with a recording can be stopped.
    return interruption.statusFor(performance.kind === "ended" ? performance.status : 1);
  } finally {
    interruption.stop();
  }
}

/** Writes what was asked for, and tells on standard error what the bench took note of. */
export function reportBench(
  bench: Bench,
  header: TapeHeader,
  { diff, processes, tape }: BenchFiles,
  { isNetworkDenied }: { readonly isNetworkDenied: boolean },
  context: CommandContext,
): void {
  const say = (text: string): void => context.output.write("stderr", `[testbench] ${text}\n`);
  if (isNetworkDenied) say("network=deny applied for the duration of the run.");
  const changes = bench.changes();
  if (changes.length > 0) {
    const list = changes.map(({ kind, path }) => `\n  ${kind} ${path}`).join("");
    say(`overlay fs diff: ${changes.length} change(s)${list}`);
  }
  if (diff !== undefined) keep(diff, () => writeFileSync(diff, overlayDiff(changes)));
  if (processes !== undefined) {
    keep(processes, () => writeFileSync(processes, `${JSON.stringify(bench.spawned, undefined, 2)}\n`));
    say(`recorded ${bench.spawned.length} subprocess invocation(s) to ${processes}.`);
  }
  if (tape !== undefined) {
    keep(tape, () => bench.recorder.write(tape, header));
    say(`emitted unified tape with ${bench.recorder.length} record(s) to ${tape}.`);
  }
  for (const { capability, count } of bench.clockLeaks()) say(`clock leak: ${capability} (count=${count})`);
}

function keep(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write ${path}: ${hostError(error).message}`, { cause: error });
  }
}
