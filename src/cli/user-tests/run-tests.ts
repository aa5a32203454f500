import { dirname } from "node:path";
import type { Observation, Workplace } from "../test-runs/observation.ts";
import type { Discovered, UserTest } from "./discover.ts";
import { runSideBySide } from "./scheduler.ts";
import type { TestTimings } from "./timings.ts";

export interface TestResult {
  readonly name: string;
  readonly file: string;
  readonly outcome: "passed" | "failed" | "timed_out";
  readonly durationMs: number;
  /** What the person who repairs it needs to see. */
  readonly message?: string;
}

export interface TestRunOptions {
  readonly workplace: Workplace;
  readonly places: number;
  readonly timeoutMs: number;
  readonly timings: TestTimings;
  /** Told of each result as it comes. */
  readonly onResult: (result: TestResult) => void;
}

export async function runTests(found: readonly Discovered[], options: TestRunOptions): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  const tell = (result: TestResult): void => {
    results.push(result);
    options.onResult(result);
  };
  for (const item of found) {
    if (item.kind === "broken")
      tell({ name: "<file error>", file: item.file, outcome: "failed", durationMs: 0, message: item.reason });
  }
  const tests = options.timings.inOrder(found.filter((item) => item.kind === "test"));
  await runSideBySide(tests, options.places, async (test) => {
    const seen = await options.workplace.perform(jobOf(test, options.timeoutMs));
    options.timings.note(test, seen.durationMs);
    tell(resultOf(test, seen));
  });
  options.timings.save();
  return results;
}

function jobOf({ file, name }: UserTest, timeoutMs: number): Parameters<Workplace["perform"]>[0] {
  return { kind: "pipeline", file, pipeline: name, timeoutMs, cwd: dirname(file) };
}

function resultOf({ file, name }: UserTest, { error, durationMs, timedOutAfterMs }: Observation): TestResult {
  if (timedOutAfterMs !== undefined) {
    return { name, file, outcome: "timed_out", durationMs, message: `timed out after ${timedOutAfterMs}ms` };
  }
  if (error !== undefined) return { name, file, outcome: "failed", durationMs, message: error.rendered };
  return { name, file, outcome: "passed", durationMs };
}
