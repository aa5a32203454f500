import type { CommandContext } from "../context.ts";
import type { RunWatch } from "../running/perform-run.ts";
import type { Session } from "../running/session.ts";
import { PhaseClock } from "./phases.ts";
import { rollup } from "./rollup.ts";
import { callsOf, type RunCalls } from "./run-calls.ts";
import { saveMeasurements } from "./saved-measurements.ts";

/** Measures one run for `harn run --profile-json`: give the run its watch, and its session when it has ended. */
export class RunMeasurer {
  readonly #clock = new PhaseClock(() => performance.now());
  #calls: RunCalls = { models: [], tools: [] };

  readonly watch: RunWatch = { found: () => {}, timed: this.#clock.timed };

  ended(session: Session): void {
    this.#calls = callsOf(session.recordSoFar());
  }

  /** A program that never ran has nothing to tell. */
  report(file: string, { cwd }: CommandContext): void {
    if (!this.#clock.has("run_main")) return;
    saveMeasurements(file, rollup([{ wallMs: this.#clock.of("run_main"), calls: this.#calls }]), cwd);
  }
}
