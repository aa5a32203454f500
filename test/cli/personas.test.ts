import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { builtCli, Project } from "./harn.ts";

let project: Project;

beforeAll(async () => void (await builtCli()), 120_000);
beforeEach(() => {
  project = new Project();
  project.write(
    "harn.toml",
    `[[personas]]
name = "captain"
version = "1.0"
description = "Merges."
entry_workflow = "captain.harn#run"
tools = ["github"]
autonomy_tier = "act_auto"
receipt_policy = "required"
budget = { run_usd = 0.5 }
`,
  );
});
afterEach(() => project.remove());

const at = ["--at", "2026-05-01T12:05:00Z"];

describe("harn persona", () => {
  it("keeps what one process decided for the next", async () => {
    expect((await project.harn("persona", "list")).stdout).toContain("  captain  tier=act_auto ");
    await project.harn("persona", "pause", "captain", ...at);
    const metadata = ["--metadata", "repository=a/b", "--metadata", "pr=5"];
    const event = ["--provider", "github", "--kind", "pull_request", ...metadata];
    const queued = await project.harn("persona", "trigger", "captain", ...event, ...at);
    expect(queued.stdout).toBe("persona=captain status=queued work_key=github:a/b:pr:5 queued=true\n");
    const resumed = await project.harn("persona", "resume", "captain", ...at, "--json");
    expect(JSON.parse(resumed.stdout)).toMatchObject({ state: "idle", queued_events: 0, last_run: at[1] });
    const tail = await project.harn("persona", "supervision", "tail", "--persona", "captain", "--limit", "1");
    expect(JSON.parse(tail.stdout)).toMatchObject({ update_kind: "control", payload: { action: "pause" } });
  });

  it("looking leaves nothing behind", async () => {
    expect((await project.harn("persona", "status", "captain", ...at)).stdout).toContain("state:          idle\n");
    expect((await project.harn("persona", "supervision", "tail")).stdout).toBe("");
    expect(existsSync(join(project.folder, ".harn"))).toBe(false);
  });

  it.each([
    [["inspect", "nobody"], 1, "persona 'nobody' not found in "],
    [["status", "captain", "--at", "noon"], 1, "invalid RFC3339 timestamp 'noon': the 'year' component"],
    [["spend", "captain", "--cost-usd", "4"], 1, "persona budget exhausted: run_usd"],
    [["spend", "captain", "--cost-usd=-4"], 2, "expected an amount of dollars from 0 on"],
    [["trigger", "captain", "--provider", "github"], 2, "needs --kind"],
    [["trigger", "captain", "--provider", "x", "--kind", "y", "--metadata", "z"], 1, "must use KEY=VALUE syntax"],
    [["check", "absent.toml"], 1, "no such manifest"],
    [["check", "words.toml"], 1, "failed to parse words.toml"],
    [["check", "wrong.toml"], 1, "wrong.toml [[personas]][0].description: missing required description\nwrong.toml "],
    [["list", "--manifest", "folder"], 1, "no such manifest"],
    [["pause", "captain", "--state-dir", "words.toml"], 1, "failed to open the log of personas in "],
    [["pause", "captain", "--state-dir", "foreign"], 1, "event log"],
  ])("%j fails, and says why", async (args, status, message) => {
    project.write("words.toml", "only words").write("wrong.toml", '[[personas]]\nname = "x"\n');
    mkdirSync(join(project.folder, "folder"));
    mkdirSync(join(project.folder, "foreign", ".harn"), { recursive: true });
    writeFileSync(
      join(project.folder, "foreign", ".harn", "events.sqlite"),
      "no database at all, only words".repeat(99),
    );
    const done = await project.harn("persona", ...args);
    expect(done.stderr).toContain(message);
    expect(done.status).toBe(status);
    expect(done.stderr).not.toMatch(/\n\s+at /);
  });
});
