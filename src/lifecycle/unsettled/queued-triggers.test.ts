import { describe, expect, test } from "vitest";
import { type JsonObject, MemoryEventLog } from "../../eventlog/index.ts";
import { cancelRequestsTopic, inboxTopic, outboxTopic, queuedTriggers } from "./queued-triggers.ts";
import { ackJob, claimsTopic, jobsTopic, queueCatalogTopic } from "./worker-queue.ts";

class Story {
  readonly log = new MemoryEventLog({ now: () => this.time });
  time = 1000;

  event(id: string, more: JsonObject = {}): JsonObject {
    return { id, provider: "github", kind: "push", ...more };
  }

  ingest(event: JsonObject, target?: { readonly id: string; readonly version?: number }): this {
    const payload = { trigger_id: target?.id ?? null, binding_version: target?.version ?? null, event };
    this.log.append(inboxTopic, { kind: "event_ingested", payload });
    return this;
  }

  outbox(kind: string, key: string | undefined, event: string): this {
    const headers: Record<string, string> = { event_id: event, ...(key !== undefined && { binding_key: key }) };
    this.log.append(outboxTopic, { kind, payload: {}, headers });
    return this;
  }

  cancel(key: string | undefined, event: string, kind = "dispatch_cancel_requested"): this {
    this.log.append(cancelRequestsTopic, {
      kind,
      payload: { event_id: event, ...(key !== undefined && { binding_key: key }) },
    });
    return this;
  }

  job(queue: string, event: string): number {
    this.log.append(queueCatalogTopic, { kind: "queue_seen", payload: { queue } });
    const payload = { trigger_id: "t", binding_key: "t@v1", event: this.event(event), priority: "normal" };
    return this.log.append(jobsTopic(queue), { kind: "trigger_dispatch", payload });
  }

  async items(now = 5000): Promise<readonly JsonObject[]> {
    return await queuedTriggers(this.log, { now, machineNow: this.time });
  }

  async ids(): Promise<readonly unknown[]> {
    return (await this.items()).map(({ id }) => id);
  }
}

describe("queued triggers", () => {
  test("triggers 26: a targeted event is listed with all that is known of it", async () => {
    const story = new Story().ingest(new Story().event("e1"), { id: "t", version: 2 });
    expect(await story.items()).toEqual([
      {
        id: "trigger://t@v2/e1",
        event_id: "e1",
        trigger_id: "t",
        binding_key: "t@v2",
        spec_summary: "t: github.push",
        queued_at_ms: 1000,
        age_ms: 4000,
        source: "trigger_inbox",
      },
    ]);
  });

  test("triggers 27, event-log 41: any record of the outbox settles it, the start of a dispatch as well", async () => {
    const story = new Story().ingest({ id: "e1" }, { id: "t", version: 1 });
    expect(await story.ids()).toEqual(["trigger://t@v1/e1"]);
    expect(await story.outbox("dispatch_started", "t@v1", "e1").ids()).toEqual([]);
  });

  test("triggers 28: a record without a binding settles it for all, one of another binding for none", async () => {
    const story = new Story()
      .ingest({ id: "e1" }, { id: "a", version: 1 })
      .ingest({ id: "e1" }, { id: "b", version: 1 });
    story.outbox("dispatch_succeeded", "c@v1", "e1");
    expect(await story.ids()).toEqual(["trigger://a@v1/e1", "trigger://b@v1/e1"]);
    expect(await story.outbox("dispatch_succeeded", undefined, "e1").ids()).toEqual([]);
  });

  test("triggers 29: a cancel request settles it, another kind of record does not", async () => {
    const story = new Story().ingest({ id: "e1" }, { id: "t", version: 1 }).cancel("t@v1", "e1", "something_else");
    expect(await story.ids()).toEqual(["trigger://t@v1/e1"]);
    expect(await story.cancel("t@v1", "e1").ids()).toEqual([]);
  });

  test("triggers 30: an event without an envelope has no trigger", async () => {
    const story = new Story();
    story.log.append(inboxTopic, { kind: "event_ingested", payload: story.event("e1") });
    story.log.append(inboxTopic, { kind: "event_ingested", payload: { no: "id" } });
    expect(await story.items()).toMatchObject([{ id: "trigger://e1", trigger_id: null, binding_key: null }]);
  });

  test("triggers 31: an event for whoever wants it stays listed when one binding handled it", async () => {
    const story = new Story().ingest({ id: "e1" }).outbox("dispatch_succeeded", "t@v1", "e1");
    expect(await story.ids()).toEqual(["trigger://e1"]);
  });

  test("triggers 32: jobs are listed while they are open, those that somebody holds as well", async () => {
    const story = new Story();
    const [held, waiting, done] = [story.job("q", "e1"), story.job("q", "e2"), story.job("q", "e3")];
    story.log.append(claimsTopic("q"), {
      kind: "job_claimed",
      payload: { job_event_id: held, claim_id: "c", consumer_id: "w", claimed_at_ms: 1000, expires_at_ms: 9000 },
    });
    await ackJob(story.log, { queue: "q", job: done, consumer: "w", now: 1000 });
    expect(await story.items()).toMatchObject([
      { id: `worker://q/${held}`, claimed: true, trigger_id: "t", queue: "q" },
      { id: `worker://q/${waiting}`, claimed: false },
    ]);
  });

  test("triggers 33, event-log 42: are in the order of time, then of their ids", async () => {
    const story = new Story().ingest({ id: "b" }).ingest({ id: "a" });
    story.time = 500;
    story.job("q", "e");
    expect(await story.ids()).toEqual(["worker://q/1", "trigger://a", "trigger://b"]);
  });

  test.each([
    [{ id: "e", provider: "github", kind: "push" }, "t", "t: github.push"],
    [{ id: "e", provider: "github" }, "t", "t"],
    [{ id: "e" }, "t", "t"],
    [{ id: "e", provider: "github", kind: "push" }, undefined, "github.push"],
    [{ id: "e", kind: "push" }, undefined, "push"],
    [{ id: "e" }, undefined, "trigger event"],
  ])("triggers 34, event-log 43: %j of %s is told as %s", async (event, id, summary) => {
    const story = new Story().ingest(event, id === undefined ? undefined : { id, version: 1 });
    expect(await story.items()).toMatchObject([{ spec_summary: summary }]);
  });

  test("triggers 35: no age is negative", async () => {
    expect(await new Story().ingest({ id: "e" }).items(1)).toMatchObject([{ age_ms: 0 }]);
  });

  test("what is settled stays so, however often somebody looks, and new events are found", async () => {
    const story = new Story().ingest({ id: "e1" }, { id: "t", version: 1 }).outbox("dispatch_started", "t@v1", "e1");
    expect(await story.ids()).toEqual([]);
    expect(await story.ingest({ id: "e2" }).ids()).toEqual(["trigger://e2"]);
    expect(await story.ids()).toEqual(["trigger://e2"]);
  });
});
