// The same programs under `harn bench` and `harn run` of another implementation: HARN_REFERENCE names its executable. Without one there
// is nothing to compare with. `npm run build` first: this measures dist/.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { geometricMean } from "./harness.ts";
import { operations } from "./kernels/operations.ts";
import { programs } from "./kernels/programs.ts";

const reference = process.env.HARN_REFERENCE;
const own = join(process.cwd(), "dist", "cli.cjs");
const rounds = 3;
/** Whole processes do the work as often as the other implementation takes this long for. */
const wholeMs = 3000;
/** Runs before those that are measured: functions reach their fast form while the engine has a thread for it. */
const warmUps = 60;
/** Runs that one `harn bench` measures. */
const iterations = 9;

/** What starts each side. */
const sides = (theirs: string): Readonly<Record<"theirs" | "ours", readonly string[]>> => ({
  theirs: [theirs],
  ours: [process.execPath, own],
});

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
}

function run([command = "", ...first]: readonly string[], cwd: string, ...args: readonly string[]): Ended {
  return spawnSync(command, [...first, ...args], { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
}

/** The least median of `harn bench`, in milliseconds: processor time that neighbours take from the machine slows whole rounds. */
function benched(both: ReturnType<typeof sides>, cwd: string, file: string): Both {
  return leastOf((side) => {
    const warm = side === "ours" ? ["--warm-up", String(warmUps)] : [];
    const { stdout } = run(both[side], cwd, "bench", "-n", String(iterations), ...warm, file);
    return Number(/p50 ([\d.]+) ms/.exec(stdout)?.[1]);
  });
}

/** Milliseconds of either side. */
type Both = Record<keyof ReturnType<typeof sides>, number>;

/** The sides take turns; the least of what was measured of each. */
function leastOf(measure: (side: keyof Both) => number): Both {
  const least = { theirs: Number.POSITIVE_INFINITY, ours: Number.POSITIVE_INFINITY };
  for (let round = 0; round < rounds; round++)
    for (const side of ["theirs", "ours"] as const) least[side] = Math.min(least[side], measure(side));
  return least;
}

/** The same work, done so many times. */
function repeated(text: string, times: number): string {
  const at = text.indexOf("pipeline main() {");
  const body = text.slice(at + "pipeline main() {".length, text.lastIndexOf("}"));
  return `${text.slice(0, at)}pipeline main() {
  let work = { -> ${body} }
  var last = nil
  for round in 1 to ${times} { last = work() }
  last
}`;
}

/** The fastest of the whole processes, in milliseconds: other work on the machine only ever adds. */
function wholeRuns(both: ReturnType<typeof sides>, cwd: string, file: string): Both {
  const statuses = new Set<number | null>();
  const least = leastOf((side) => {
    const started = performance.now();
    statuses.add(run(both[side], cwd, "run", file).status);
    return performance.now() - started;
  });
  // The pipeline's value is the status.
  if (statuses.size > 1) throw new Error(`${file} ends with ${[...statuses].join(" and ")}`);
  return least;
}

function compareAll(theirs: string): void {
  const both = sides(theirs);
  const folder = mkdtempSync(join(tmpdir(), "harn-bench-"));
  const ratios: { readonly bench: number[]; readonly whole: number[] } = { bench: [], whole: [] };
  const line = (...cells: readonly string[]): void =>
    console.log(cells.map((cell, at) => (at === 0 ? cell.padEnd(18) : cell.padStart(11))).join(""));
  line("bench p50, ms", "reference", "here", "times", "| run, ms", "here", "times", "| repeats");
  try {
    for (const { harn, name } of [...operations, ...programs.filter((program) => program.name.startsWith("fib"))]) {
      const file = `${name.replaceAll(/\W+/g, "-")}.harn`;
      writeFileSync(join(folder, file), harn);
      const bench = benched(both, folder, file);
      const started = performance.now();
      run(both.theirs, folder, "run", file);
      const times = Math.max(1, Math.ceil(wholeMs / (performance.now() - started)));
      writeFileSync(join(folder, file), repeated(harn, times));
      const whole = wholeRuns(both, folder, file);
      ratios.bench.push(bench.theirs / bench.ours);
      ratios.whole.push(whole.theirs / whole.ours);
      const cells = [bench, whole].flatMap((pair) => [
        pair.theirs.toFixed(2),
        pair.ours.toFixed(2),
        (pair.theirs / pair.ours).toFixed(1),
      ]);
      line(name, ...cells, String(times));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(
    `geometric mean: bench ${geometricMean(ratios.bench).toFixed(1)}, run ${geometricMean(ratios.whole).toFixed(1)}`,
  );
}

if (reference !== undefined && existsSync(reference) && existsSync(own)) compareAll(reference);
