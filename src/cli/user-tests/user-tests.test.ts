import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Observation, TestJob } from "../test-runs/observation.ts";
import { discoverTests, type UserTest } from "./discover.ts";
import { runTests } from "./run-tests.ts";
import { type Claim, runSideBySide } from "./scheduler.ts";
import { TestTimings } from "./timings.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "harn-tests-"));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write(
    "b.harn",
    'pipeline test_one(t) { }\n@test\npipeline other(t) { }\npipeline helper(t) { }\n@serial(group: "db")\n@heavy(threads: 3)\npipeline test_db(t) { }\n',
  );
  write("a_broken.harn", "pipeline test_x( {");
  write("no_tests.harn", "pipeline build(t) { }");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("discoverTests", () => {
  it("finds test_ pipelines and those marked @test, and what they claim", () => {
    const found = discoverTests(folder, undefined);
    expect(found.map((item) => [item.kind, basename(item.file), item.kind === "test" ? item.name : ""])).toEqual([
      ["broken", "a_broken.harn", ""],
      ["test", "b.harn", "test_one"],
      ["test", "b.harn", "other"],
      ["test", "b.harn", "test_db"],
    ]);
    expect(found[3]).toMatchObject({ serialGroup: "db", places: 3 });
  });

  it("filters by name", () => {
    expect(discoverTests(join(folder, "b.harn"), "db")).toHaveLength(1);
  });
});

describe("runSideBySide", () => {
  /** Runs pieces that end one per turn of the event loop; gives which ran together. */
  async function together(work: readonly (Claim & { readonly name: string })[], places: number): Promise<string[]> {
    const running = new Set<string>();
    const snapshots: string[] = [];
    await runSideBySide(work, places, async ({ name }) => {
      running.add(name);
      await new Promise((resolve) => setTimeout(resolve, 5));
      snapshots.push([...running].join("+"));
      running.delete(name);
    });
    return snapshots;
  }

  it("fills the places and never more", async () => {
    const snapshots = await together(
      ["a", "b", "c", "d", "e"].map((name) => ({ name, places: 1 })),
      2,
    );
    expect(snapshots).toHaveLength(5);
    expect(Math.max(...snapshots.map((names) => names.split("+").length))).toBe(2);
  });

  it("keeps a group apart and lets others go first", async () => {
    const snapshots = await together(
      [
        { name: "a", places: 1, serialGroup: "g" },
        { name: "b", places: 1, serialGroup: "g" },
        { name: "c", places: 1 },
      ],
      2,
    );
    expect(snapshots.some((names) => names.includes("a") && names.includes("b"))).toBe(false);
    expect(snapshots[0]).toBe("a+c");
  });

  it("gives all places to what wants more than there are", async () => {
    expect(
      await together(
        [
          { name: "a", places: 9 },
          { name: "b", places: 1 },
        ],
        2,
      ),
    ).toEqual(["a", "b"]);
  });
});

describe("runTests", () => {
  it("reports failures, time-outs and broken files, and remembers durations", async () => {
    const answers: Record<string, Partial<Observation>> = {
      test_one: { durationMs: 30 },
      other: { durationMs: 10, error: { text: "Thrown: x", rendered: "error: Thrown: x\n" } },
      test_db: { durationMs: 20, timedOutAfterMs: 20, error: { text: "", rendered: "" } },
    };
    const jobs: TestJob[] = [];
    const workplace = {
      perform: (job: TestJob): Promise<Observation> => {
        jobs.push(job);
        return Promise.resolve({
          stdout: "",
          stderr: "",
          findings: [],
          codes: [],
          durationMs: 0,
          ...answers[job.pipeline ?? ""],
        });
      },
      close: () => Promise.resolve(),
    };
    const timings = new TestTimings(folder);
    const found = discoverTests(folder, undefined);
    const results = await runTests(found, { workplace, places: 1, timeoutMs: 20, timings, onResult: () => {} });
    expect(results.map(({ name, outcome, message }) => [name, outcome, message])).toEqual([
      ["<file error>", "failed", expect.any(String)],
      ["test_one", "passed", undefined],
      ["other", "failed", "error: Thrown: x\n"],
      ["test_db", "timed_out", "timed out after 20ms"],
    ]);
    expect(jobs[0]?.cwd).toBe(results[1]?.file.replace(/\/b\.harn$/, ""));
    const tests = found.filter((item): item is UserTest => item.kind === "test");
    expect(new TestTimings(folder).inOrder(tests).map(({ name }) => name)).toEqual(["other", "test_db", "test_one"]);
  });
});
