import { type PhaseClock, type PhaseName, phaseNames } from "./phases.ts";
import { type RunCalls, sumOf } from "./run-calls.ts";

/** Where the time of one run went. */
export interface RunTiming {
  readonly clock: PhaseClock;
  readonly calls: RunCalls;
  /** Whether the program had been compiled before. */
  readonly isKnown: boolean;
  /** The program's file; absent for code from the command line. */
  readonly target?: string;
  /** Size of the entry file. */
  readonly inputBytes: number;
  readonly wallMs: number;
  readonly processorMs: number;
  /** Run events: output, transcript entries, tool calls and the like. */
  readonly events: number;
  readonly exitCode: number;
}

/** The report as data (cli-and-config §2.1). Times are whole milliseconds there. */
export function timingJson(timing: RunTiming): unknown {
  const { calls, exitCode, isKnown, processorMs, target, wallMs } = timing;
  return {
    command: "run",
    ...(target !== undefined && { target }),
    phases: phaseRows(timing),
    llm_calls: calls.models.map(({ inputTokens, milliseconds, model, outputTokens }) => ({
      model,
      latency_ms: milliseconds,
      tokens: inputTokens + outputTokens,
    })),
    tool_calls: calls.tools.map(({ milliseconds, tool }) => ({ tool, latency_ms: milliseconds })),
    totals: {
      wall_ms: Math.round(wallMs),
      cpu_ms: Math.round(processorMs),
      cache_hits: isKnown ? 1 : 0,
      cache_misses: isKnown ? 0 : 1,
    },
    exit_code: exitCode,
  };
}

type Phases = Pick<RunTiming, "clock" | "events" | "inputBytes" | "isKnown">;

/** Every phase, in order, whether the run got there or not. */
export function phaseRows(phases: Phases): readonly object[] {
  return phaseNames.map((name) => ({
    name,
    duration_ms: Math.round(phases.clock.of(name)),
    ...detailsOf(name, phases),
  }));
}

function detailsOf(name: PhaseName, { clock, events, inputBytes, isKnown }: Phases): object {
  switch (name) {
    case "parse":
      return clock.has(name) ? { input_bytes: inputBytes } : {};
    case "bytecode_compile":
      return { cache: isKnown ? "hit" : "miss" };
    case "run_main":
      return clock.has(name) ? { events } : {};
    default:
      return {};
  }
}

/** The report as a person reads it. */
export function timingText(timing: RunTiming): string {
  const { calls, clock, isKnown, processorMs, wallMs } = timing;
  const notes: Readonly<Record<PhaseName, string>> = {
    parse: isKnown ? "" : `${timing.inputBytes} bytes in the entry file; with loading the front end`,
    typecheck: "",
    bytecode_compile: isKnown ? "cache hit" : "cache miss",
    run_setup: "",
    run_main: `${timing.events} ${timing.events === 1 ? "event" : "events"}`,
  };
  const lines = [
    "",
    `time: ${ms(wallMs)} wall, ${ms(processorMs)} processor`,
    ...phaseNames.map((name) => `  ${name.padEnd(18)}${ms(clock.of(name)).padStart(12)}  ${notes[name]}`.trimEnd()),
    ...callLines(
      "model calls",
      calls.models.map(({ model, milliseconds }) => ({ name: model, milliseconds })),
    ),
    ...callLines(
      "tool calls",
      calls.tools.map(({ tool, milliseconds }) => ({ name: tool, milliseconds })),
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function callLines(
  title: string,
  calls: readonly { readonly name: string; readonly milliseconds: number }[],
): string[] {
  if (calls.length === 0) return [];
  return [
    `${title}: ${calls.length}, ${ms(sumOf(calls, ({ milliseconds }) => milliseconds))}`,
    ...calls.map(({ name, milliseconds }) => `  ${name.padEnd(18)}${ms(milliseconds).padStart(12)}`),
  ];
}

export function ms(milliseconds: number): string {
  return `${milliseconds.toFixed(milliseconds < 100 ? 2 : 0)} ms`;
}
