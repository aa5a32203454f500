import { describe, expect, it } from "vitest";
import { type EventId, type Json, type LogEvent, MemoryEventLog, type Topic, topic } from "../../eventlog/index.ts";
import { Raise } from "../../value/index.ts";
import { encodeAgentEvent } from "./event.ts";
import { EventLogSink } from "./event-log-sink.ts";
import { loadSessionEvents } from "./replay.ts";
import { numbered } from "./testing/samples.ts";

class CountingLog extends MemoryEventLog {
  readonly reads: number[] = [];

  override readRange(of: Topic, after: EventId | undefined, limit: number): readonly LogEvent[] {
    const page = super.readRange(of, after, limit);
    this.reads.push(page.length);
    return page;
  }
}

function filled(count: number, sessionId = "s"): CountingLog {
  const log = new CountingLog({ now: () => 0 });
  const sink = new EventLogSink(log, sessionId, () => 0);
  for (let n = 0; n < count; n++) sink.handle(numbered(sessionId, n));
  return log;
}

async function failure(log: MemoryEventLog, sessionId: string): Promise<unknown> {
  try {
    await loadSessionEvents(log, sessionId);
  } catch (error) {
    return error instanceof Raise ? error.value : error;
  }
  return undefined;
}

function append(log: MemoryEventLog, header: string, payload: Json): void {
  log.append(topic("observability.agent_events.s"), { kind: "x", payload, headers: { session_id: header } });
}

describe("loading the events of a session", () => {
  it("E28: gives none without a log", async () => {
    expect(await loadSessionEvents(undefined, "s")).toEqual([]);
  });

  it("E29: reads page after page until one is short", async () => {
    const log = filled(2500);
    const events = await loadSessionEvents(log, "s");
    expect(events.map(({ eventId }) => eventId)).toEqual(Array.from({ length: 2500 }, (_, n) => n + 1));
    expect(events[2499]?.event).toEqual(numbered("s", 2499));
    expect(log.reads).toEqual([1024, 1024, 452]);
  });

  it("E30: reads once more after a full page", async () => {
    const log = filled(1024);
    expect(await loadSessionEvents(log, "s")).toHaveLength(1024);
    expect(log.reads).toEqual([1024, 0]);
  });

  it("E31: tells ids apart that share a topic", async () => {
    const log = new MemoryEventLog({ now: () => 0 });
    new EventLogSink(log, "a b", () => 0).handle(numbered("a b", 1));
    new EventLogSink(log, "a/b", () => 0).handle(numbered("a/b", 2));
    expect((await loadSessionEvents(log, "a b")).map(({ event }) => event)).toEqual([numbered("a b", 1)]);
    expect((await loadSessionEvents(log, "a/b")).map(({ event }) => event)).toEqual([numbered("a/b", 2)]);
    expect(await loadSessionEvents(log, "a_b")).toEqual([]);
  });

  it("E32: passes over what is another session's, though it stands under this one's header", async () => {
    const log = filled(1);
    append(log, "s", { event: encodeAgentEvent(numbered("child", 5)) });
    expect((await loadSessionEvents(log, "s")).map(({ event }) => event)).toEqual([numbered("s", 0)]);
  });

  it("E33: passes over a record without an event, and fails on one that is none", async () => {
    const log = filled(1);
    append(log, "s", { index_hint: 1 });
    append(log, "s", "text");
    expect(await loadSessionEvents(log, "s")).toHaveLength(1);
    append(log, "s", { event: { type: "turn_start", session_id: "s" } });
    expect(await failure(log, "s")).toMatch(
      /^Runtime error: failed to decode agent event replay record 4: unknown variant `turn_start`, expected one of /,
    );
    append(log, "someone-else", { event: 5 });
    expect(await loadSessionEvents(log, "unknown")).toEqual([]);
  });

  it("E34: gets past pages in which nothing is its own", async () => {
    const alike = new MemoryEventLog({ now: () => 0 });
    const other = new EventLogSink(alike, "a/b", () => 0);
    for (let n = 0; n < 2100; n++) other.handle(numbered("a/b", n));
    new EventLogSink(alike, "a b", () => 0).handle(numbered("a b", 7));
    expect((await loadSessionEvents(alike, "a b")).map(({ eventId }) => eventId)).toEqual([2101]);
  });

  it("says which topic could not be read", async () => {
    const log = new MemoryEventLog({ now: () => 0 });
    log.readRange = () => {
      throw new Error("disk gone");
    };
    expect(await failure(log, "s x")).toBe(
      "Runtime error: failed to read agent event replay topic observability.agent_events.s_x: disk gone",
    );
  });
});
