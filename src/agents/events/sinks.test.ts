import { describe, expect, it } from "vitest";
import { type EventLog, MemoryEventLog, topic } from "../../eventlog/index.ts";
import { MemoryFiles, VirtualClock } from "../../host/testing/index.ts";
import type { AgentEvent } from "./event.ts";
import { EventLogSink } from "./event-log-sink.ts";
import { AgentEventHub } from "./hub.ts";
import { JsonlEventSink } from "./jsonl-sink.ts";
import { MultiSink } from "./multi-sink.ts";
import { readPersistedEvents } from "./persisted-events.ts";
import type { AgentEventSink } from "./sink.ts";
import { numbered, samples } from "./testing/samples.ts";

function jsonl(path = "/logs/event_log.jsonl", rotateBytes?: number) {
  const clock = new VirtualClock(1_000);
  const files = new MemoryFiles({}, "/desk", clock);
  const open = () =>
    JsonlEventSink.open({ files, path, now: () => clock.now(), ...(rotateBytes === undefined ? {} : { rotateBytes }) });
  return { clock, files, open, lines: (from = path) => files.readText(from).split("\n").slice(0, -1) };
}

describe("a JSONL sink", () => {
  it("E10: numbers events from 0 and stamps when they came", () => {
    const { clock, open, files } = jsonl();
    const sink = open();
    for (let n = 0; n < 5; n++) {
      sink.handle(numbered("s", n));
      clock.advance(n);
    }
    const read = readPersistedEvents(files, "/logs/event_log.jsonl");
    expect(read.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    expect(read.map(({ emittedAtMs }) => emittedAtMs)).toEqual([1000, 1000, 1001, 1003, 1006]);
    expect(sink.eventCount).toBe(5);
  });

  it("E11: empties a file that is there, and begins at 0", () => {
    const { open, lines } = jsonl();
    open().handle(numbered("s", 1));
    const again = open();
    expect(lines()).toEqual([]);
    again.handle(numbered("s", 2));
    expect(lines()).toHaveLength(1);
    expect(lines()[0]).toContain('"index":0');
  });

  it("E12: makes the folder", () => {
    const { open, files } = jsonl("/a/b/c/log.jsonl");
    open();
    expect(files.exists("/a/b/c/log.jsonl")).toBe(true);
  });

  it("E13, E14: goes on in the next file after the event that fills one", () => {
    const { open, lines } = jsonl("/logs/event_log.jsonl", 150);
    const sink = open();
    for (let n = 0; n < 5; n++) sink.handle(numbered("s", n));
    const [base, first, second] = ["", "-000001", "-000002"].map((part) => lines(`/logs/event_log${part}.jsonl`));
    expect(base?.map((line) => JSON.parse(line).index)).toEqual([0, 1]);
    expect(first?.map((line) => JSON.parse(line).index)).toEqual([2, 3]);
    expect(second?.map((line) => JSON.parse(line).index)).toEqual([4]);
  });

  it("counts bytes, not characters", () => {
    const length = (content: string) => {
      const { open, files } = jsonl();
      open().handle({ type: "agent_message_chunk", session_id: "s", content });
      return files.stat("/logs/event_log.jsonl", true).size;
    };
    const words = "é€🙂";
    const limit = length(words);
    const { open, files } = jsonl("/logs/event_log.jsonl", limit);
    open().handle({ type: "agent_message_chunk", session_id: "s", content: words });
    expect(files.exists("/logs/event_log-000001.jsonl")).toBe(true);
    const larger = jsonl("/logs/event_log.jsonl", limit + 1);
    larger.open().handle({ type: "agent_message_chunk", session_id: "s", content: words });
    expect(larger.files.exists("/logs/event_log-000001.jsonl")).toBe(false);
  });

  it("E15: empties a further file that is there", () => {
    const { open, files } = jsonl("/logs/event_log.jsonl", 1);
    const sink = open();
    files.writeText("/logs/event_log-000001.jsonl", "old\n");
    sink.handle(numbered("s", 1));
    expect(files.readText("/logs/event_log-000001.jsonl")).toBe("");
  });

  it.each([
    ["/logs/trace", "/logs/trace-000001.jsonl"],
    ["/logs/trace.log", "/logs/trace-000001.log"],
    ["/logs/a.b.jsonl", "/logs/a.b-000001.jsonl"],
    ["/logs/.hidden", "/logs/.hidden-000001.jsonl"],
    ["relative.jsonl", "/desk/relative-000001.jsonl"],
  ])("E16: %s goes on in %s", (path, next) => {
    const { open, files } = jsonl(path, 1);
    open().handle(numbered("s", 1));
    expect(files.exists(next)).toBe(true);
  });

  it("E17: loses what cannot be written and goes on; flush tells", () => {
    const { open, files, lines } = jsonl();
    const sink = open();
    const append = files.appendText.bind(files);
    files.appendText = () => {
      throw new Error("No space left on device");
    };
    sink.handle(numbered("s", 1));
    expect(() => sink.flush()).toThrow("No space left");
    expect(() => sink.flush()).not.toThrow();
    files.appendText = append;
    sink.handle(numbered("s", 2));
    expect(sink.eventCount).toBe(2);
    expect(
      lines()
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line).index),
    ).toEqual([1]);
  });

  it("keeps a line whole that comes after one which was cut", () => {
    const { open, files } = jsonl();
    const sink = open();
    const append = files.appendText.bind(files);
    files.appendText = (path, line) => {
      append(path, line.slice(0, 10));
      throw new Error("No space left on device");
    };
    sink.handle(numbered("s", 1));
    files.appendText = append;
    sink.handle(numbered("s", 2));
    expect(JSON.parse(files.readText("/logs/event_log.jsonl").split("\n")[1] ?? "").index).toBe(1);
  });

  it("goes on in the full file when the next one cannot be made", () => {
    const { open, files, lines } = jsonl("/logs/event_log.jsonl", 1);
    const sink = open();
    files.makeFolder("/logs/event_log-000001.jsonl");
    sink.handle(numbered("s", 1));
    sink.handle(numbered("s", 2));
    expect(lines()).toHaveLength(2);
    expect(() => sink.flush()).toThrow();
  });

  it("E18: has its lines out when it is flushed", () => {
    const { open, lines } = jsonl();
    const sink = open();
    sink.handle(numbered("s", 1));
    sink.flush();
    expect(lines()).toHaveLength(1);
  });

  it("tells the opener what keeps it from opening", () => {
    const { open, files } = jsonl("/file/x/log.jsonl");
    files.writeText("/file", "");
    expect(open).toThrow();
  });

  it("is read with all its files, in the order of the events", () => {
    const { open, files } = jsonl("/logs/event_log.jsonl", 150);
    const sink = open();
    for (let n = 0; n < 7; n++) sink.handle(numbered("s", n));
    files.writeText("/logs/notes.txt", "not a log");
    files.appendText("/logs/event_log.jsonl", "\n  \n");
    expect(readPersistedEvents(files, "/logs").map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    files.appendText("/logs/event_log.jsonl", "{oops\n");
    expect(() => readPersistedEvents(files, "/logs")).toThrow(
      /^failed to parse line 5 of \/logs\/event_log\.jsonl as PersistedAgentEvent: /,
    );
    expect(() => readPersistedEvents(files, "/nowhere")).toThrow(/^failed to stat transcript \/nowhere: /);
    files.makeFolder("/empty");
    expect(() => readPersistedEvents(files, "/empty")).toThrow("no event_log*.jsonl files under /empty");
  });
});

describe("an event log sink", () => {
  it("E19, E20: writes into the session's topic, with the id as it is beside it", () => {
    const log = new MemoryEventLog({ now: () => 5 });
    new EventLogSink(log, "a/b c", () => 1234.5).handle({ ...samples.plan, session_id: "a/b c" });
    const [record] = log.readRange(topic("observability.agent_events.a_b_c"), undefined, 9);
    expect(record?.kind).toBe("plan");
    expect(record?.occurredAtMs).toBe(1234);
    expect(record?.headers.session_id).toBe("a/b c");
    expect(record?.payload).toEqual({
      index_hint: 1234,
      session_id: "a/b c",
      event: { type: "plan", session_id: "a/b c", plan: { entries: [] } },
    });
  });

  it("E21: keeps the order of a burst", () => {
    const log = new MemoryEventLog({ now: () => 5 });
    const sink = new EventLogSink(log, "s", () => 0);
    for (let n = 0; n < 1000; n++) sink.handle(numbered("s", n));
    const read = log.readRange(topic("observability.agent_events.s"), undefined, 2000);
    expect(read.map(({ payload }) => (payload as { event: { iteration: number } }).event.iteration)).toEqual(
      Array.from({ length: 1000 }, (_, n) => n),
    );
  });

  it("drops what the log does not take", async () => {
    const faults: unknown[] = [];
    const log: EventLog = new MemoryEventLog({ now: () => 5 });
    await log.close();
    const sink = new EventLogSink(
      log,
      "s",
      () => 0,
      (error) => faults.push(error),
    );
    expect(() => sink.handle(numbered("s", 1))).not.toThrow();
    expect(faults).toHaveLength(1);
  });
});

function noting(name: string, into: string[]): AgentEventSink {
  return { handle: (event: AgentEvent) => void into.push(`${name} ${event.session_id}`) };
}

describe("several sinks", () => {
  it("E22: are called in order; one that comes during a delivery sees the next event", () => {
    const seen: string[] = [];
    const sinks = new MultiSink();
    sinks.push(noting("a", seen));
    let isPushed = false;
    sinks.push({
      handle: () => {
        if (!isPushed) sinks.push(noting("late", seen));
        isPushed = true;
      },
    });
    sinks.push(noting("b", seen));
    sinks.handle(numbered("s", 1));
    expect(seen).toEqual(["a s", "b s"]);
    sinks.handle(numbered("s", 2));
    expect(seen.slice(2)).toEqual(["a s", "b s", "late s"]);
    expect([sinks.length, sinks.isEmpty, new MultiSink().isEmpty]).toEqual([4, false, true]);
  });

  it("may emit while they are handed an event", () => {
    const seen: number[] = [];
    const sinks = new MultiSink();
    sinks.push({
      handle: (event) => {
        if (event.type !== "iteration_start") return;
        seen.push(event.iteration);
        if (event.iteration < 3) sinks.handle(numbered("s", event.iteration + 1));
      },
    });
    sinks.handle(numbered("s", 1));
    expect(seen).toEqual([1, 2, 3]);
  });

  it("E23: one that throws keeps no other from the event", () => {
    const seen: string[] = [];
    const faults: unknown[] = [];
    const sinks = new MultiSink((error) => faults.push(error));
    sinks.push({
      handle: () => {
        throw new Error("broken");
      },
    });
    sinks.push(noting("b", seen));
    sinks.handle(numbered("s", 1));
    expect(seen).toEqual(["b s"]);
    expect(faults).toHaveLength(1);
  });
});

describe("a hub", () => {
  it("E24: keeps the sessions apart", () => {
    const seen: string[] = [];
    const hub = new AgentEventHub();
    hub.registerSink("A", noting("a", seen));
    hub.registerSink("B", noting("b", seen));
    hub.record(numbered("A", 1));
    expect(seen).toEqual(["a A"]);
    hub.clearSinks("A");
    hub.record(numbered("A", 2));
    expect(seen).toHaveLength(1);
  });

  it("E43: observers see all sessions, after the session's own sinks, until they are taken away", () => {
    const seen: string[] = [];
    const hub = new AgentEventHub();
    const stop = hub.observe((event) => seen.push(`all ${event.session_id}`));
    hub.registerSink("A", noting("a", seen));
    hub.record(numbered("A", 1));
    hub.record(numbered("B", 1));
    expect(seen).toEqual(["a A", "all A", "all B"]);
    stop();
    stop();
    hub.record(numbered("B", 2));
    expect(seen).toHaveLength(3);
  });

  it("mirrors sinks once, and neither from nor to nothing", () => {
    const hub = new AgentEventHub();
    const sink = noting("a", []);
    hub.registerSink("A", sink);
    hub.mirrorSinks("A", "B");
    hub.mirrorSinks("A", "B");
    hub.mirrorSinks("A", "A");
    hub.mirrorSinks("A", "");
    hub.mirrorSinks("unknown", "C");
    expect([hub.sinksOf("A"), hub.sinksOf("B"), hub.sinksOf(""), hub.sinksOf("C")]).toEqual([[sink], [sink], [], []]);
  });

  it("lets a sink register another, emit and fail", () => {
    const seen: string[] = [];
    const faults: unknown[] = [];
    const hub = new AgentEventHub([], (error) => faults.push(error));
    hub.registerSink("A", {
      handle: (event) => {
        hub.registerSink("A", noting("new", seen));
        if (event.type === "iteration_start" && event.iteration === 1) hub.record(numbered("A", 2));
        throw new Error("broken");
      },
    });
    hub.registerSink("A", noting("last", seen));
    hub.record(numbered("A", 1));
    expect(seen).toEqual(["last A", "new A", "last A"]);
    expect(faults).toHaveLength(2);
  });
});
