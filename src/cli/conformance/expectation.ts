import { readFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import type { Observation } from "../test-runs/observation.ts";
import { lineDifference } from "./line-difference.ts";

/** What a program must do, from the file beside it. Of several, the first in this order counts. */
export type Expectation =
  | { readonly kind: "output"; readonly text: string }
  | { readonly kind: "error"; readonly patterns: readonly string[] }
  | { readonly kind: "lint"; readonly lines: readonly string[] };

export function readExpectation(file: string): Expectation | undefined {
  const stem = file.replace(/\.harn$/, "");
  const output = readIfThere(`${stem}.expected`);
  if (output !== undefined) return { kind: "output", text: output };
  const error = readIfThere(`${stem}.error`);
  if (error !== undefined) return { kind: "error", patterns: linesOf(error) };
  const lint = readIfThere(`${stem}.lint`);
  return lint === undefined ? undefined : { kind: "lint", lines: linesOf(lint) };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hostError(error).code === "ENOENT") return undefined;
    throw error;
  }
}

function linesOf(text: string): readonly string[] {
  const lines = text
    .trimEnd()
    .split("\n")
    .map((line) => line.trim());
  return lines.length > 1 ? lines.filter((line) => line !== "") : lines;
}

/** Why a program did not do what is expected; `undefined` when it did. */
export function judge(expectation: Expectation, seen: Observation): string | undefined {
  if (seen.timedOutAfterMs !== undefined) return `timed out after ${seen.timedOutAfterMs}ms`;
  switch (expectation.kind) {
    case "output":
      return judgeOutput(expectation.text, seen);
    case "error":
      return judgeError(expectation.patterns, seen);
    case "lint":
      return judgeFindings(expectation.lines, seen);
  }
}

function judgeOutput(expected: string, seen: Observation): string | undefined {
  if (seen.error !== undefined) return `runtime error: ${seen.error.text}`;
  const wanted = normalized(expected);
  const got = normalized(seen.stdout);
  return wanted === got ? undefined : lineDifference(wanted, got);
}

/** Trailing white space at the end does not count, nor does how long a timer ran. */
function normalized(text: string): string {
  return text
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.replace(/^(\[timer\] .*: )[^:]*ms$/, "$1<ms>"))
    .join("\n");
}

function judgeError(patterns: readonly string[], { error }: Observation): string | undefined {
  const wanted = patterns.join(" | ");
  if (error === undefined) return `expected an error containing '${wanted}', but the program succeeded`;
  if (patterns.some((pattern) => matches(error.text, pattern))) return undefined;
  return `expected an error containing: ${wanted}\n  actual error: ${error.text}`;
}

function matches(text: string, pattern: string): boolean {
  if (!pattern.startsWith("re:")) return text.includes(pattern);
  try {
    return new RegExp(pattern.slice("re:".length).trim(), "u").test(text);
  } catch {
    return false;
  }
}

function judgeFindings(lines: readonly string[], { findings }: Observation): string | undefined {
  const missing = lines.filter((line) => line !== "" && !findings.some((finding) => finding.includes(line)));
  if (missing.length === 0) return undefined;
  return `missing findings:\n  ${missing.join("\n  ")}\nfound:\n  ${findings.join("\n  ") || "(none)"}`;
}
