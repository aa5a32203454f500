import { type Iteration, rollup } from "./rollup.ts";
import { sumOf } from "./run-calls.ts";
import { type Comparison, compare, type Statistics, statisticsOf } from "./statistics.ts";
import { ms } from "./timing-report.ts";

/** Measurements that were saved before. */
export interface Baseline {
  readonly path: string;
  /** Milliseconds of each run. */
  readonly times: readonly number[];
}

/** The document of `--profile-json` and `--json`: also what `--baseline` reads (cli-and-config §2.1). */
export function benchJson(path: string, iterations: readonly Iteration[], baseline: Baseline | undefined): object {
  const times = iterations.map(({ wallMs }) => wallMs);
  const { deviation, max, mean, min, p50, p95, total } = statisticsOf(times);
  const comparison = baseline && compare(baseline.times, times);
  return {
    path,
    iterations: iterations.map((iteration, index) => ({
      iteration: index + 1,
      wall_time_ms: iteration.wallMs,
      llm_time_ms: modelTime([iteration]),
      input_tokens: sumOf(iteration.calls.models, ({ inputTokens }) => inputTokens),
      output_tokens: sumOf(iteration.calls.models, ({ outputTokens }) => outputTokens),
      call_count: iteration.calls.models.length,
      total_cost_usd: sumOf(iteration.calls.models, ({ costUsd }) => costUsd),
      profile: rollup([iteration]),
    })),
    min_ms: min,
    mean_ms: mean,
    p50_ms: p50,
    p95_ms: p95,
    max_ms: max,
    stddev_ms: deviation,
    total_ms: total,
    rollup: rollup(iterations),
    ...(baseline && comparison && { comparison: { baseline: baseline.path, ...comparison } }),
  };
}

/** The times in a saved document; undefined when it is none. */
export function readBaseline(text: string): readonly number[] | undefined {
  try {
    const { iterations } = JSON.parse(text) as { iterations?: unknown };
    if (!Array.isArray(iterations) || iterations.length === 0) return undefined;
    const times = iterations.map((iteration: unknown) => (iteration as { wall_time_ms?: unknown })?.wall_time_ms);
    return times.every((time) => typeof time === "number" && time > 0) ? (times as number[]) : undefined;
  } catch {
    return undefined;
  }
}

function modelTime(iterations: readonly Iteration[]): number {
  return sumOf(iterations, ({ calls }) => sumOf(calls.models, ({ milliseconds }) => milliseconds));
}

export interface BenchTextOptions {
  readonly showsParts: boolean;
  readonly baseline?: Baseline;
}

export function benchText(
  path: string,
  iterations: readonly Iteration[],
  { baseline, showsParts }: BenchTextOptions,
): string {
  const times = iterations.map(({ wallMs }) => wallMs);
  const statistics = statisticsOf(times);
  const lines = [
    `Benchmark: ${path}`,
    `Iterations: ${iterations.length}`,
    `Wall time: ${wallText(statistics)}`,
    ...modelLines(iterations),
    ...(showsParts ? partLines(rollup(iterations)) : []),
    ...(baseline ? comparisonLines(baseline, compare(baseline.times, times), statistics) : []),
  ];
  return `${lines.join("\n")}\n`;
}

function wallText({ deviation, max, mean, min, p50, p95, total }: Statistics): string {
  return `min ${ms(min)} | mean ${ms(mean)} | p50 ${ms(p50)} | p95 ${ms(p95)} | max ${ms(max)} | stddev ${ms(deviation)} | total ${ms(total)}`;
}

function modelLines(iterations: readonly Iteration[]): string[] {
  const calls = iterations.flatMap(({ calls: { models } }) => models);
  if (calls.length === 0) return [];
  const runs = iterations.length;
  const total = (name: string, of: (call: (typeof calls)[number]) => number): string => {
    const sum = sumOf(calls, of);
    return `${name}: total ${sum} | avg ${(sum / runs).toFixed(2)}/run`;
  };
  const cost = sumOf(calls, ({ costUsd }) => costUsd);
  const time = modelTime(iterations);
  return [
    `LLM time: total ${ms(time)} | avg ${ms(time / runs)}/run`,
    total("LLM calls", () => 1),
    total("Input tokens", ({ inputTokens }) => inputTokens),
    total("Output tokens", ({ outputTokens }) => outputTokens),
    `Cost: total $${cost.toFixed(4)} | avg $${(cost / runs).toFixed(4)}/run`,
  ];
}

function partLines({ by_kind, residual_ms, total_wall_ms }: ReturnType<typeof rollup>): string[] {
  const line = (kind: string, time: number, note: string): string =>
    `  ${kind.padEnd(12)}${ms(time).padStart(14)}  ${((100 * time) / total_wall_ms).toFixed(1).padStart(5)}%${note}`;
  return [
    "Where the time went:",
    ...by_kind.map(({ count, kind, total_ms }) => line(kind, total_ms, `  (${count} calls)`)),
    line("the program", residual_ms, ""),
  ];
}

const verdicts = {
  faster: "faster",
  slower: "slower",
  same: "no difference that these runs can tell",
} as const;

function comparisonLines(
  { path, times }: Baseline,
  { probability, ratio, verdict }: Comparison,
  { p50 }: Statistics,
): string[] {
  const before = statisticsOf(times).p50;
  const change = `${ratio < 1 ? "" : "+"}${((ratio - 1) * 100).toFixed(1)}%`;
  return [
    `Baseline: ${path} (${times.length} runs)`,
    `Median: ${ms(before)} -> ${ms(p50)} (${change}), ${verdicts[verdict]} (p = ${probability.toPrecision(2)})`,
  ];
}
