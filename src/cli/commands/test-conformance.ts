import { writeFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import { nameFilter } from "../conformance/name-filter.ts";
import { countResults, suiteJson, suiteJunit, suiteSummary } from "../conformance/report.ts";
import { type CaseResult, runSuite } from "../conformance/run-suite.ts";
import { readSuite, type SuiteCase } from "../conformance/suite.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { isColoured } from "../palette.ts";
import { junitXml } from "../test-runs/junit.ts";
import { outcomeWord } from "../test-runs/outcome-word.ts";
import { Progress } from "../test-runs/progress.ts";
import { openWorkplace } from "../test-runs/workplace.ts";

export async function testConformance(invocation: Invocation, context: CommandContext): Promise<number> {
  const cases = casesOf(invocation);
  const started = performance.now();
  const results = await runCases(cases, invocation, context);
  const totalMs = performance.now() - started;
  writeReport(invocation.text("junit"), () => junitXml("harn", suiteJunit(results)));
  writeReport(invocation.text("json-out"), () => `${JSON.stringify(suiteJson(results), null, 2)}\n`);
  const { failed } = countResults(results);
  if (invocation.has("json")) context.output.write("stdout", envelopeOf(results, failed));
  else context.output.write("stdout", suiteSummary(results, totalMs, showsTiming(invocation)));
  return failed > 0 ? 1 : 0;
}

function casesOf(invocation: Invocation): readonly SuiteCase[] {
  const root = invocation.text("root") ?? "conformance";
  const isWanted = nameFilter(invocation.text("filter"));
  const cases = readSuite(root, invocation.positionals[1]).filter(({ name }) => isWanted(name));
  if (cases.length === 0)
    throw new CommandFailure("no_programs", `no conformance programs found under ${invocation.positionals[1] ?? root}`);
  return cases;
}

async function runCases(
  cases: readonly SuiteCase[],
  invocation: Invocation,
  context: CommandContext,
): Promise<readonly CaseResult[]> {
  const isJson = invocation.has("json");
  const workplace = openWorkplace(invocation, { HARN_LLM_CALLS_DISABLED: "1" });
  const progress = new Progress(context, cases.length, isJson);
  try {
    return await runSuite(cases, {
      workplace,
      timeoutMs: invocation.count("timeout") ?? 30_000,
      cwd: context.cwd,
      runsExpectedFailures: isJson,
      onResult: (result) => {
        progress.step();
        if (!isJson) progress.line(caseLine(result, invocation, context));
      },
    });
  } finally {
    progress.end();
    await workplace.close();
  }
}

function caseLine({ name, outcome, durationMs }: CaseResult, invocation: Invocation, context: CommandContext): string {
  const word = outcomeWord(
    outcome === "pass" ? "PASS" : outcome === "skip" ? "SKIP" : "FAIL",
    isColoured(context, "stdout"),
  );
  return `  ${word}  ${name}${showsTiming(invocation) && outcome !== "skip" ? ` (${durationMs} ms)` : ""}\n`;
}

function showsTiming(invocation: Invocation): boolean {
  return invocation.has("timing") || invocation.has("verbose");
}

function envelopeOf(results: readonly CaseResult[], failed: number): string {
  const data = suiteJson(results);
  if (failed === 0) return success(data);
  return failure({ code: "conformance_failed", message: `${failed} conformance program(s) failed` }, data);
}

export function writeReport(path: string | undefined, report: () => string): void {
  if (path === undefined) return;
  try {
    writeFileSync(path, report());
  } catch (error) {
    throw new CommandFailure("report_failed", `cannot write ${path}: ${hostError(error).message}`);
  }
}
