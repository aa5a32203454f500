import { describe, expect, test } from "vitest";
import { bindBuiltin, type CallContext, DONE, SUSPENDED, unguarded, type Waker } from "../builtin/index.ts";
import { DictValue, isObject, ListValue, show, type Value } from "../value/index.ts";
import {
  ActiveLog,
  activeLogKey,
  EventStream,
  eventLogCatalog,
  MemoryEventLog,
  type RunEvent,
  RunEventBus,
  runWatchers,
} from "./index.ts";

interface Parked {
  readonly abandon: () => void;
  readonly woken: unknown[];
}

/** A task that has only what these builtins use. */
function harnessed(log = new MemoryEventLog({ now: () => 5 })) {
  const active = new ActiveLog({ now: () => 5, onOpenFailure: () => {} });
  active.install(log);
  const parked: Parked[] = [];
  const bus = new RunEventBus();
  const services = new Map<unknown, unknown>([
    [activeLogKey, active],
    [runWatchers, () => bus],
  ]);
  const context = {
    service: (key: unknown) => services.get(key),
    park(_reason: unknown, abandon: () => void): Waker {
      const woken: unknown[] = [];
      parked.push({ abandon, woken });
      return { wake: (value) => woken.push(value), fail: (error) => woken.push(error) };
    },
  } as unknown as CallContext;
  const call = (name: string, ...args: Value[]): Value => {
    const builtin = eventLogCatalog.builtins?.find((each) => each.name === name);
    if (builtin === undefined) throw new Error(`no builtin ${name}`);
    return bindBuiltin(builtin, unguarded)(context, ...args) as Value;
  };
  return { bus, call, context, log, parked };
}

const dict = (entries: Record<string, Value>) => DictValue.of(entries);

describe("event_log", () => {
  test("is a namespace dict", () => {
    expect(show(eventLogCatalog.globals?.event_log ?? null)).toBe(
      "{_namespace: event_log, emit: <builtin event_log.emit>, latest: <builtin event_log.latest>, subscribe: <builtin event_log.subscribe>}",
    );
  });

  test("event-log 34, 35: emits, and tells the latest id", () => {
    const { call, log } = harnessed();
    expect(call("event_log.emit", "orders", "made", dict({ a: 1 }))).toBe(1);
    expect(call("event_log.emit", "orders", "made", null, dict({ h: "x" }))).toBe(2);
    expect([call("event_log.latest", "orders"), call("event_log.latest", "none")]).toEqual([2, null]);
    const [first, second] = log.readRange("orders" as never, undefined, 5);
    expect([first?.payloadText, second?.payloadText, second?.headers.h, second?.occurredAtMs]).toEqual([
      '{"a":1}',
      "null",
      "x",
      5,
    ]);
  });

  test("run-events 19: tells who watches the run of what personas do, and keeps it in the log as well", () => {
    const { bus, call, log } = harnessed();
    call("event_log.emit", "persona.runtime.events", "persona.run.started", null, dict({ persona: "unheard" }));
    const seen: RunEvent[] = [];
    bus.install({ emit: (event) => seen.push(event) });
    const emit = (kind: string, payload: Value, ...headers: Value[]) =>
      call("event_log.emit", "persona.runtime.events", kind, payload, ...headers);
    emit("persona.stage.started", dict({ stage: "plan" }), dict({ persona: "captain" }));
    emit("persona.run.completed", dict({ persona: "mate" }));
    emit("persona.budget.exhausted", dict({ persona: "mate" }));
    call("event_log.emit", "elsewhere", "persona.run.started", dict({ persona: "mate" }));
    expect(seen).toEqual([
      { event_type: "persona_stage", persona: "captain", stage: "plan", transition: "started" },
      { event_type: "persona_stage", persona: "mate", stage: "", transition: "completed" },
    ]);
    expect(log.readRange("persona.runtime.events" as never, undefined, 9)).toHaveLength(4);
  });

  test.each<[string, Value[], string]>([
    ["event_log.emit", ["", "k", 1], "Runtime error: event_log: topic cannot be empty"],
    ["event_log.emit", ["a/b", "k", 1], "Runtime error: event_log: topic 'a/b' contains unsupported characters"],
    ["event_log.emit", [5, "k", 1], "Type error: 'event_log.emit' parameter `topic` expects string, got int"],
    ["event_log.emit", ["ok.topic", 5, 1], "Type error: 'event_log.emit' parameter `kind` expects string, got int"],
    [
      "event_log.emit",
      ["ok.topic", "k", 1, dict({ h: 5 })],
      "Type error: event_log.emit: header 'h' must be a string, got int",
    ],
    [
      "event_log.emit",
      ["ok.topic", "k", 1, new ListValue(["x"])],
      "Type error: 'event_log.emit' parameter `headers` expects dict?, got list",
    ],
    [
      "event_log.subscribe",
      [dict({ topic: "ok.topic", from_cursor: -1 })],
      "Type error: event_log.subscribe: from_cursor must be a non-negative int or nil, got int",
    ],
    [
      "event_log.subscribe",
      [dict({ topic: "ok.topic", from_cursor: "one" })],
      "Type error: event_log.subscribe: from_cursor must be a non-negative int or nil, got string",
    ],
    ["event_log.subscribe", [dict({})], "Type error: event_log.subscribe: missing topic"],
    ["event_log.subscribe", [dict({ topic: 5 })], "Type error: event_log.subscribe: topic must be a string, got int"],
    [
      "event_log.subscribe",
      [dict({ topic: "t", kind_prefix: 5 })],
      "Type error: event_log.subscribe: kind_prefix must be a string or nil, got int",
    ],
    ["event_log.latest", ["what?"], "Runtime error: event_log: topic 'what?' contains unsupported characters"],
  ])("%s refuses %o", (name, args, message) => {
    expect(() => harnessed().call(name, ...args)).toThrow(expect.objectContaining({ value: message }));
  });
});

describe("a stream of events", () => {
  const fieldsOf = (value: unknown, ...names: string[]) =>
    names.map((name) => (isObject(value as Value) ? (value as DictValue).get(name) : undefined));

  function subscribed(options: Record<string, Value>) {
    const under = harnessed();
    const stream = under.call("event_log.subscribe", dict({ topic: "orders", ...options }));
    if (!(stream instanceof EventStream)) throw new Error("no stream");
    return { ...under, stream };
  }

  test("gives what is there, then waits for what comes", () => {
    const { call, context, parked, stream } = subscribed({});
    call("event_log.emit", "orders", "one", dict({ n: 1 }));
    expect(fieldsOf(stream.next(context), "id", "cursor", "kind", "topic", "occurred_at_ms")).toEqual([
      1,
      1,
      "one",
      "orders",
      5,
    ]);
    expect(stream.next(context)).toBe(SUSPENDED);
    call("event_log.emit", "orders", "two");
    expect(parked[0]?.woken.map((value) => fieldsOf(value, "kind"))).toEqual([["two"]]);
  });

  test("an abandoned wait loses no event", () => {
    const { call, context, parked, stream } = subscribed({});
    stream.next(context);
    parked[0]?.abandon();
    call("event_log.emit", "orders", "one");
    expect(parked[0]?.woken).toEqual([]);
    expect(fieldsOf(stream.next(context), "kind")).toEqual(["one"]);
  });

  test("event-log 48: skips other kinds, also while it waits", () => {
    const { call, context, parked, stream } = subscribed({ kind_prefix: "good.", cursor: 1 });
    call("event_log.emit", "orders", "good.0");
    call("event_log.emit", "orders", "bad");
    call("event_log.emit", "orders", "good.1");
    expect(fieldsOf(stream.next(context), "id", "kind")).toEqual([3, "good.1"]);
    expect(stream.next(context)).toBe(SUSPENDED);
    call("event_log.emit", "orders", "bad");
    expect(parked[0]?.woken).toEqual([]);
    call("event_log.emit", "orders", "good.2");
    expect(parked[0]?.woken.map((value) => fieldsOf(value, "id"))).toEqual([[5]]);
  });

  test("ends when it is dropped, also for whoever waits", () => {
    const { context, parked, stream } = subscribed({});
    expect(stream.next(context)).toBe(SUSPENDED);
    stream.drop();
    expect([parked[0]?.woken, stream.exhausted]).toEqual([[null], true]);
    expect(stream.next(context)).toBe(DONE);
  });

  test("tells a program that events were compacted away", () => {
    const { call, context, log, stream } = subscribed({});
    for (let n = 0; n < 300; n++) call("event_log.emit", "orders", "k");
    stream.next(context);
    log.compact("orders" as never, 299);
    const pulls: unknown[] = [];
    expect(() => {
      for (let n = 0; n < 200; n++) pulls.push(stream.next(context));
    }).toThrow(
      expect.objectContaining({
        value: expect.stringMatching(/^Runtime error: event_log: subscriber lagged behind after event \d+$/),
      }),
    );
    expect(stream.next(context)).toBe(DONE);
  });

  test("keeps ints and floats apart", () => {
    const { call, context, stream } = subscribed({});
    call("event_log.emit", "orders", "k", dict({ big: 9007199254740993n, n: 7 }));
    const payload = fieldsOf(stream.next(context), "payload")[0];
    expect(show(payload ?? null)).toBe("{big: 9007199254740993, n: 7}");
  });
});
