import { beforeEach, describe, expect, it } from "vitest";
import { MemoryEventLog, personaTopic, topic, topicEvents } from "../../eventlog/index.ts";
import { frameOf, type PersonaFrame } from "./feed.ts";
import type { Persona } from "./persona.ts";
import { commonTools, readPersonas } from "./read-personas.ts";
import { PersonaSupervisor } from "./supervisor.ts";

const noon = Date.UTC(2026, 4, 1, 12, 5);
const minute = 60_000;
const nothing = { cost_usd: 0, tokens: 0 };
const around = { tools: new Set(commonTools), capabilities: new Set(["git.get_diff"]) };

const [captain] = readPersonas(
  {
    personas: [
      {
        name: "captain",
        version: "1.0",
        description: "Merges.",
        entry_workflow: "captain.harn#run",
        tools: ["github"],
        tier: "act_auto",
        receipts: "required",
        schedules: ["*/30 * * * *"],
        budget: { daily_usd: 1, hourly_usd: 0.8, run_usd: 0.5, max_tokens: 1000 },
      },
    ],
  },
  around,
) as [Persona];

let log: MemoryEventLog;
let ids: number;
beforeEach(() => {
  log = new MemoryEventLog({ now: () => noon });
  ids = 0;
});

const at = (now: number, persona: Persona = captain): PersonaSupervisor =>
  new PersonaSupervisor({ log, persona, now, uuid: () => `id${++ids}` });
const pull = (pr: string, more: Readonly<Record<string, string>> = {}) => ({
  provider: "GitHub",
  kind: "pull_request",
  metadata: { repository: "a/b", pr, ...more },
});
const kinds = async (): Promise<readonly string[]> =>
  (await topicEvents(log, topic(personaTopic))).map(({ kind }) => kind.replace("persona.", ""));

describe("a persona's work", () => {
  it("is told step by step, and done once for each subject", async () => {
    const done = await at(noon).trigger(pull("5"), { cost_usd: 0.25, tokens: 10 });
    expect(done).toMatchObject({ status: "completed", work_key: "github:a/b:pr:5", lease: { acquired_at_ms: noon } });
    expect(await kinds()).toEqual([
      "trigger.received",
      "lease.acquired",
      "run.started",
      "value.run_started",
      "budget.recorded",
      "value.run_completed",
      "run.completed",
      "lease.released",
      "supervision.receipt",
    ]);
    const again = await at(noon + minute).trigger(pull("5"), nothing);
    expect(again).toMatchObject({ status: "duplicate", run_id: null });
    expect(await at(noon + minute).status()).toMatchObject({
      state: "idle",
      template_ref: "captain@1.0",
      last_run: "2026-05-01T12:05:00Z",
      next_scheduled_run: "2026-05-01T12:30:00Z",
      budget: { spent_today_usd: 0.25, tokens_today: 10, remaining_today_usd: 0.75, exhausted: false },
      value_receipts: [{ kind: "run_started" }, { kind: "run_completed", paid_cost_usd: 0.25 }],
    });
  });

  it("waits while it is paused, a subject once, and is done in the order that it came", async () => {
    await at(noon).pause();
    for (const pr of ["9", "5", "9"]) await at(noon).trigger(pull(pr), nothing);
    await at(noon).trigger({ provider: "handoff", kind: "x", metadata: { dedupe_key: "1", task: "t" } }, nothing);
    const paused = await at(noon).status();
    expect(paused).toMatchObject({ state: "paused", queued_events: 3, handoff_inbox: [{ task: "t" }] });
    const resumed = await at(noon + minute).resume();
    expect(resumed).toMatchObject({ state: "idle", queued_events: 0, handoff_inbox: [] });
    const runs = resumed.value_receipts.filter(({ kind }) => kind === "run_completed");
    expect(runs.map(({ metadata }) => (metadata as { work_key: string }).work_key)).toEqual([
      "github:a/b:pr:9",
      "github:a/b:pr:5",
      "handoff:x:1",
    ]);
  });

  it("S3: what a limit keeps from being done on resuming waits on", async () => {
    await at(noon).pause();
    await at(noon).trigger(pull("5"), { cost_usd: 0.6, tokens: 1 });
    expect(await at(noon).resume()).toMatchObject({ queued_events: 1, budget: { exhausted: true, reason: "run_usd" } });
  });

  it("is a dead letter once it is disabled", async () => {
    await at(noon).disable();
    expect(await at(noon).tick(nothing)).toMatchObject({ status: "dead_lettered", error: "persona is disabled" });
    expect(await at(noon).status()).toMatchObject({ state: "disabled", disabled_events: 1 });
  });

  it("is one persona's: another of the same log has its own", async () => {
    await at(noon).pause();
    expect(await at(noon, { ...captain, name: "other" }).status()).toMatchObject({ state: "idle" });
  });
});

describe("leases", () => {
  const left = (until: number): void => {
    const lease = { id: "l", holder: "h", work_key: "k", acquired_at_ms: noon, expires_at_ms: until };
    const headers = { persona: "captain" };
    log.append(topic(personaTopic), { kind: "persona.lease.acquired", payload: lease, headers, occurredAtMs: noon });
  };

  it("keep others from working until they are over", async () => {
    left(noon + minute);
    expect(await at(noon).tick(nothing)).toMatchObject({ status: "lease_busy", lease: { id: "l" } });
    expect(await at(noon).status()).toMatchObject({ state: "running", current_assignment: { work_key: "k" } });
    expect(await at(noon + minute).tick(nothing)).toMatchObject({ status: "completed" });
  });

  it("S1: of many that begin at once on one log, each subject is worked on once", async () => {
    const receipts = await Promise.all(Array.from({ length: 8 }, () => at(noon).trigger(pull("5"), nothing)));
    const statuses = receipts.map(({ status }) => status).sort();
    expect(statuses.filter((status) => status === "completed")).toEqual(["completed"]);
    expect((await kinds()).filter((kind) => kind === "run.started")).toHaveLength(1);
    expect(new Set(statuses).has("duplicate") || new Set(statuses).has("lease_busy")).toBe(true);
  });
});

describe("a budget", () => {
  it("holds for a run, an hour, a day and tokens, and dimes add up", async () => {
    await expect(at(noon).spend({ cost_usd: 0.51, tokens: 0 })).rejects.toThrow("persona budget exhausted: run_usd");
    for (let dime = 0; dime < 8; dime++) await at(noon).spend({ cost_usd: 0.1, tokens: 0 });
    await expect(at(noon).spend({ cost_usd: 0.1, tokens: 0 })).rejects.toThrow("hourly_usd");
    const later = noon + 60 * minute;
    for (let dime = 0; dime < 2; dime++) await at(later).spend({ cost_usd: 0.1, tokens: 0 });
    await expect(at(later).spend({ cost_usd: 0.1, tokens: 0 })).rejects.toThrow("daily_usd");
    expect((await at(later).status()).budget).toMatchObject({
      spent_today_usd: 1,
      exhausted: true,
      reason: "daily_usd",
    });
    const tomorrow = noon + 24 * 60 * minute;
    await expect(at(tomorrow).spend({ cost_usd: 0, tokens: 1001 })).rejects.toThrow("max_tokens");
  });

  it("is no longer exhausted once something smaller was spent, or the day is over", async () => {
    const tooMuch = { cost_usd: 0.51, tokens: 0 };
    await expect(at(noon).spend(tooMuch)).rejects.toThrow();
    expect((await at(noon).status()).budget).toMatchObject({ exhausted: true, reason: "run_usd" });
    expect(await at(noon).spend({ cost_usd: 0.1, tokens: 0 })).toMatchObject({ exhausted: false, reason: null });
    await expect(at(noon).spend(tooMuch)).rejects.toThrow();
    expect((await at(noon + 24 * 60 * minute).status()).budget).toMatchObject({ exhausted: false });
  });
});

it("watchers are told of decisions, handoffs, places in the queue and receipts", async () => {
  await at(noon).pause();
  await at(noon).trigger(pull("5", { handoff_id: "h1" }), nothing);
  await at(noon + minute).resume();
  const frames = (await topicEvents(log, topic(personaTopic)))
    .map((event) => frameOf(event, () => "1.0"))
    .filter((frame): frame is PersonaFrame => frame !== undefined);
  expect(
    frames.map(({ update_kind, payload }) => [update_kind, payload.action ?? payload.status ?? payload.position]),
  ).toEqual([
    ["control", "pause"],
    ["handoff", "queued"],
    ["queue_position", 1],
    ["receipt", "queued"],
    ["control", "resume"],
    ["queue_position", 0],
    ["receipt", "completed"],
  ]);
  expect(frames[0]).toMatchObject({ event_id: 1, persona_id: "captain", persona_version: "1.0", actor: "runtime" });
});
