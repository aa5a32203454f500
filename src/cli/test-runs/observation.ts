import type { Compiling } from "../../vm/index.ts";

/** One program to run for a test. */
export interface TestJob {
  readonly file: string;
  readonly kind: "conformance" | "pipeline";
  /** The pipeline to run, for user tests. */
  readonly pipeline?: string;
  readonly timeoutMs: number;
  /** What relative paths of the program start from. */
  readonly cwd: string;
  /** When its warm functions are compiled; see `Compiling` of the VM. */
  readonly compiling?: Compiling;
}

/** What a program did, apart from whether that is right. */
export interface Observation {
  /** Checker warnings as `warning: …` lines, for conformance programs, and then what the program printed. */
  readonly stdout: string;
  readonly stderr: string;
  readonly error?: ObservedError;
  /** `CODE severity lint[rule]: message` lines. */
  readonly findings: readonly string[];
  /** Codes of all findings, in order. */
  readonly codes: readonly string[];
  readonly durationMs: number;
  readonly timedOutAfterMs?: number;
}

export interface ObservedError {
  /** One line: what `.error` files match. */
  readonly text: string;
  /** With its place in the source, for people. */
  readonly rendered: string;
}

/** Runs programs for tests, each in a runtime of its own. */
export interface Workplace {
  perform(job: TestJob): Promise<Observation>;
  close(): Promise<void>;
}
