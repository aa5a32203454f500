import { describe, expect, test } from "vitest";
import {
  encodeRunEventLine,
  forwardTranscriptEntry,
  type RunEvent,
  RunEventBus,
  RunEventLines,
  type RunEventSink,
  RunEventStream,
  teeSinks,
} from "./index.ts";
import { forwardPersonaEvent } from "./run-event-sources.ts";

class Collected implements RunEventSink {
  readonly events: RunEvent[] = [];

  emit(event: RunEvent): void {
    this.events.push(event);
  }
}

const out = (payload: string): RunEvent => ({ event_type: "stdout", payload });

describe("the bus", () => {
  test("run-events 1: does nothing without a sink", () => {
    const bus = new RunEventBus();
    bus.emit(out("nobody"));
    expect(bus.isActive).toBe(false);
  });

  test("run-events 2, 3: hands events to the newest sink only, and to nobody after clear", () => {
    const bus = new RunEventBus();
    const [first, second] = [new Collected(), new Collected()];
    expect(bus.install(first)).toBeUndefined();
    bus.emit(out("1"));
    expect(bus.install(second)).toBe(first);
    bus.emit(out("2"));
    bus.clear();
    expect(bus.isActive).toBe(false);
    bus.emit(out("3"));
    expect([first.events, second.events]).toEqual([[out("1")], [out("2")]]);
  });

  test("run-events 34: puts an earlier sink back", () => {
    const bus = new RunEventBus();
    const [outer, inner] = [new Collected(), new Collected()];
    bus.install(outer);
    const previous = bus.install(inner);
    bus.restore(previous);
    bus.emit(out("1"));
    expect(outer.events).toEqual([out("1")]);
    bus.restore(undefined);
    expect(bus.isActive).toBe(false);
  });

  test("run-events 4: survives a sink that throws, and tells about it", () => {
    const errors: unknown[] = [];
    const bus = new RunEventBus((error) => errors.push(error));
    const seen = new Collected();
    let isBroken = true;
    bus.install({
      emit(event) {
        if (isBroken) throw new Error("broken");
        seen.emit(event);
      },
    });
    bus.emit(out("1"));
    isBroken = false;
    bus.emit(out("2"));
    expect([errors.map(String), seen.events]).toEqual([["Error: broken"], [out("2")]]);
  });

  test("lets a sink install another from inside", () => {
    const bus = new RunEventBus();
    const next = new Collected();
    bus.install({ emit: () => void bus.install(next) });
    bus.emit(out("1"));
    bus.emit(out("2"));
    expect(next.events).toEqual([out("2")]);
  });

  test("taps nest, and come off in any order", () => {
    const bus = new RunEventBus();
    const [base, a, b] = [new Collected(), new Collected(), new Collected()];
    bus.install(base);
    const untapA = bus.tap(a);
    const untapB = bus.tap(b);
    bus.emit(out("1"));
    untapA();
    bus.emit(out("2"));
    untapB();
    bus.emit(out("3"));
    expect([base, a, b].map((sink) => sink.events.length)).toEqual([3, 1, 2]);
  });

  test("a tee feeds everybody although one throws", () => {
    const seen = new Collected();
    const broken: RunEventSink = {
      emit() {
        throw new Error("broken");
      },
    };
    expect(() => teeSinks(broken, seen).emit(out("1"))).toThrow("broken");
    expect(seen.events).toHaveLength(1);
  });

  test("two runtimes' buses do not see each other", () => {
    const [one, other] = [new RunEventBus(), new RunEventBus()];
    const seen = new Collected();
    one.install(seen);
    other.emit(out("x"));
    expect(seen.events).toEqual([]);
  });
});

describe("the stream", () => {
  test("gives what was emitted before and after reading began, and ends", async () => {
    const bus = new RunEventBus();
    const base = new Collected();
    bus.install(base);
    const stream = RunEventStream.of(bus);
    bus.emit(out("1"));
    const texts: string[] = [];
    const reading = (async () => {
      for await (const event of stream) if (event.event_type === "stdout") texts.push(event.payload);
    })();
    bus.emit(out("2"));
    await Promise.resolve();
    bus.emit(out("3"));
    stream.end();
    bus.emit(out("4"));
    await reading;
    expect(texts).toEqual(["1", "2", "3"]);
    expect(base.events).toHaveLength(4);
  });

  test("a reader that leaves detaches", async () => {
    const bus = new RunEventBus();
    const stream = RunEventStream.of(bus);
    bus.emit(out("1"));
    for await (const _ of stream) break;
    expect(bus.isActive).toBe(false);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });
});

describe("lines", () => {
  const data = (event: RunEvent, seq: number): string => {
    const line = encodeRunEventLine(event, seq);
    const { data, ...envelope } = JSON.parse(line);
    expect(Object.keys(JSON.parse(line))).toEqual(["schemaVersion", "ok", "data", "error", "warnings"]);
    expect(envelope).toEqual({ schemaVersion: 1, ok: true, error: null, warnings: [] });
    expect(line.endsWith("\n")).toBe(true);
    expect(data.seq).toBe(seq);
    return line.slice(line.indexOf('"data":') + 7, line.indexOf(',"error":null,"warnings"'));
  };

  test.each<[RunEvent, string]>([
    [
      {
        event_type: "pack_run",
        bundle_hash: "blake3:6b0d",
        signature_verified: true,
        key_id: "9f2c",
        cache_hit: false,
        dry_run_verify: false,
      },
      '{"event_type":"pack_run","seq":1,"bundle_hash":"blake3:6b0d","signature_verified":true,"key_id":"9f2c","cache_hit":false,"dry_run_verify":false}',
    ],
    [
      { event_type: "pack_run", bundle_hash: "h", signature_verified: false, cache_hit: true, dry_run_verify: true },
      '{"event_type":"pack_run","seq":1,"bundle_hash":"h","signature_verified":false,"cache_hit":true,"dry_run_verify":true}',
    ],
    [out("starting\n"), '{"event_type":"stdout","seq":1,"payload":"starting\\n"}'],
    [{ event_type: "stderr", payload: "low disk\n" }, '{"event_type":"stderr","seq":1,"payload":"low disk\\n"}'],
    [
      { event_type: "hook", name: "loop_checkpoint", phase: "allow", payload: { session_id: "s-1", delivered: 0 } },
      '{"event_type":"hook","seq":1,"name":"loop_checkpoint","phase":"allow","payload":{"delivered":0,"session_id":"s-1"}}',
    ],
    [
      { event_type: "hook", name: "h", phase: "block", payload: null },
      '{"event_type":"hook","seq":1,"name":"h","phase":"block"}',
    ],
    [
      {
        event_type: "tool_call",
        call_id: "call_1",
        name: "read_file",
        args: { path: "a.md" },
        started_at: "1769990400.123",
      },
      '{"event_type":"tool_call","seq":1,"call_id":"call_1","name":"read_file","args":{"path":"a.md"},"started_at":"1769990400.123"}',
    ],
    [
      { event_type: "tool_result", call_id: "c", ok: true, result: null },
      '{"event_type":"tool_result","seq":1,"call_id":"c","ok":true,"result":null}',
    ],
    [
      { event_type: "transcript", agent_id: "planner", kind: "message", payload: { type: "message", a: 1 } },
      '{"event_type":"transcript","seq":1,"agent_id":"planner","kind":"message","payload":{"a":1,"type":"message"}}',
    ],
    [
      { event_type: "transcript", kind: "k", payload: null },
      '{"event_type":"transcript","seq":1,"kind":"k","payload":null}',
    ],
    [
      { event_type: "persona_stage", persona: "merge_captain", stage: "", transition: "started" },
      '{"event_type":"persona_stage","seq":1,"persona":"merge_captain","stage":"","transition":"started"}',
    ],
  ])("run-events 14, 15: %o", (event, expected) => {
    expect(data(event, 1)).toBe(expected);
  });

  test("run-events 5: number a run from 1 to its terminal line", () => {
    const lines: string[] = [];
    const writer = new RunEventLines((line) => lines.push(line));
    for (const text of ["hello\n", "world\n", "!\n"]) writer.emit(out(text));
    writer.finish({ event_type: "result", value: null, exit_code: 0 });
    expect(lines.map((line) => JSON.parse(line).data)).toEqual([
      { event_type: "stdout", seq: 1, payload: "hello\n" },
      { event_type: "stdout", seq: 2, payload: "world\n" },
      { event_type: "stdout", seq: 3, payload: "!\n" },
      { event_type: "result", seq: 4, value: null, exit_code: 0 },
    ]);
  });

  test("run-events 7: put a failure into the data and keep the envelope's ok", () => {
    const lines: string[] = [];
    new RunEventLines((line) => lines.push(line)).finish({
      event_type: "error",
      error: { code: "runtime", message: "error: boom" },
    });
    expect(lines).toEqual([
      '{"schemaVersion":1,"ok":true,"data":{"event_type":"error","seq":1,"error":{"code":"runtime","message":"error: boom","details":null}},"error":null,"warnings":[]}\n',
    ]);
  });

  test("run-events 8: quiet leaves out output and keeps the numbers without gaps", () => {
    const lines: string[] = [];
    const writer = new RunEventLines((line) => lines.push(line), { isQuiet: true });
    writer.emit(out("x"));
    writer.emit({ event_type: "hook", name: "h", phase: "allow", payload: {} });
    writer.emit({ event_type: "stderr", payload: "x" });
    writer.finish({ event_type: "result", value: 3, exit_code: 3 });
    expect(lines.map((line) => JSON.parse(line).data.seq)).toEqual([1, 2]);
  });
});

describe("transcript entries", () => {
  const forward = (entry: Parameters<typeof forwardTranscriptEntry>[1]): RunEvent[] => {
    const bus = new RunEventBus();
    const seen = new Collected();
    bus.install(seen);
    forwardTranscriptEntry(bus, entry, () => 1_769_990_400_123);
    return seen.events;
  };

  test("run-events 16, 18: an interpreted response gives its tool calls first", () => {
    const entry = {
      type: "interpreted_response",
      tool_calls: [
        { id: "call_1", name: "read", arguments: { path: "a" } },
        { call_id: "call_2", args: 5 },
        { id: 7, name: 8, arguments: null, args: "not taken" },
        "odd",
      ],
    };
    const call = (call_id: string, name: string, args: unknown) => ({
      event_type: "tool_call",
      call_id,
      name,
      args,
      started_at: "2026-02-02T00:00:00.123Z",
    });
    expect(forward(entry)).toEqual([
      call("call_1", "read", { path: "a" }),
      call("call_2", "", 5),
      call("", "", null),
      call("", "", null),
      { event_type: "transcript", kind: "interpreted_response", payload: entry },
    ]);
  });

  test("run-events 16: a provider's response that lists tool calls is only a transcript event", () => {
    const events = forward({ type: "provider_call_response", tool_calls: [{ id: "c" }] });
    expect(events.map((event) => event.event_type)).toEqual(["transcript"]);
  });

  test.each([
    [
      { call_id: "c", result: "# A" },
      { call_id: "c", ok: true, result: "# A" },
    ],
    [
      { id: "c", content: "text", ok: false },
      { call_id: "c", ok: false, result: "text" },
    ],
    [
      { call_id: "c", result: null, content: "not taken" },
      { call_id: "c", ok: true, result: null },
    ],
    [{ ok: "yes" }, { call_id: "", ok: true, result: null }],
  ])("run-events 17: a tool result %o", (fields, expected) => {
    expect(forward({ type: "tool_result", ...fields })[0]).toEqual({ event_type: "tool_result", ...expected });
  });

  test("an entry without a type, with an agent", () => {
    expect(forward({ agent_id: "a" })).toEqual([
      { event_type: "transcript", agent_id: "a", kind: "transcript_event", payload: { agent_id: "a" } },
    ]);
    expect(forward({ agent_id: 5 })).toEqual([
      { event_type: "transcript", kind: "transcript_event", payload: { agent_id: 5 } },
    ]);
  });
});

describe("persona events", () => {
  test.each([
    ["persona.stage.started", { stage: "plan" }, [{ stage: "plan", transition: "started" }]],
    ["persona.stage.handoff", { to: "review", name: "x" }, [{ stage: "review", transition: "handoff" }]],
    ["persona.run.completed", {}, [{ stage: "", transition: "completed" }]],
    ["persona.run.started", { stage: 5, to: "not taken" }, [{ stage: "", transition: "started" }]],
    ["persona.value.x", { stage: "plan" }, []],
  ])("run-events 19: %s", (kind, payload, expected) => {
    const bus = new RunEventBus();
    const seen = new Collected();
    bus.install(seen);
    forwardPersonaEvent(bus, "captain", kind, payload as never);
    expect(seen.events).toEqual(
      expected.map((fields) => ({ event_type: "persona_stage", persona: "captain", ...fields })),
    );
  });
});
