import { createHash } from "node:crypto";
import type { JunitCase } from "../test-runs/junit.ts";
import type { CaseResult } from "./run-suite.ts";

export interface SuiteCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly total: number;
}

export function countResults(results: readonly CaseResult[]): SuiteCounts {
  const count = (...outcomes: readonly CaseResult["outcome"][]): number =>
    results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  return {
    passed: count("pass"),
    failed: count("fail", "xfail_unexpected_pass"),
    skipped: count("skip", "xfail_expected"),
    total: results.length,
  };
}

/** What the reports of one suite have in common as long as its programs stay the same. */
function snapshotKey(results: readonly CaseResult[]): string {
  const hash = createHash("sha256");
  for (const { name, outcome } of results) hash.update(name).update("\0").update(outcome).update("\0");
  return hash.digest("hex");
}

export function suiteJson(results: readonly CaseResult[]): unknown {
  return {
    snapshotKey: snapshotKey(results),
    results: results.map(({ name, outcome, durationMs, message, codes }) => ({
      name,
      outcome,
      duration_ms: durationMs,
      ...(message === undefined ? {} : { message }),
      diagnostic_codes: codes,
    })),
    summary: countResults(results),
  };
}

export function suiteJunit(results: readonly CaseResult[]): readonly JunitCase[] {
  return results.map(junitCase);
}

function junitCase({ name, outcome, durationMs, message = "" }: CaseResult): JunitCase {
  switch (outcome) {
    case "pass":
      return { name, durationMs };
    case "fail":
    case "xfail_unexpected_pass":
      return { name, durationMs, failure: message };
    case "skip":
    case "xfail_expected":
      return { name, durationMs, skipped: message };
  }
}

/** What stands below the lines of the programs: counts, then what was skipped and what failed. */
export function suiteSummary(results: readonly CaseResult[], totalMs: number, showsTiming: boolean): string {
  const { passed, failed, skipped, total } = countResults(results);
  const lines = ["", `${passed} passed, ${failed} failed, ${skipped} skipped, ${total} total`];
  if (showsTiming) lines.push("", ...timingLines(results, totalMs));
  const bullet = ({ name, message = "" }: CaseResult): string => `  ${name}: ${message.split("\n").join("\n    ")}`;
  const known = results.filter(({ outcome }) => outcome === "skip" || outcome === "xfail_expected");
  if (known.length > 0) lines.push("", "Skipped (xfail):", ...known.map(bullet));
  const bad = results.filter(({ outcome }) => outcome === "fail" || outcome === "xfail_unexpected_pass");
  if (bad.length > 0) lines.push("", "Failures:", ...bad.map(bullet));
  return `${lines.join("\n")}\n`;
}

const slowestShown = 10;

function timingLines(results: readonly CaseResult[], totalMs: number): string[] {
  const slowest = [...results].sort((a, b) => b.durationMs - a.durationMs);
  const at = (percent: number): number =>
    slowest[Math.floor(((100 - percent) / 100) * slowest.length)]?.durationMs ?? 0;
  const average = Math.round(
    slowest.reduce((sum, { durationMs }) => sum + durationMs, 0) / Math.max(1, slowest.length),
  );
  return [
    `Total time: ${Math.round(totalMs)} ms`,
    `Per-test: avg=${average} ms  p50=${at(50)} ms  p95=${at(95)} ms  p99=${at(99)} ms`,
    "",
    `Slowest ${Math.min(slowestShown, slowest.length)} tests:`,
    ...slowest.slice(0, slowestShown).map(({ durationMs, name }) => `  ${String(durationMs).padStart(6)} ms  ${name}`),
  ];
}
