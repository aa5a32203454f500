// Runs cases side by side with the same work written by hand in JavaScript, in one process, and prints medians.
//
// One process on purpose: call sites and shapes then see as many kinds as in a real program. The two sides of a pair take turns, so
// that a machine growing slower or faster in the middle touches both alike.

export type Work = () => unknown;

export interface Pair {
  readonly name: string;
  /** What is measured. May return a promise; each run is then awaited, and the cost of one `await` is part of its time. */
  readonly harn: Work;
  /** The same work by hand. Must give the same answer as `harn`, compared as JSON. */
  readonly js?: Work;
}

export interface Options {
  /** Rounds per pair; the median is taken over them. */
  readonly rounds?: number;
  /** A round repeats the work until at least this long has passed. */
  readonly roundMilliseconds?: number;
  /** Before the first round, each side is run for this long: the engine optimises on a thread of its own, at its own pace. */
  readonly warmUpMilliseconds?: number;
}

export interface Row {
  readonly name: string;
  /** Milliseconds of one run, median over the rounds. */
  readonly harn: number;
  readonly js: number | undefined;
  /** `harn / js`: above 1 is slower than by hand. */
  readonly ratio: number | undefined;
  /** Half the distance between the quartiles of `harn`, as a share of its median. */
  readonly spread: number;
}

/** Measures the pairs whose name contains one of the words in `HARN_BENCH_ONLY`, or all, and prints a table. */
export async function bench(pairs: readonly Pair[], options: Options = {}): Promise<readonly Row[]> {
  const only = (process.env.HARN_BENCH_ONLY ?? "").split(",").filter((word) => word !== "");
  const chosen = pairs.filter((pair) => only.length === 0 || only.some((word) => pair.name.includes(word)));
  for (const pair of chosen) await requireSameAnswer(pair);
  const rows: Row[] = [];
  for (const pair of chosen) rows.push(await measure(pair, options));
  console.log(formatTable(rows));
  return rows;
}

async function requireSameAnswer(pair: Pair): Promise<void> {
  if (pair.js === undefined) return;
  const [harn, js] = [showAnswer(await pair.harn()), showAnswer(await pair.js())];
  if (harn !== js) throw new Error(`${pair.name}: the two sides differ: ${harn} and ${js}`);
}

function showAnswer(answer: unknown): string {
  return (
    JSON.stringify(answer, (_key, value: unknown) => (typeof value === "bigint" ? `${value}n` : value)) ?? "undefined"
  );
}

async function measure(pair: Pair, options: Options): Promise<Row> {
  const { rounds = 15, roundMilliseconds = 20, warmUpMilliseconds = 300 } = options;
  const sides = pair.js === undefined ? [pair.harn] : [pair.harn, pair.js];
  for (const work of sides) {
    const until = performance.now() + warmUpMilliseconds;
    while (performance.now() < until) await timeRuns(work, 1);
  }
  const runsPerRound: number[] = [];
  for (const work of sides) runsPerRound.push(await findRunsPerRound(work, roundMilliseconds));
  const times: number[][] = sides.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [side, work] of sides.entries()) {
      const runs = runsPerRound[side] ?? 1;
      times[side]?.push((await timeRuns(work, runs)) / runs);
    }
  }
  const harn = quantile(times[0] ?? [], 0.5);
  const js = times[1] === undefined ? undefined : quantile(times[1], 0.5);
  const spread = (quantile(times[0] ?? [], 0.75) - quantile(times[0] ?? [], 0.25)) / 2 / harn;
  return { name: pair.name, harn, js, ratio: js === undefined ? undefined : harn / js, spread };
}

/** Doubles the number of runs until a round is long enough; this warms the code up as well. */
async function findRunsPerRound(work: Work, milliseconds: number): Promise<number> {
  for (let runs = 1; ; runs *= 2) {
    if ((await timeRuns(work, runs)) >= milliseconds) return runs;
  }
}

async function timeRuns(work: Work, runs: number): Promise<number> {
  const started = performance.now();
  for (let run = 0; run < runs; run++) {
    const answer = work();
    if (answer instanceof Promise) await answer;
  }
  return performance.now() - started;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

export function formatTable(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    formatMilliseconds(row.harn),
    row.js === undefined ? "-" : formatMilliseconds(row.js),
    row.ratio === undefined ? "-" : row.ratio.toFixed(2),
    `${(row.spread * 100).toFixed(0)}%`,
  ]);
  const ratios = rows.map((row) => row.ratio).filter((ratio) => ratio !== undefined);
  if (ratios.length > 1) cells.push(["geometric mean", "", "", geometricMean(ratios).toFixed(2), ""]);
  const table = [["case", "harn ms", "js ms", "ratio", "spread"], ...cells];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0);
  return table.map((line) => line.map(pad).join("  ").trimEnd()).join("\n");
}

function formatMilliseconds(milliseconds: number): string {
  return milliseconds >= 100 ? milliseconds.toFixed(0) : milliseconds.toPrecision(3);
}
