import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { isColoured } from "../palette.ts";
import { junitXml } from "../test-runs/junit.ts";
import { outcomeWord } from "../test-runs/outcome-word.ts";
import { Progress } from "../test-runs/progress.ts";
import { openWorkplace, workerCount } from "../test-runs/workplace.ts";
import { type Discovered, discoverTests } from "../user-tests/discover.ts";
import { runTests, type TestResult } from "../user-tests/run-tests.ts";
import { TestTimings } from "../user-tests/timings.ts";
import { writeReport } from "./test-conformance.ts";

export async function testProject(invocation: Invocation, context: CommandContext): Promise<number> {
  const target = targetOf(invocation);
  const found = discoverTests(target, invocation.text("filter"));
  const say = (text: string): void => {
    if (!invocation.has("json")) context.output.write("stdout", text);
  };
  if (found.length > 0) say(headline(found, invocation));
  const started = performance.now();
  const results = found.length === 0 ? [] : await run(found, invocation, context);
  const durationMs = Math.round(performance.now() - started);
  const failed = results.filter(({ outcome }) => outcome !== "passed").length;
  say(found.length === 0 ? "No test pipelines found\n" : `\n${summary(results.length - failed, failed, durationMs)}\n`);
  const report = reportOf(target, results, durationMs);
  if (invocation.has("json")) context.output.write("stdout", envelopeOf(report, failed));
  writeReport(invocation.text("junit"), () => junitXml("harn", results.map(junitCase)));
  writeReport(invocation.text("json-out"), () => `${JSON.stringify(report, null, 2)}\n`);
  return failed > 0 ? 1 : 0;
}

function envelopeOf(report: unknown, failed: number): string {
  return failed === 0
    ? success(report)
    : failure({ code: "tests_failed", message: `${failed} test(s) failed` }, report);
}

function targetOf(invocation: Invocation): string {
  const [target] = invocation.positionals;
  if (target === undefined && !existsSync("tests"))
    throw new UsageError("no path specified and no tests/ directory found");
  const path = target ?? "tests";
  if (!existsSync(path)) throw new CommandFailure("path_not_found", `path not found: ${path}`);
  return path;
}

function headline(found: readonly Discovered[], invocation: Invocation): string {
  const files = new Set(found.map(({ file }) => file)).size;
  const workers = workerCount(invocation);
  const mode = workers > 1 ? "dynamic" : "sequential";
  return `Running ${plural(found.length, "test")} from ${plural(files, "file")} with ${plural(workers, "worker")} (${mode} scheduling)\n\n`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

async function run(
  found: readonly Discovered[],
  invocation: Invocation,
  context: CommandContext,
): Promise<readonly TestResult[]> {
  const { HARN_LLM_PROVIDER = "mock", HARN_STATE_DIR = ".harn" } = context.environment;
  const workplace = openWorkplace(invocation, { HARN_LLM_CALLS_DISABLED: "1", HARN_LLM_PROVIDER });
  const isJson = invocation.has("json");
  const progress = new Progress(context, found.length, isJson);
  try {
    return await runTests(found, {
      workplace,
      places: workerCount(invocation),
      timeoutMs: invocation.count("timeout") ?? 30_000,
      timings: new TestTimings(join(context.cwd, HARN_STATE_DIR)),
      onResult: (result) => {
        progress.step();
        if (!isJson) progress.line(resultText(result, context));
      },
    });
  } finally {
    progress.end();
    await workplace.close();
  }
}

function resultText({ name, file, outcome, durationMs, message = "" }: TestResult, context: CommandContext): string {
  const place = `${name} [${relative(context.cwd, file)}]`;
  const isPassed = outcome === "passed";
  const word = outcomeWord(isPassed ? "PASS" : "FAIL", isColoured(context, "stdout"));
  if (isPassed) return `  ${word}  ${place} (${durationMs} ms)\n`;
  const details = message
    .trimEnd()
    .split("\n")
    .map((line) => `        ${line}\n`);
  return `  ${word}  ${place}\n${details.join("")}`;
}

function summary(passed: number, failed: number, durationMs: number): string {
  return `${passed} passed, ${failed} failed, ${passed + failed} total (${durationMs} ms)`;
}

function junitCase({ name, file, durationMs, message }: TestResult): Parameters<typeof junitXml>[1][number] {
  return { name: `${file}::${name}`, durationMs, ...(message === undefined ? {} : { failure: message }) };
}

function reportOf(root: string, results: readonly TestResult[], durationMs: number): unknown {
  const count = (outcome: TestResult["outcome"]): number =>
    results.filter((result) => result.outcome === outcome).length;
  return {
    schemaVersion: 1,
    suite: "user",
    root,
    duration_ms: durationMs,
    summary: {
      total: results.length,
      passed: count("passed"),
      failed: count("failed"),
      timed_out: count("timed_out"),
      skipped: 0,
    },
    cases: results.map(({ name, file, outcome, durationMs: ms, message }) => ({
      name,
      file,
      classname: file,
      outcome,
      duration_ms: ms,
      ...(message === undefined ? {} : { message }),
    })),
  };
}
