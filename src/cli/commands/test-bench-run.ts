import { statSync } from "node:fs";
import { resolve } from "node:path";
import { languageVersion } from "../../builtin/language-version.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { fixturesOf } from "../running/run-request.ts";
import { textReport } from "../running/text-report.ts";
import { Bench, defaultStart } from "../test-bench/bench.ts";
import { type BenchFiles, reportBench, runUnder } from "../test-bench/bench-run.ts";
import { readProcessTape } from "../test-bench/process-tape.ts";
import type { TapeHeader } from "../test-bench/tape.ts";

/** Runs a program with time, files, processes, models and network under control. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const file = invocation.positionals[0] as string;
  const isPaused = invocation.text("clock") !== "real";
  const isNetworkDenied = invocation.text("network") !== "real";
  const path = (name: string): string | undefined => pathOf(invocation, name, context);
  const replay = path("process-replay");
  const bench = new Bench({
    startAt: isPaused ? startOf(invocation) : undefined,
    hasOverlay: hasOverlay(invocation, context),
    processes: replay === undefined ? undefined : readProcessTape(replay),
    allowedHosts: isNetworkDenied ? invocation.texts("allow-host") : undefined,
  });
  if (invocation.text("emit-diff") !== undefined && invocation.text("fs-overlay") === undefined)
    throw new UsageError("--emit-diff shows what was written into an overlay: add --fs-overlay DIR");
  const fixtures = fixturesOf(path("llm-fixture"));
  const recordedFixtures = path("llm-record");
  const run = {
    file,
    argv: invocation.passed,
    cwd: context.cwd,
    ...(fixtures && { fixtures }),
    ...(recordedFixtures !== undefined && { recordedFixtures }),
  };
  const status = await runUnder(bench, run, textReport(context), context);
  const kept = { diff: path("emit-diff"), processes: path("process-record"), tape: path("emit-tape") };
  const files = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)) as BenchFiles;
  reportBench(bench, headerOf(invocation, bench), files, { isNetworkDenied }, context);
  return status;
}

export function pathOf(invocation: Invocation, name: string, { cwd }: CommandContext): string | undefined {
  const given = invocation.text(name);
  return given === undefined ? undefined : resolve(cwd, given);
}

export function requiredPath(invocation: Invocation, name: string, context: CommandContext): string {
  const path = pathOf(invocation, name, context);
  if (path === undefined) throw new UsageError(`--${name} is required`);
  return path;
}

/** Unix milliseconds at which the clock is to stand. */
export function startOf(invocation: Invocation): number {
  return invocation.count("start-at") ?? defaultStart;
}

/** The folder of an overlay has to be there: a typing error must not let a program write for real. */
export function hasOverlay(invocation: Invocation, context: CommandContext): boolean {
  const folder = pathOf(invocation, "fs-overlay", context);
  if (folder === undefined) return false;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new CommandFailure("overlay_missing", `--fs-overlay: ${folder} is no folder`);
  return true;
}

export function headerOf(invocation: Invocation, bench: Bench): TapeHeader {
  return {
    type: "header",
    version: 1,
    harn_version: languageVersion,
    started_at_unix_ms: bench.service.startAt ?? Date.now(),
    script_path: invocation.positionals[0] as string,
    argv: invocation.passed,
  };
}
