import { existsSync, mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

const program = `pipeline main(task) {
  let before = harness.clock.now_ms()
  harness.clock.sleep_ms(60000)
  harness.stdio.println("\${before} \${harness.clock.now_ms() - before} \${testbench_is_active()}")
  write_file("made.txt", "made\\n")
  append_file("old.txt", "more\\n")
  delete_file("gone.txt")
  harness.stdio.println(read_file("old.txt"))
  harness.stdio.println(shell("printf '%s' \${argv.join("-")}").stdout)
  harness.stdio.println(json_stringify(testbench_fs_diff().map({ change -> change.kind })))
  harness.stdio.println(llm_call("hi", nil, {provider: "mock"}).text)
}
`;

beforeAll(() => {
  project.write("p.harn", program);
  project.write("old.txt", "old\n");
  project.write("gone.txt", "gone");
  project.write("answers.jsonl", '{"text": "from the fixture"}\n');
});

const bench = (...args: string[]): ReturnType<Project["harn"]> => project.harn("test-bench", ...args);
const read = (name: string): string => readFileSync(join(project.folder, name), "utf8");

describe("harn test-bench", () => {
  it("runs a program on a clock that stands still, and keeps its writes in memory", async () => {
    const outputs = ["--process-record", "p.json", "--emit-tape", "t.tape", "--emit-diff", "d.diff"];
    const run = await bench(
      "run",
      "p.harn",
      "--fs-overlay",
      ".",
      "--llm-fixture",
      "answers.jsonl",
      ...outputs,
      "--",
      "a",
      "b",
    );
    expect(run.stdout).toBe(
      '1767225600000 60000 true\nold\nmore\n\na-b\n["deleted","added","modified"]\nfrom the fixture\n',
    );
    expect(run.status).toBe(0);
    expect([read("old.txt"), read("gone.txt"), existsSync(join(project.folder, "made.txt"))]).toEqual([
      "old\n",
      "gone",
      false,
    ]);
    expect(read("d.diff")).toContain("@@ -1,0 +2,1 @@\n+more\n");
    const kinds = read("t.tape")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).kind?.kind ?? "header");
    expect(kinds).toEqual([
      "header",
      "clock_read",
      "clock_sleep",
      "clock_read",
      "file_write",
      "file_write",
      "file_delete",
      "file_read",
      "process_spawn",
      "llm_call",
    ]);
  });

  it("repeats the run on what it recorded", async () => {
    const replay = await bench(
      "replay",
      "p.harn",
      "--process-tape",
      "p.json",
      "--fs-overlay",
      ".",
      "--llm-fixture",
      "answers.jsonl",
      "--emit-tape",
      "again.tape",
      "--",
      "a",
      "b",
    );
    expect(replay.status).toBe(0);
    expect((await bench("fidelity", "t.tape", "again.tape")).status).toBe(0);
    const rerun = await bench("fidelity", "p.harn", "--against", "t.tape", "--fs-overlay", ".");
    expect([rerun.status, JSON.parse(rerun.stdout)]).toMatchObject([0, { score: 1, divergences: [] }]);
  });

  it("refuses processes that are not on the tape, and tells of those that were not asked for", async () => {
    const other = await bench("replay", "p.harn", "--process-tape", "p.json", "--fs-overlay", ".", "--", "c");
    expect([other.status, other.stderr]).toEqual([1, expect.stringContaining("process tape diverged at call #0")]);
    project.write("idle.harn", "pipeline main(task) {}\n");
    const idle = await bench("replay", "idle.harn", "--process-tape", "p.json");
    expect([idle.status, idle.stderr]).toEqual([1, expect.stringContaining("1 process(es) that are on the tape")]);
  });

  it("lets no request out but to hosts that are allowed", async () => {
    project.write(
      "net.harn",
      'pipeline main(task) { harness.stdio.println(try { harness.net.get("http://127.0.0.1:9/") } catch (e) { e }) }\n',
    );
    expect((await bench("run", "net.harn")).stdout).toContain("EgressBlocked");
    expect((await bench("run", "net.harn", "--allow-host", "127.0.0.1")).stdout).not.toContain("EgressBlocked");
  });

  it("checks annotations against their tape", async () => {
    const header = '{"type":"header","schema_version":1}';
    project.write(
      "good.jsonl",
      `${header}\n{"type":"annotation","event_id":3,"kind":"friction","friction_kind":"tool_gap"}\n`,
    );
    project.write("bad.jsonl", `${header}\n{"type":"annotation","event_id":99,"kind":"odd"}\n`);
    expect((await bench("validate-annotations", "good.jsonl", "--tape", "t.tape")).status).toBe(0);
    const bad = await bench("validate-annotations", "bad.jsonl", "--tape", "t.tape");
    expect([bad.status, JSON.parse(bad.stdout).problems.map(({ code }: { code: string }) => code)]).toEqual([
      2,
      ["unknown_event_id", "unknown_kind"],
    ]);
    const exported = await bench("export-annotations", "good.jsonl", "--format", "friction");
    expect(JSON.parse(exported.stdout)).toMatchObject({ id: "annotation_3", kind: "tool_gap" });
  });

  it("says what is wrong with its arguments", async () => {
    expect(await bench("run", "p.harn", "--fs-overlay", "nowhere")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("is no folder"),
    });
    expect((await bench("run", "p.harn", "--emit-diff", "x")).status).toBe(2);
    expect((await bench("run", "p.harn", "--clock", "odd")).status).toBe(2);
    expect((await bench("replay", "p.harn")).stderr).toContain("--process-tape is required");
    expect((await bench("fidelity", "t.tape")).status).toBe(2);
    expect((await bench("fidelity", "t.tape", "p.json")).stderr).toContain("line 1: not a JSON object");
  });
});

it("an overlay holds the sandbox's limits", async () => {
  mkdirSync(join(project.folder, "box"));
  symlinkSync("/", join(project.folder, "box", "outside"));
  project.write("escape.harn", 'pipeline main(task) { write_file("box/outside/escaped.txt", "x") }\n');
  const run = await bench("run", "escape.harn", "--fs-overlay", ".");
  expect([run.status, run.stderr]).toEqual([1, expect.stringContaining("outside workspace_roots")]);
});
