import { fstatSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { statusOf } from "../../program/run-program.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { type SideReportName, sideReportNames } from "../arguments/side-report-flags.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import type { RunWatch } from "../running/perform-run.ts";
import type { RunReport } from "../running/report.ts";
import type { Session } from "../running/session.ts";
import { PhaseClock } from "./phases.ts";
import { rollup } from "./rollup.ts";
import { callsOf, type RunCalls, sumOf } from "./run-calls.ts";
import { phaseRows } from "./timing-report.ts";

type Target =
  | { readonly kind: "stderr" }
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "descriptor"; readonly descriptor: number };

interface SideReport {
  readonly name: SideReportName;
  readonly target: Target;
}

/**
 * What `--emit-summary-json`, `--emit-phase-json` and `--emit-rusage-json` ask for (run-events §4.8): one line of JSON each, apart
 * from what the run prints, when the run has ended in whatever way.
 */
export class SideReports {
  readonly #reports: readonly SideReport[];
  readonly #context: CommandContext;
  readonly #asJson: boolean;
  readonly #showsProfile: boolean;
  readonly #clock = new PhaseClock(() => performance.now());
  readonly #started = performance.now() - process.uptime() * 1000;
  #calls: RunCalls = { models: [], tools: [] };
  #isKnown = false;
  #inputBytes = 0;

  constructor(invocation: Invocation, context: CommandContext) {
    this.#context = context;
    this.#asJson = invocation.has("json");
    this.#showsProfile = invocation.text("profile-json") !== undefined;
    this.#reports = sideReportNames.flatMap((name) =>
      invocation.has(`emit-${name}-json`) ? [{ name, target: targetOf(name, invocation, context) }] : [],
    );
  }

  readonly watch: RunWatch = { found: (isKnown) => (this.#isKnown = isKnown), timed: this.#clock.timed };

  /** The program's text is read. */
  read(text: string): void {
    this.#inputBytes = Buffer.byteLength(text);
  }

  ended(session: Session): void {
    this.#calls = callsOf(session.recordSoFar());
  }

  /** A report that writes these lines when it ends: before the last line of a stream of events, or behind all text. */
  around(report: RunReport): RunReport {
    const failed = (code: string, message: string): number => report.failed(code, message);
    if (this.#asJson)
      return {
        ...report,
        refused: (program) => this.#first(1, failed, () => report.refused(program)),
        failed: (code, message) => this.#first(1, failed, () => report.failed(code, message)),
        finished: (result) => this.#first(statusOf(result), failed, () => report.finished(result)),
      };
    return {
      ...report,
      refused: (program) => this.#last(report.refused(program)),
      failed: (code, message) => this.#last(report.failed(code, message)),
      finished: (result) => this.#last(report.finished(result)),
    };
  }

  /** A stream ends with one line: what could not be written turns success into an error, and otherwise stays unsaid there. */
  #first(status: number, fail: (code: string, message: string) => number, end: () => number): number {
    const problem = this.#emit(status);
    if (problem === undefined) return end();
    if (status === 0) return fail("run_aux", `failed to emit auxiliary run JSON: ${problem.message}`);
    this.#context.output.write("stderr", `error: failed to emit run ${problem.name}: ${problem.message}\n`);
    return end();
  }

  #last(status: number): number {
    const problem = this.#emit(status);
    if (problem === undefined) return status;
    this.#context.output.write("stderr", `error: failed to emit run ${problem.name}: ${problem.message}\n`);
    return status === 0 ? 1 : status;
  }

  /** The first that could not be written. */
  #emit(status: number): { readonly name: string; readonly message: string } | undefined {
    let first: { readonly name: string; readonly message: string } | undefined;
    for (const { name, target } of this.#reports) {
      try {
        write(target, `${JSON.stringify(this.#content(name, status))}\n`, this.#context);
      } catch (error) {
        first ??= { name, message: `${placeOf(target)}${hostError(error).message}` };
      }
    }
    return first;
  }

  #content(name: SideReportName, status: number): object {
    switch (name) {
      case "summary":
        return { schema_version: 1, event: "run_summary", ...this.#summary(status) };
      case "phase":
        return { schema_version: 1, event: "run_phase", phases: this.#phases() };
      case "rusage": {
        const { user, system } = process.cpuUsage();
        return { schema_version: 1, event: "run_rusage", cpu_ms: Math.round((user + system) / 1000) };
      }
    }
  }

  #summary(status: number): object {
    const { models } = this.#calls;
    return {
      wall_time_ms: Math.round(performance.now() - this.#started),
      exit_code: status,
      llm: {
        call_count: models.length,
        input_tokens: sumOf(models, ({ inputTokens }) => inputTokens),
        output_tokens: sumOf(models, ({ outputTokens }) => outputTokens),
        time_ms: Math.round(sumOf(models, ({ milliseconds }) => milliseconds)),
        cost_usd: sumOf(models, ({ costUsd }) => costUsd),
      },
      ...(this.#showsProfile && { profile: rollup([{ wallMs: this.#clock.of("run_main"), calls: this.#calls }]) }),
    };
  }

  #phases(): readonly object[] {
    return phaseRows({
      clock: this.#clock,
      // The run itself, and what it asked of models and tools.
      events: 1 + this.#calls.models.length + this.#calls.tools.length,
      inputBytes: this.#inputBytes,
      isKnown: this.#isKnown,
    });
  }
}

/** A descriptor has to be open before anything else is: later its number may be that of a file of ours. */
function targetOf(name: SideReportName, invocation: Invocation, { cwd }: CommandContext): Target {
  const file = invocation.text(`${name}-file`);
  if (file !== undefined) return { kind: "file", path: resolve(cwd, file) };
  const descriptor = invocation.count(`${name}-fd`);
  if (descriptor === undefined) return { kind: "stderr" };
  try {
    fstatSync(descriptor);
  } catch {
    throw new UsageError(`invalid value '${descriptor}' for '--${name}-fd': no such descriptor is open`);
  }
  return { kind: "descriptor", descriptor };
}

function write(target: Target, line: string, { output }: CommandContext): void {
  switch (target.kind) {
    case "stderr":
      return output.write("stderr", line);
    case "file":
      mkdirSync(dirname(target.path), { recursive: true });
      return writeFileSync(target.path, line);
    case "descriptor":
      output.flush();
      return writeFileSync(target.descriptor, line);
  }
}

function placeOf(target: Target): string {
  return target.kind === "file" ? `${target.path}: ` : "";
}
