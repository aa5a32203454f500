import { describe, expect, test } from "vitest";
import { ActiveLog, MemoryEventLog, topic } from "../eventlog/index.ts";
import { claimsTopic } from "../lifecycle/index.ts";
import { splitBindingKey } from "./bindings/binding-key.ts";
import { parseHandlerUri } from "./bindings/handler.ts";
import { TriggerRegistry } from "./bindings/registry.ts";
import { type Backoff, delayBefore, retryPolicy } from "./bindings/retry.ts";
import { CronError, CronSchedule } from "./connectors/cron.ts";
import { errorClass } from "./dispatch/error-class.ts";
import { eventJson, readEvent, type TriggerEvent } from "./events/event.ts";
import { redactHeaders } from "./events/header-redaction.ts";
import { stagedSpec } from "./harness/stage.ts";
import { DedupeIndex } from "./inbox/dedupe.ts";
import { TriggerInbox } from "./inbox/inbox.ts";
import { schedulerSettings } from "./queue/scheduler.ts";
import { WorkerQueue } from "./queue/worker-queue.ts";

let now = 1_700_000_000_000;

function openLog(): ActiveLog {
  const log = new ActiveLog({ now: () => now, onOpenFailure: () => {} });
  log.install(new MemoryEventLog({ now: () => now, queueDepth: 64 }));
  return log;
}

const wire = {
  id: "e1",
  provider: "webhook",
  kind: "k",
  received_at: "2026-05-01T10:00:00Z",
  occurred_at: null,
  dedupe_key: "d1",
  trace_id: "t1",
  tenant_id: null,
  headers: { "content-type": "application/json" },
  provider_payload: { provider: "webhook", source: "s", content_type: null, raw: { n: 1 } },
  signature_status: { state: "verified" },
};
const event: TriggerEvent = readEvent(wire);

describe("events", () => {
  test("triggers 1: the wire form comes back as it was: no batch, no raw body, nils where they were", () => {
    expect(JSON.parse(JSON.stringify(eventJson(event)))).toEqual(wire);
  });

  test("triggers 2: three kinds of signature status", () => {
    expect(readEvent({ ...wire, signature_status: { state: "failed", reason: "r" } }).signature.state).toBe("failed");
    expect(readEvent({ ...wire, signature_status: { state: "unsigned" } }).signature).toEqual({ state: "unsigned" });
    expect(() => readEvent({ ...wire, signature_status: { state: "perhaps" } })).toThrow("unknown signature status");
  });

  test("triggers 3: a provider that nobody knows has the extension form", () => {
    const payload = { provider: "tides", schema_name: "Tide", raw: {} };
    expect(readEvent({ ...wire, provider: "tides", provider_payload: payload }).providerPayload).toEqual(payload);
    expect(() => readEvent({ ...wire, provider_payload: { provider: "tides" } })).toThrow("did not match any variant");
  });

  test("triggers 4, 39: headers that may be secret are hidden", () => {
    const shown = redactHeaders({
      Authorization: "a",
      "X-GitHub-Delivery": "b",
      "X-Api-Key": "c",
      "X-Hub-Signature-256": "d",
      "X-GitHub-Hook-Id": "e",
    });
    expect(Object.values(shown)).toEqual(["[redacted]", "b", "[redacted]", "[redacted]", "e"]);
    expect(redactHeaders({ "X-GitHub-Event": "x" }, { denied: ["github"] })).toEqual({
      "X-GitHub-Event": "[redacted]",
    });
  });

  test("triggers 41: the time it happened must be there, if only as nil; the tenant need not", () => {
    const { occurred_at: _occurred, ...without } = wire;
    expect(() => readEvent(without)).toThrow("missing field `occurred_at`");
    const { tenant_id: _tenant, ...tenantless } = wire;
    expect(readEvent(tenantless).tenantId).toBeNull();
  });
});

describe("bindings", () => {
  test.each([
    ["a@v2", "a", 2],
    ["a@vb@v3", "a@vb", 3],
    ["a", "a", 0],
    ["a@vx", "a", 0],
  ])("triggers 5: %s", (key, id, version) => {
    expect(splitBindingKey(key)).toEqual({ id, version });
  });

  test("triggers 7, 8, 40: provider and kind must fit; paused and draining ones are left out", () => {
    const registry = new TriggerRegistry(openLog(), () => now);
    registry.install([
      stagedSpec("b", { events: ["k"] }),
      stagedSpec("a"),
      stagedSpec("c", { events: ["other"] }),
      stagedSpec("d", { provider: "github" }),
    ]);
    const matching = (): readonly string[] => registry.matching(event).map(({ key }) => key);
    expect(matching()).toEqual(["a@v1", "b@v1"]);
    registry.pause("a");
    expect(matching()).toEqual(["b@v1"]);
    registry.resume("a");
    const a = registry.resolve("a");
    registry.begin(a);
    registry.install([stagedSpec("b", { events: ["k"] })]);
    expect([a.state, ...matching()]).toEqual(["draining", "b@v1"]);
    registry.end(a);
    expect(a.state).toBe("terminated");
  });

  test("a definition that comes back gets the version it had, if nobody else has it", () => {
    const registry = new TriggerRegistry(openLog(), () => now);
    for (const kind of ["x", "y", "z", "w", "x"]) registry.install([stagedSpec("a", { events: [kind] })]);
    expect(registry.resolve("a").version).toBe(1);
  });

  test("triggers 13: delays of the policies", () => {
    const delays = (backoff: Backoff): number[] => [1, 2, 3, 4, 8, 9].map((attempt) => delayBefore(attempt, backoff));
    const hour = 3_600_000;
    expect(delays({ kind: "svix" })).toEqual([0, 5_000, 300_000, 1_800_000, 10 * hour, 10 * hour]);
    expect(delays({ kind: "linear", delayMs: 7 })).toEqual([0, 7, 7, 7, 7, 7]);
    expect(delays({ kind: "exponential", baseMs: 100, capMs: 500 })).toEqual([0, 100, 200, 400, 500, 500]);
    expect(retryPolicy(0, { kind: "svix" }).maxAttempts).toBe(7);
  });

  test.each([
    ["", "handler URI cannot be empty"],
    ["worker://", "worker handler URI target cannot be empty"],
    ["ftp://x", "unsupported handler URI scheme 'ftp'"],
  ])("the handler %j is refused", (uri, problem) => {
    expect(() => parseHandlerUri(uri)).toThrow(problem);
  });
});

test.each([
  ["budget exceeded after timeout", "budget_exhausted"],
  ["deadline passed", "handler_timeout"],
  ["403 forbidden", "auth_failed"],
  ["provider said 503", "provider_5xx"],
  ["predicate crash", "predicate_panic"],
  ["handler exception", "handler_panic"],
  ["handler threw", "handler_panic"],
  ["something else", "unknown"],
])("triggers 14: %s is %s", (text, name) => {
  expect(errorClass(text)).toBe(name);
});

test("triggers 18: a claim holds until its time is over, and for the next process too", async () => {
  const log = openLog();
  const first = new DedupeIndex(log, () => now);
  expect([await first.claim("b", "k", 1000), await first.claim("b", "k", 1000)]).toEqual([true, false]);
  expect([
    await first.claim("c", "k", 1000),
    await first.claim("b", "none", 0),
    await first.claim("b", "none", 0),
  ]).toEqual([true, true, true]);
  expect(await new DedupeIndex(log, () => now).claim("b", "k", 1000)).toBe(false);
  now += 1000;
  expect(await new DedupeIndex(log, () => now).claim("b", "k", 1000)).toBe(true);
});

describe("worker queues", () => {
  let claims = 0;
  const open = (log = openLog(), environment: Readonly<Record<string, string>> = {}): WorkerQueue =>
    new WorkerQueue({
      log,
      machineNow: () => now,
      claimId: () => `claim-${++claims}`,
      scheduler: schedulerSettings((name) => environment[name]),
    });
  const registry = new TriggerRegistry(openLog(), () => now);
  const binding = registry.register(stagedSpec("b"));
  const put = (queue: WorkerQueue, id: string, priority: "high" | "normal" | "low" = "normal", more = {}) =>
    queue.enqueue("q", { binding, event: { ...event, id, ...more }, priority });
  const next = async (queue: WorkerQueue, ttl = 60_000): Promise<string | undefined> => {
    const claimed = await queue.claimNext("q", "w", ttl);
    return (claimed?.job.event as { id?: string } | undefined)?.id;
  };

  test("triggers 20: enqueue, claim, acknowledge", async () => {
    const queue = open();
    await put(queue, "e1");
    const claim = await queue.claimNext(" q ", "w", 1000);
    if (claim === undefined) throw new Error("nothing to claim");
    expect(await queue.claimNext("q", "other", 1000)).toBeUndefined();
    queue.ack(claim);
    queue.respond(claim, { done: true }, null);
    expect(await queue.summary("q")).toMatchObject({ ready: 0, in_flight: 0, acked: 1, responses: 1 });
    expect(await queue.knownQueues()).toEqual(["q"]);
  });

  test("triggers 21: an expired claim lets the job go, and its acknowledgement still counts", async () => {
    const queue = open();
    await put(queue, "e1");
    const claim = await queue.claimNext("q", "w", 1000);
    if (claim === undefined) throw new Error("nothing to claim");
    now += 1000;
    expect((await queue.summary("q")).ready).toBe(1);
    queue.ack(claim);
    expect((await queue.summary("q")).acked).toBe(1);
  });

  test("triggers 22: only the owner releases and renews", async () => {
    const queue = open();
    await put(queue, "e1");
    const old = await queue.claimNext("q", "slow", 1000);
    now += 1000;
    const held = await queue.claimNext("q", "w", 1000);
    if (old === undefined || held === undefined) throw new Error("nothing to claim");
    queue.release(old, "too late");
    expect((await queue.summary("q")).in_flight).toBe(1);
    expect([await queue.renew(old, 1000), await queue.renew(held, 5000)]).toEqual([false, true]);
    now += 4000;
    expect((await queue.summary("q")).in_flight).toBe(1);
    queue.release(held, "done for today");
    expect((await queue.summary("q")).ready).toBe(1);
  });

  test("triggers 23: acknowledging by id", async () => {
    const queue = open();
    await put(queue, "e1");
    await next(queue);
    expect([await queue.ackJob("q", 9, "w"), await queue.ackJob("q", 1, "w"), await queue.ackJob("q", 1, "w")]).toEqual(
      [false, true, false],
    );
  });

  test("triggers 24: a purge takes what nobody has claimed", async () => {
    const queue = open();
    for (const id of ["e1", "e2", "e3"]) await put(queue, id);
    await next(queue);
    expect(await queue.purgeUnclaimed("q", "op", "old")).toBe(2);
    expect(await queue.summary("q")).toMatchObject({ in_flight: 1, purged: 2, ready: 0 });
  });

  test("triggers 25: the urgent first; after fifteen minutes a normal job is urgent", async () => {
    const queue = open();
    await put(queue, "low", "low");
    await put(queue, "normal");
    await put(queue, "high", "high");
    await put(queue, "asked", "low", { headers: { priority: " HIGH " } });
    expect([await next(queue), await next(queue), await next(queue), await next(queue)]).toEqual([
      "high",
      "asked",
      "normal",
      "low",
    ]);
    const aged = open();
    await put(aged, "normal");
    now += 15 * 60_000;
    await put(aged, "high", "high");
    expect(await next(aged)).toBe("normal");
  });

  test("tenants take turns, as their weights say; one that holds enough waits", async () => {
    const strategy = { HARN_SCHEDULER_STRATEGY: "drr", HARN_SCHEDULER_WEIGHTS: "b:2" };
    const queue = open(openLog(), strategy);
    for (const id of ["a1", "a2", "b1", "b2", "b3"]) await put(queue, id, "normal", { tenantId: id[0] });
    const order: (string | undefined)[] = [];
    for (let at = 0; at < 5; at++) order.push(await next(queue));
    expect(order).toEqual(["a1", "b1", "b2", "a2", "b3"]);
    const limited = open(openLog(), { ...strategy, HARN_SCHEDULER_MAX_CONCURRENT_PER_KEY: "1" });
    for (const id of ["a1", "a2"]) await put(limited, id, "normal", { tenantId: "a" });
    expect([await next(limited), await next(limited)]).toEqual(["a1", undefined]);
  });

  test("what a queue holds survives the process; a record that cannot be read hides it", async () => {
    const log = openLog();
    await put(open(log), "e1");
    expect((await open(log).summary("q")).ready).toBe(1);
    log.getOrCreate().append(claimsTopic("q"), { kind: "job_acked", payload: "nonsense" });
    await expect(open(log).jobs("q")).rejects.toThrow("cannot be read");
  });

  test("names must be there; two that give one topic share it", async () => {
    const queue = open();
    await expect(queue.enqueue(" ", { binding, event, priority: "normal" })).rejects.toThrow(
      "worker queue name cannot be empty",
    );
    await expect(queue.claimNext("q", " ", 1)).rejects.toThrow("worker queue consumer id cannot be empty");
    await queue.enqueue("a/b", { binding, event, priority: "normal" });
    expect((await queue.jobs("a_b")).length).toBe(1);
  });
});

describe("schedules", () => {
  const at = (text: string): number => Date.parse(text);
  test.each([
    ["*/15 9-17 * * mon-fri", "2026-04-17T17:45:00Z", "2026-04-20T09:00:00Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["0 12 1,15 * sun", "2026-04-02T00:00:00Z", "2026-04-05T12:00:00Z"],
    ["@monthly", "2026-12-31T23:59:00Z", "2027-01-01T00:00:00Z"],
    ["5/20 * * * *", "2026-04-17T00:05:00Z", "2026-04-17T00:25:00Z"],
    ["0 0 * * 7", "2026-04-17T00:00:00Z", "2026-04-19T00:00:00Z"],
  ])("%s after %s", (schedule, after, expected) => {
    expect(new Date(new CronSchedule(schedule).next(at(after))).toISOString()).toBe(
      new Date(at(expected)).toISOString(),
    );
  });

  test.each(["* * * *", "61 * * * *", "a * * * *", "5-1 * * * *", "*/0 * * * *"])("%s is refused", (schedule) => {
    expect(() => new CronSchedule(schedule)).toThrow(CronError);
  });

  test("one that never comes due says so", () => {
    expect(() => new CronSchedule("0 0 30 2 *").next(now)).toThrow("never comes due");
  });
});

test("triggers 36: events of a tenant are kept apart", async () => {
  const log = openLog();
  const inbox = new TriggerInbox(log, () => now);
  inbox.enqueue({ ...event, tenantId: "acme" }, { triggerId: "b", version: 1 });
  expect(await inbox.since(0)).toEqual([]);
  expect((await log.getOrCreate().topics()).includes(topic("tenant.acme.trigger.inbox.envelopes"))).toBe(true);
});
