import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cpuProfileFaults } from "../../src/cli/profiling/testing/cpu-profile-faults.ts";
import { builtCli, Project } from "./harn.ts";

const project = new Project();
beforeAll(() => builtCli());
afterAll(() => project.remove());

const work = `fn sum(n: int) -> int {
  var total = 0
  for i in 0 to n {
    total = total + i
  }
  return total
}
pipeline default(task) {
  log(sum(1000))
  return 3
}
`;
const asksModel = `pipeline default(task) {
  let answer = llm_call("hi", nil, { provider: "mock", model: "m-1" })
  log(answer.text)
}
`;

interface Phase {
  readonly name: string;
  readonly duration_ms: number;
  readonly cache?: string;
  readonly input_bytes?: number;
  readonly events?: number;
}

interface Timing {
  readonly target?: string;
  readonly phases: readonly Phase[];
  readonly llm_calls: readonly { readonly model: string; readonly latency_ms: number; readonly tokens: number }[];
  readonly totals: { readonly cache_hits: number; readonly cache_misses: number };
  readonly exit_code: number;
}

async function timed(...args: string[]): Promise<Timing> {
  const { stdout } = await project.harn("time", "run", ...args, "--json");
  return (JSON.parse(stdout) as { data: Timing }).data;
}

describe("harn time run", () => {
  it("names five phases always, and tells whether the program was compiled before", async () => {
    project.write("work.harn", work);
    const first = await timed("work.harn");
    const second = await timed("work.harn");
    const uncached = await timed("work.harn", "--no-cache");
    const names = ["parse", "typecheck", "bytecode_compile", "run_setup", "run_main"];
    for (const { phases } of [first, second, uncached]) expect(phases.map(({ name }) => name)).toEqual(names);
    expect([first, second, uncached].map(({ phases }) => phases[2]?.cache)).toEqual(["miss", "hit", "miss"]);
    expect([first, second].map(({ phases }) => phases[0]?.input_bytes)).toEqual([work.length, undefined]);
    expect([first, second].map(({ totals }) => totals.cache_hits)).toEqual([0, 1]);
    expect(first).toMatchObject({ target: "work.harn", exit_code: 3, llm_calls: [] });
    expect(first.phases[4]?.events).toBe(1);
  });

  it("shows the program's output, then the phases on standard error, and keeps the status", async () => {
    project.write("work.harn", work);
    const { status, stdout, stderr } = await project.harn("time", "run", "work.harn");
    expect([status, stdout]).toEqual([3, "[harn] 500500\n"]);
    expect(stderr).toMatch(/\n {2}run_main +[\d.]+ ms {2}1 event\n/);
  });

  it("lists what was asked of models", async () => {
    project.write("asks.harn", asksModel);
    const { llm_calls } = await timed("asks.harn");
    expect(llm_calls).toMatchObject([{ model: "m-1" }]);
    expect(llm_calls[0]?.tokens).toBeGreaterThan(0);
  });

  it("names five phases for a program that does not compile, too", async () => {
    const { exit_code, phases } = await timed("-e", "let = 1");
    expect([exit_code, phases.length, phases[4]]).toEqual([1, 5, { name: "run_main", duration_ms: 0 }]);
  });

  it("wants something to run", async () => {
    expect(await project.harn("time", "run")).toMatchObject({ status: 2 });
    expect(await project.harn("time", "run", "missing.harn")).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: cannot read missing.harn: No such file or directory (os error 2)\n",
    });
  });
});

describe("harn bench", () => {
  it("measures as many runs as it is asked for, and leaves the output out", async () => {
    project.write("work.harn", work);
    const { status, stdout, stderr } = await project.harn("bench", "work.harn", "-n", "3", "-w", "1");
    expect([status, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^Benchmark: work\.harn\nIterations: 3\nWall time: min [\d.]+ ms \| mean /);
    expect(stdout).not.toContain("500500");
  });

  it("saves what it measured, and compares with it", async () => {
    project.write("work.harn", work);
    await project.harn("bench", "work.harn", "-n", "4", "--profile-json", "out/before.json");
    const saved = JSON.parse(readFileSync(join(project.folder, "out/before.json"), "utf8")) as {
      iterations: { wall_time_ms: number }[];
    };
    expect(saved.iterations).toHaveLength(4);
    // As if it had taken a thousand seconds before.
    for (const [index, iteration] of saved.iterations.entries()) iteration.wall_time_ms = 1e6 + index;
    writeFileSync(join(project.folder, "slow.json"), JSON.stringify(saved));
    const { stdout } = await project.harn("bench", "work.harn", "-n", "4", "--baseline", "slow.json");
    expect(stdout).toMatch(
      /Baseline: slow\.json \(4 runs\)\nMedian: 1000002 ms -> [\d.]+ ms \(-[\d.]+%\), faster \(p = 0\.0/,
    );
    const json = await project.harn("bench", "work.harn", "-n", "4", "--baseline", "slow.json", "--json");
    expect(JSON.parse(json.stdout)).toMatchObject({
      ok: true,
      data: { path: "work.harn", comparison: { baseline: "slow.json", verdict: "faster" } },
    });
  });

  it("tells what went to models", async () => {
    project.write("asks.harn", asksModel);
    const { stdout } = await project.harn("bench", "asks.harn", "-n", "2", "--profile");
    expect(stdout).toContain("LLM calls: total 2 | avg 1.00/run\n");
    expect(stdout).toMatch(/Where the time went:\n {2}llm_call +[\d.]+ ms +[\d.]+% {2}\(2 calls\)\n {2}the program /);
  });

  it("measures no program that fails", async () => {
    project.write("fails.harn", 'pipeline default(task) {\n  throw "no"\n}\n');
    const { status, stdout, stderr } = await project.harn("bench", "fails.harn");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^error: Thrown: no\n/);
  });

  it("refuses what makes no sense", async () => {
    project.write("work.harn", work).write("other.json", '{"iterations": []}');
    expect(await project.harn("bench", "work.harn", "-n", "0")).toMatchObject({ status: 2 });
    expect(await project.harn("bench", "work.harn", "--baseline", "other.json")).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: other.json holds no measurements: write one with `harn bench FILE --profile-json other.json`\n",
    });
  });
});

describe("harn run --profile", () => {
  it("shows functions and lines on standard error, and writes them for viewers", async () => {
    project.write(
      "hot.harn",
      `fn spin(n) {
  var total = 0
  for i in 1 to n {
    total = (total * 31 + i) % 1000003
  }
  return total
}
pipeline default(task) {
  log(spin(30000000) > 0)
}
`,
    );
    const { status, stdout, stderr } = await project.harn("run", "hot.harn", "--profile=hot.cpuprofile");
    expect([status, stdout]).toEqual([0, "[harn] true\n"]);
    expect(stderr).toMatch(/^\nprofile: [\d.]+ ms in the program, /);
    expect(stderr).toMatch(/ {2}spin {2}hot\.harn:1\n/);
    expect(stderr).toMatch(/ {2}hot\.harn:4 {2}total = \(total \* 31 \+ i\) % 1000003\n/);
    const file = readFileSync(join(project.folder, "hot.cpuprofile"), "utf8");
    expect(cpuProfileFaults(file)).toEqual([]);
    const { nodes } = JSON.parse(file) as {
      nodes: { callFrame: { functionName: string } }[];
    };
    expect(nodes.map(({ callFrame }) => callFrame.functionName)).toContain("spin");
  });

  it("says where it cannot write", async () => {
    project.write("work.harn", work);
    const { status, stderr } = await project.harn("run", "work.harn", "--profile=no/such/file");
    expect(status).toBe(1);
    expect(stderr).toContain("error: cannot write no/such/file: No such file or directory (os error 2)\n");
  });
});

describe("harn run --profile-json", () => {
  it("writes how much of the time went to models, whatever the run prints", async () => {
    project.write("asks.harn", asksModel);
    const { status, stderr } = await project.harn("run", "asks.harn", "--profile-json", "out/profile.json");
    expect([status, stderr.includes("profile:")]).toEqual([0, false]);
    const saved = JSON.parse(readFileSync(join(project.folder, "out/profile.json"), "utf8"));
    expect(saved).toMatchObject({
      by_kind: [{ kind: "llm_call", count: 1 }],
      top_llm_calls: [{ kind: "llm_call", name: "llm_call" }],
      top_tool_calls: [],
    });
    const [{ total_ms, pct_of_wall }] = saved.by_kind;
    expect(saved.total_wall_ms).toBeGreaterThanOrEqual(total_ms);
    expect(pct_of_wall).toBeCloseTo((100 * total_ms) / saved.total_wall_ms, 6);
    expect(saved.residual_ms).toBeCloseTo(saved.total_wall_ms - total_ms, 6);
  });

  it("says where it cannot write", async () => {
    project.write("work.harn", work).write("taken", "a file");
    const { status, stderr } = await project.harn("run", "work.harn", "--profile-json", "taken/profile.json");
    expect(status).toBe(1);
    expect(stderr).toMatch(/error: cannot write .*taken\/profile\.json: /);
  });
});

describe("harn run --emit-…-json", () => {
  const lastLine = (text: string): Record<string, unknown> => JSON.parse(text.trimEnd().split("\n").at(-1) ?? "");

  it("run-events 41: writes a summary on standard error, and leaves the stream of events as it is", async () => {
    project.write("asks.harn", `${asksModel}`);
    const plain = await project.harn("run", "-e", "log(1)\n3", "--json");
    const { status, stdout, stderr } = await project.harn("run", "-e", "log(1)\n3", "--json", "--emit-summary-json");
    expect([status, stdout]).toEqual([3, plain.stdout]);
    expect(Object.keys(JSON.parse(stderr))).toEqual(["schema_version", "event", "wall_time_ms", "exit_code", "llm"]);
    expect(JSON.parse(stderr)).toMatchObject({ schema_version: 1, event: "run_summary", exit_code: 3 });
    const asked = await project.harn("run", "asks.harn", "--emit-summary-json", "--profile-json", "p.json");
    expect(lastLine(asked.stderr)).toMatchObject({ llm: { call_count: 1 }, profile: { by_kind: [{ count: 1 }] } });
  });

  it("writes each report where it is to go, in one order, also for a program that does not compile", async () => {
    const flags = ["--emit-rusage-json", "--emit-phase-json", "--emit-summary-json"];
    const { stderr } = await project.harn("run", "-e", "let = 1", ...flags);
    expect(
      stderr
        .trimEnd()
        .split("\n")
        .slice(-3)
        .map((line) => JSON.parse(line).event),
    ).toEqual(["run_summary", "run_phase", "run_rusage"]);
    const files = ["--summary-file", "new/s.json", "--phase-file", "p.json"];
    const ran = await project.harn("run", "-e", "log(1)", ...flags, ...files);
    expect([ran.stdout, JSON.parse(ran.stderr).event]).toEqual(["[harn] 1\n", "run_rusage"]);
    expect(JSON.parse(readFileSync(join(project.folder, "p.json"), "utf8")).phases).toHaveLength(5);
    expect(readFileSync(join(project.folder, "new/s.json"), "utf8")).toMatch(/^\{"schema_version":1,.*\}\n$/);
    const { stdout } = await project.shell(
      "harn run -e 'log(1)' --emit-summary-json --summary-fd 5 5>five >/dev/null; cat five",
    );
    expect(JSON.parse(stdout)).toMatchObject({ exit_code: 0 });
  });

  it("run-events 40: fails a run whose report cannot be written", async () => {
    project.write("taken", "a file");
    const flags = ["--emit-summary-json", "--summary-file", "taken/s.json"];
    const plain = await project.harn("run", "-e", "log(1)", ...flags);
    expect([plain.status, plain.stdout]).toEqual([1, "[harn] 1\n"]);
    expect(plain.stderr).toMatch(/^error: failed to emit run summary: .*taken\/s\.json: /);
    const json = await project.harn("run", "-e", "log(1)", "--json", ...flags);
    expect(json.status).toBe(1);
    expect(lastLine(json.stdout)).toMatchObject({ data: { event_type: "error", seq: 2, error: { code: "run_aux" } } });
    expect((await project.harn("run", "-e", "7", "--json", ...flags)).status).toBe(7);
  });

  it("refuses files and descriptors that make no sense", async () => {
    for (const flags of [
      ["--summary-file", "x"],
      ["--emit-summary-json", "--summary-fd", "77"],
      ["--emit-summary-json", "--summary-fd", "2", "--summary-file", "x"],
    ])
      expect(await project.harn("run", "-e", "log(1)", ...flags)).toMatchObject({ status: 2, stdout: "" });
  });
});
