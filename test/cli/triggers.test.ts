import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

const manifest = `[package]
name = "p"

[exports]
handlers = "handlers.harn"

[[triggers]]
id = "asks"
kind = "webhook"
provider = "github"
match = { events = ["issues.opened"] }
handler = "handlers::asks"
secrets = { signing_secret = "github/x" }

[[triggers]]
id = "greets"
kind = "cron"
provider = "cron"
schedule = "* * * * *"
match = { events = ["cron.tick"] }
handler = "greets"
when = "handlers::wants"
concurrency = { max = 1, key = "event.kind ?? 0" }

[[triggers]]
id = "queues"
kind = "cron"
provider = "cron"
schedule = "* * * * *"
match = { events = ["cron.tick"] }
handler = "worker://jobs"

[[triggers]]
id = "fails"
kind = "a2a-push"
provider = "a2a-push"
match = { events = [] }
handler = "fails"
retry = { max = 1 }
`;

beforeAll(() => {
  project.write("harn.toml", manifest);
  project.write(
    "lib.harn",
    'pub fn greets(event) { return "hello " + event.id }\npub fn fails(_event) { throw "no luck" }\n',
  );
  project.write(
    "handlers.harn",
    'import "std/hitl"\npub fn wants(event) -> bool { return event.kind == "cron.tick" }\npub fn asks(event) { return escalate_to("boss", "may I?") }\n',
  );
  project.write(
    "main.harn",
    `import "std/triggers"
pipeline default(task) {
  for binding in trigger_list() { log("\${binding.id} \${binding.version} \${binding.handler_kind}") }
  log(trigger_fire("greets", {provider: "cron", kind: "cron.tick", id: "evt_1"}).result)
  log(trigger_fire("fails", {provider: "a2a-push", kind: "x", id: "evt_2"}).status)
  trust_record("bot", "deploy", "ann", "failure", "suggest")
}
`,
  );
});

async function json(...args: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr, status } = await project.harn(...args);
  expect([status, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("triggers of a manifest", () => {
  it("are there when a program of the project runs", async () => {
    const { stdout, stderr } = await project.harn("run", "main.harn");
    expect(stderr).toBe("");
    expect(stdout.split("\n")).toEqual([
      "[harn] asks 1 local",
      "[harn] fails 1 local",
      "[harn] greets 1 local",
      "[harn] queues 1 worker",
      "[harn] hello evt_1",
      "[harn] dlq",
      "",
    ]);
  });

  it("end the run before it starts when one makes no sense", async () => {
    const broken = new Project();
    broken.write("harn.toml", manifest.replace("handlers::asks", "handlers::nobody")).write("main.harn", "log(1)");
    broken
      .write("lib.harn", "pub fn greets(e) {}\npub fn fails(e) {}")
      .write("handlers.harn", "pub fn wants(e) -> bool { true }");
    const { stdout, stderr, status } = await broken.harn("run", "main.harn");
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(
      "[[triggers]] table #1 (id = asks): handler 'handlers::nobody' is not exported by the resolved module",
    );
    broken.remove();
  });
});

describe("harn trigger, harn trust", () => {
  it("replays an event, and says what differs", async () => {
    expect(await json("trigger", "replay", "evt_1", "--diff")).toMatchObject({
      event_id: "evt_1",
      replay: { status: "succeeded", result: "hello evt_1" },
      drift: { changed: false },
    });
  });

  it("chooses events by an expression, and only shows them in a dry run", async () => {
    const filter = "event.kind == 'cron.tick' AND NOT audit.cancel_requested";
    expect(await json("trigger", "replay", "--where", filter, "--dry-run")).toMatchObject({
      matched_count: 1,
      executed_count: 0,
      items: [{ binding_key: "greets@v1", latest_status: "succeeded", status: "dry_run" }],
    });
    expect(await json("trigger", "cancel", "--where", "true")).toMatchObject({
      requested_count: 0,
      items: [{ status: "not_cancellable" }, { status: "not_cancellable", latest_status: "dlq" }],
    });
  });

  it("tells misuse", async () => {
    expect(await project.harn("trigger", "replay", "nope")).toMatchObject({
      status: 1,
      stderr: "error: unknown trigger event id 'nope'\n",
    });
    expect(await project.harn("trigger", "cancel")).toMatchObject({ status: 2 });
  });

  it("lists, sums up and changes what agents have earned", async () => {
    const listed = await project.harn("trust", "query", "--agent", "bot");
    expect(listed.stdout).toMatch(/agent=bot action=deploy outcome=failure tier=suggest trace_id=\S+ approver=ann\n$/);
    expect((await project.harn("trust", "demote", "bot", "--to", "shadow", "--reason", "bad")).stdout).toBe(
      "demoted bot -> shadow\n",
    );
    const summed = await project.harn("trust", "query", "--summary");
    expect(summed.stdout).toContain("bot total=2 success_rate=50.00% mean_cost_usd=n/a tiers=shadow=1,suggest=1");
    expect((await project.harn("trust", "verify-chain")).stdout).toMatch(/^verified topic=trust_graph records=\d+ /);
  });
});

describe("harn orchestrator", () => {
  it("keeps jobs and dead letters over processes", async () => {
    expect((await project.harn("orchestrator", "fire", "queues")).stdout).toContain('"queue":"jobs"');
    const listed = await json("orchestrator", "queue", "ls", "--json");
    expect(listed.worker_queues).toMatchObject([{ queue: "jobs", ready: 1 }]);
    project.write("worker.toml", manifest.replace('"worker://jobs"', '"greets"'));
    const drained = await json("orchestrator", "queue", "drain", "jobs", "--config", "worker.toml", "--json");
    expect(drained).toMatchObject({ drained: 1, acked: 1, deferred: 0, summary: { ready: 0, acked: 1 } });
    const failed = await project.harn("orchestrator", "fire", "fails");
    const id = /dlq_entry_id=(\S+)/.exec(failed.stdout)?.[1] ?? "";
    expect((await project.harn("orchestrator", "dlq", "--discard", id)).stdout).toContain("- state=discarded");
    expect(await json("orchestrator", "dlq", "--json")).toMatchObject({ pending_entries: 0 });
  });

  it("misses a manifest that is named and not there", async () => {
    const { status, stdout, stderr } = await project.harn("orchestrator", "inspect", "--config", "other.toml");
    expect([status, stdout, stderr]).toEqual([
      1,
      "",
      expect.stringMatching(/^error: manifest not found: .*other\.toml/),
    ]);
  });

  it("goes on with a dispatch of another process once somebody has answered", async () => {
    const fired = await project.harn("orchestrator", "fire", "asks");
    expect(fired.stdout).toContain("- status=waiting");
    const eventId = /event_id=(\S+)/.exec(fired.stdout)?.[1] ?? "";
    const backlog = await json("orchestrator", "queue", "ls", "--json");
    expect(backlog.dispatcher).toMatchObject({ waiting_dispatches: [{ event_id: eventId }] });
    expect(
      await json("orchestrator", "resume", `hitl_escalation_${eventId}_1`, "--reviewer", "ann", "--json"),
    ).toMatchObject({
      reviewer: "ann",
      resumed: [{ event_id: eventId, status: "succeeded" }],
    });
  });
});

describe("commands about triggers, of a log that is damaged", () => {
  const broken = new Project();
  afterAll(() => broken.remove());

  it.each([
    "orchestrator queue ls --state-dir .harn",
    "orchestrator inspect --state-dir .harn",
    "trust verify-chain",
    "trust query",
  ])("fail, and tell of no empty one: %s", async (command) => {
    broken.write("harn.toml", '[package]\nname = "p"\n').write(".harn/events.sqlite", "garbage");
    const { status, stdout, stderr } = await broken.harn(...command.split(" "));
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^error: event log .* error: file is not a database \(.*events\.sqlite\)\n$/);
  });
});
