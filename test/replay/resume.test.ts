import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { builtCli, Project } from "../cli/harn.ts";
import { dying } from "../crash/killed-process.ts";

// A step leaves an event, a file and a line of output; what was drawn by chance tells whether it was taken once.
const steps = `pipeline main() {
  var drawn = []
  for i in 1 to 40 {
    let token = uuid()
    drawn = drawn.push(token)
    event_log.emit("steps", "step", {index: i, token: token})
    harness.fs.write_text("step-\${i}.txt", token)
    sleep(2)
    log("step \${i} \${token}")
  }
  var kept = []
  for event in event_log.subscribe("steps") {
    kept = kept.push(event.payload.token)
    if len(kept) == event_log.latest("steps") { break }
  }
  log("kept \${kept == drawn}")
  0
}
`;

// What can be seen outside and must not happen twice: a line in a file, a process, an event. Kills come while it sleeps, long
// enough for what it said to become durable and leave.
const visible = `pipeline main() {
  for i in 1 to 4 {
    harness.fs.append("appended.txt", "\${i}\\n")
    shell("echo \${i} >> ran.txt")
    event_log.emit("steps", "step", {index: i})
    log("step \${i}")
    sleep(1500)
  }
  log("events \${event_log.latest("steps")}")
  0
}
`;
/** Steps behind which it is killed. */
const points = process.env.HARN_REPLAY === "all" ? [1, 2, 3, 4] : [1, 3];

let project: Project;
beforeAll(async () => void (await builtCli()));
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

function recordings(): readonly string[] {
  return readdirSync(join(project.folder, ".harn-runs")).filter((name) => name.endsWith(".effects.jsonl"));
}

function stateOf(pid: number): string {
  return spawnSync("ps", ["-o", "stat=", "-p", `${pid}`], { encoding: "utf8" }).stdout.trim();
}

function fileOf(name: string): string {
  return readFileSync(join(project.folder, ".harn-runs", name), "utf8");
}

describe("harn run --resume", () => {
  it("goes on with a run that was killed, and repeats nothing", async () => {
    project.write("main.harn", steps);
    const first = await project.harnWith(dying({ HARN_DIE_SAYING: "step 7 " }), "run", "--record", "main.harn");
    const [recording = ""] = recordings();
    const id = recording.slice(0, 13);

    // Killed again on the way, and torn in its last line.
    const second = await project.harnWith(dying({ HARN_DIE_SAYING: "step 21 " }), "run", "--resume", id);
    writeFileSync(join(project.folder, ".harn-runs", recording), `${fileOf(recording)}{"id":99999,"ki`);

    const last = await project.harn("run", "--resume", id);
    expect(last).toMatchObject({
      status: 0,
      stderr: expect.stringMatching(new RegExp(`^run recording: ${id}\\S*\\n$`)),
    });
    const lines = last.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(41);
    expect(lines[40]).toBe("[harn] kept true");
    // What was shown before the process died is what the whole run shows.
    for (const { status, stdout: shown } of [first, second]) {
      expect([status, shown.length > 0]).toEqual([null, true]);
      expect(last.stdout.startsWith(shown)).toBe(true);
    }
    for (let step = 1; step <= 40; step++)
      expect(lines[step - 1]).toBe(
        `[harn] step ${step} ${readFileSync(join(project.folder, `step-${step}.txt`), "utf8")}`,
      );

    const replayed = await project.harn("replay", "--program", id);
    expect(replayed.status).toBe(0);
    expect(replayed.stdout).toBe(last.stdout);
  });

  it.each(points)("repeats nothing when it was killed behind step %i", async (point) => {
    project.write("main.harn", visible);
    const killed = dying({ HARN_DIE_SAYING: `step ${point}\n` });
    const first = await project.harnWith(killed, "run", "--record", "main.harn");
    expect(first.status).toBe(null);
    const last = await project.harn("run", "--resume", recordings()[0]?.slice(0, 36) ?? "");
    expect(last).toMatchObject({ status: 0, stderr: expect.stringMatching(/^run recording: \S+\n$/) });
    expect(last.stdout.startsWith(first.stdout)).toBe(true);
    const numbers = Array.from({ length: 4 }, (_, at) => `${at + 1}`);
    for (const file of ["appended.txt", "ran.txt"])
      expect(readFileSync(join(project.folder, file), "utf8").trimEnd().split("\n")).toEqual(numbers);
    expect(last.stdout.trimEnd().split("\n").at(-1)).toBe("[harn] events 4");
  });

  it("minds no process that is dead, though nobody has taken note of its end", async () => {
    project.write("main.harn", 'for i in 1 to 3 {\n  log("step ${i} ${uuid()}")\n  sleep(50)\n}\n');
    // A parent that never asks for its child keeps it in the table of processes: so do many containers.
    const parent = await project.startVia(
      '"$0" "$@" > out.txt 2>&1 & echo $!; exec sleep 600',
      dying({ HARN_DIE_SAYING: "step 2 " }),
      ...["run", "--record", "main.harn"],
    );
    try {
      const [pid] = (await once(parent.stdout as Readable, "data")) as [Buffer];
      await vi.waitUntil(() => stateOf(Number(pid)).startsWith("Z"), 60_000);
      const id = recordings()[0]?.slice(0, 36) ?? "";
      const resumed = await project.harn("run", "--resume", id);
      expect([resumed.status, resumed.stdout.split("\n").length]).toEqual([0, 4]);
    } finally {
      parent.kill("SIGKILL");
    }
  });

  it("starts a new run from an event of a recorded one", async () => {
    project.write(
      "main.harn",
      'pipeline main() {\n  log("first ${uuid()}")\n  sleep(1)\n  log("second ${uuid()}")\n}\n',
    );
    const whole = await project.harn("run", "--record", "main.harn");
    const [recording = ""] = recordings();
    const id = recording.slice(0, -".effects.jsonl".length);
    const forked = await project.harn("run", "--resume", id, "--at", "2");
    const [first, second] = whole.stdout.split("\n");
    expect(forked.stdout.split("\n")[0]).toBe(first);
    expect(forked.stdout.split("\n")[1]).not.toBe(second);
    const [fork = ""] = recordings().filter((name) => name !== recording);
    expect(JSON.parse(fileOf(fork).split("\n")[0] as string)).toMatchObject({ run: { forkOf: { runId: id, at: 2 } } });
    expect((await project.harn("replay", "--program", fork.slice(0, -14))).status).toBe(0);
  });

  it("refuses what makes no sense, by name", async () => {
    project.write("main.harn", "pipeline main() { log(1) }\n");
    await project.harn("run", "--record", "main.harn");
    const id = recordings()[0]?.slice(0, 36) ?? "";
    expect((await project.harn("run", "--resume", id)).stderr).toContain("has ended; give --at N");
    expect((await project.harn("run", "--resume", id, "--at", "99")).stderr).toContain("there is no event 99");
    expect((await project.harn("run", "--resume", "nope")).stderr).toContain("no recorded run nope");
    expect((await project.harn("run", "--resume", id, "main.harn")).status).toBe(2);
    expect((await project.harn("replay", "--program", "main.harn")).stderr).toContain("it is no recording");
  });
});

describe("harn replay --program", () => {
  it("does not touch the world, and does the same elsewhere", async () => {
    project.write("data.txt", "before");
    project.write(
      "main.harn",
      'pipeline main() {\n  log(harness.fs.read_text("data.txt"))\n  harness.fs.write_text("data.txt", "after ${uuid()}")\n  3\n}\n',
    );
    const first = await project.harn("run", "--record", "main.harn");
    expect(first.status).toBe(3);
    const after = readFileSync(join(project.folder, "data.txt"), "utf8");
    project.write("main.harn", "broken (");
    const again = await project.harn("replay", "--program", recordings()[0]?.slice(0, 36) ?? "");
    expect(again).toMatchObject({ status: 0, stdout: first.stdout });
    expect(again.stderr).toMatch(/^replay: run .* did the same\n$/);
    expect(readFileSync(join(project.folder, "data.txt"), "utf8")).toBe(after);
  });

  it("names the first divergence of a program that was changed", async () => {
    project.write("main.harn", 'pipeline main() {\n  log("a")\n  log(harness.env.get("HOME"))\n}\n');
    await project.harn("run", "--record", "main.harn");
    project.write("main.harn", 'pipeline main() {\n  log("a")\n  log(harness.env.get("PATH"))\n}\n');
    const id = recordings()[0]?.slice(0, 36) ?? "";
    expect((await project.harn("replay", "--program", id)).status).toBe(0);
    const changed = await project.harn("replay", "--program", id, "--current");
    expect(changed.status).toBe(1);
    expect(changed.stdout).toBe("[harn] a\n");
    expect(changed.stderr).toMatch(/^replay: event \d+: /);
    expect(changed.stderr).toContain(
      'the program does not do what was recorded: it asks for environment.get("PATH"), where the recording has environment.get("HOME")',
    );
  });

  it("is told which run it is by the run itself, in text and in events", async () => {
    project.write("main.harn", 'log("here")\n');
    const inText = await project.harn("run", "--record", "main.harn");
    const [told = ""] = /^run recording: (\S+)$/m.exec(inText.stderr)?.slice(1) ?? [];
    expect(recordings()).toEqual([`${told}.effects.jsonl`]);
    expect((await project.harn("replay", "--program", told)).stdout).toBe("[harn] here\n");
    const inEvents = await project.harn("run", "--record", "--json", "main.harn");
    expect(inEvents.stderr).toBe("");
    expect(JSON.parse(inEvents.stdout.split("\n")[0] as string).data).toEqual({
      event_type: "stderr",
      seq: 1,
      payload: expect.stringMatching(/^run recording: \S+\n$/),
    });
    const quiet = await project.harn("run", "--record", "--json", "--quiet", "main.harn");
    expect(quiet.stdout).toMatch(/^\{.*"event_type":"result","seq":1,.*\}\n$/);
  });

  it("gives the same events as the run, with --json", async () => {
    project.write("main.harn", 'pipeline main() {\n  log(uuid())\n  throw "no"\n}\n');
    const first = await project.harn("run", "--record", "--json", "main.harn");
    const again = await project.harn("replay", "--program", "--json", recordings()[0]?.slice(0, 36) ?? "");
    expect(again.stdout).toBe(first.stdout);
  });

  it("keeps secrets out of the file, and replays with and without them", async () => {
    project.write("main.harn", 'pipeline main() {\n  log("key is ${harness.env.get("SERVICE_API_KEY")}")\n}\n');
    const first = await project.harnWith({ SERVICE_API_KEY: "hunter2hunter2" }, "run", "--record", "main.harn");
    const [recording = ""] = recordings();
    expect(first.stdout).toBe("[harn] key is hunter2hunter2\n");
    expect(fileOf(recording)).not.toContain("hunter2");
    const id = recording.slice(0, 36);
    const with_ = await project.harnWith({ SERVICE_API_KEY: "hunter2hunter2" }, "replay", "--program", id);
    expect(with_).toMatchObject({ status: 0, stdout: first.stdout });
    const without = await project.harn("replay", "--program", id);
    expect(without).toMatchObject({ status: 0, stdout: "[harn] key is [secret SERVICE_API_KEY]\n" });
  });

  it("goes no further than it is asked to, and says so", async () => {
    project.write("main.harn", 'pipeline main() {\n  for i in 1 to 3 {\n    log("step ${i}")\n    sleep(2)\n  }\n}\n');
    const first = await project.harn("run", "--record", "main.harn");
    const id = recordings()[0]?.slice(0, 36) ?? "";
    const last = fileOf(`${id}.effects.jsonl`).split("\n").length - 1;
    const seen: string[] = [];
    for (let at = 1; at < last; at++) {
      const part = await project.harn("replay", "--program", id, "--at", `${at}`);
      expect(part).toMatchObject({
        status: 0,
        stderr: `replay: the same up to event ${at}, where it was asked to end\n`,
      });
      seen.push(part.stdout);
    }
    expect(seen[0]).toBe("");
    expect(seen.every((part, at) => part.startsWith(seen[at - 1] ?? ""))).toBe(true);
    expect(first.stdout.startsWith(seen.at(-1) ?? "no")).toBe(true);
    expect((await project.harn("replay", "--program", id, "--at", `${last}`)).stdout).toBe(first.stdout);
    const beyond = await project.harn("replay", "--program", id, "--at", "999");
    expect([beyond.status, beyond.stderr]).toEqual([1, expect.stringContaining("there is no event 999")]);
  });

  it("refuses a recording of a later form by name", async () => {
    project.write("main.harn", 'log("here")\n');
    await project.harn("run", "--record", "main.harn");
    const [name = ""] = recordings();
    const path = join(project.folder, ".harn-runs", name);
    writeFileSync(path, fileOf(name).replace('"format":1', '"format":2'));
    for (const args of [
      ["replay", "--program", name.slice(0, 36)],
      ["run", "--resume", name.slice(0, 36), "--at", "1"],
    ])
      expect((await project.harn(...args)).stderr).toMatch(
        /it is no recording: it has form 2, and this harn knows 1: a later one has written it\n$/,
      );
  });
});

describe("a disk that takes no more of a recording", () => {
  // As if the disk were full at that size.
  const limited = (blocks: number, command: string) => project.shell(`trap '' XFSZ; ulimit -f ${blocks}; ${command}`);

  it("ends the run without showing what is not recorded; with room it is gone on with", async () => {
    const text =
      'pipeline main() {\n  for i in 1 to 3000 {\n    let drawn = uuid()\n    if i % 100 == 0 { log("${i} ${drawn}") }\n  }\n}\n';
    project.write("main.harn", text);
    const full = await limited(64, "harn run --record main.harn");
    expect(full.status).toBe(1);
    expect(full.stderr).toMatch(/^error: the run cannot be recorded any further: File too large .*--resume.*$/m);
    expect(full.stderr).not.toContain("internal");
    const id = recordings()[0]?.slice(0, 36) ?? "";
    expect((await project.harn("replay", "--program", id)).stdout.startsWith(full.stdout)).toBe(true);
    const resumed = await project.harn("run", "--resume", id);
    expect(resumed.status).toBe(0);
    expect(resumed.stdout.split("\n")).toHaveLength(31);
    expect(resumed.stdout.startsWith(full.stdout)).toBe(true);
    expect(await project.harn("replay", "--program", id)).toMatchObject({ status: 0, stdout: resumed.stdout });
  });

  it("leaves nothing of a run that it cannot even begin to record", async () => {
    project.write("main.harn", 'log("here")\n');
    const full = await limited(0, "harn run --record main.harn");
    expect([full.status, full.stdout]).toEqual([1, ""]);
    expect(full.stderr).toMatch(/^error: cannot record into .*: File too large/m);
    expect(readdirSync(join(project.folder, ".harn-runs"))).toEqual([]);
  });
});
