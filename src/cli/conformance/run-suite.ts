import type { TestJob, Workplace } from "../test-runs/observation.ts";
import { judge } from "./expectation.ts";
import type { SuiteCase } from "./suite.ts";

export interface CaseResult {
  readonly name: string;
  readonly outcome: "pass" | "fail" | "skip" | "xfail_expected" | "xfail_unexpected_pass";
  readonly durationMs: number;
  /** Why it failed, or why failing was expected. */
  readonly message?: string;
  readonly codes: readonly string[];
}

export interface SuiteOptions {
  readonly workplace: Workplace;
  readonly timeoutMs: number;
  readonly cwd: string;
  /** Whether programs that are known to fail run all the same. */
  readonly runsExpectedFailures: boolean;
  /** Told of each result in the order of the cases. */
  readonly onResult?: (result: CaseResult) => void;
}

/** Runs a suite; results come in the order of the cases, however many ran side by side. */
export async function runSuite(cases: readonly SuiteCase[], options: SuiteOptions): Promise<readonly CaseResult[]> {
  const running = cases.map((suiteCase) => runCase(suiteCase, options));
  const results: CaseResult[] = [];
  for (const pending of running) {
    const result = await pending;
    options.onResult?.(result);
    results.push(result);
  }
  return results;
}

export async function runCase(suiteCase: SuiteCase, options: SuiteOptions): Promise<CaseResult> {
  const { file, name, expectation, expectedFailure } = suiteCase;
  if (expectedFailure !== undefined && (!options.runsExpectedFailures || expectation === undefined)) {
    return { name, outcome: "skip", durationMs: 0, message: expectedFailure, codes: [] };
  }
  const job: TestJob = { file, kind: "conformance", timeoutMs: options.timeoutMs, cwd: options.cwd };
  const seen = await options.workplace.perform(job);
  const reason = expectation === undefined ? undefined : judge(expectation, seen);
  return { name, durationMs: seen.durationMs, codes: seen.codes, ...verdict(reason, expectedFailure) };
}

function verdict(
  reason: string | undefined,
  expectedFailure: string | undefined,
): Pick<CaseResult, "outcome" | "message"> {
  if (expectedFailure === undefined)
    return reason === undefined ? { outcome: "pass" } : { outcome: "fail", message: reason };
  if (reason !== undefined) return { outcome: "xfail_expected", message: expectedFailure };
  return { outcome: "xfail_unexpected_pass", message: `passes, although it is marked as failing: ${expectedFailure}` };
}
