// What every backend must do, as tests. A backend's own test file calls `describeEventLogContract` and adds what is its own.
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  consumerId,
  type EventId,
  type EventLog,
  encodeJson,
  type LogEvent,
  previousHashHeader,
  RawJson,
  recomputeHash,
  recordHashHeader,
  schemaHeader,
  sha256,
  type Topic,
  topic,
  verifyChain,
} from "../index.ts";

export interface LogUnderTest {
  readonly name: string;
  /** A fresh log whose clock says `now()`. */
  readonly open: (options: { readonly now: () => number; readonly queueDepth?: number }) => EventLog;
  /** Closes a log and opens its store again. Absent for backends without one. */
  readonly reopen?: (log: EventLog) => Promise<EventLog>;
  readonly checkpointsOnCompact: boolean;
}

export function describeEventLogContract(subject: LogUnderTest): void {
  const opened: EventLog[] = [];
  const orders = topic("orders");
  let clock = 1_000;

  const open = (queueDepth?: number): EventLog => {
    const log = subject.open({ now: () => clock++, ...(queueDepth === undefined ? {} : { queueDepth }) });
    opened.push(log);
    return log;
  };
  const reopened = async (log: EventLog): Promise<EventLog> => {
    if (subject.reopen === undefined) return log;
    const next = await subject.reopen(log);
    opened.push(next);
    return next;
  };
  const read = async (log: EventLog, of: Topic = orders, after?: EventId): Promise<readonly LogEvent[]> =>
    log.readRange(of, after, 100_000);
  const idsOf = (events: readonly LogEvent[]): EventId[] => events.map((event) => event.id);

  afterEach(async () => {
    for (const log of opened.splice(0)) await log.close();
  });

  describe(`${subject.name}: append and read`, () => {
    test("event-log 3: numbers each topic from 1", async () => {
      const log = open();
      expect([log.append(orders, { kind: "k", payload: 1 }), log.append(orders, { kind: "k", payload: 2 })]).toEqual([
        1, 2,
      ]);
      expect(log.append(topic("other"), { kind: "k", payload: null })).toBe(1);
      await log.durable();
      expect(idsOf(await read(log))).toEqual([1, 2]);
    });

    test("event-log 4: keeps ten thousand appends in order", async () => {
      const log = open();
      for (let n = 1; n <= 10_000; n++) log.append(orders, { kind: "n", payload: n });
      await log.durable();
      const events = await read(log);
      expect(events.map((event) => event.payload)).toEqual(Array.from({ length: 10_000 }, (_, index) => index + 1));
      expect(await log.latest(orders)).toBe(10_000);
    });

    test("shows appends to this process before they are durable", async () => {
      const log = open();
      log.append(orders, { kind: "k", payload: "staged" });
      expect((await read(log)).map((event) => event.payload)).toEqual(["staged"]);
      expect(await log.latest(orders)).toBe(1);
    });

    test("event-log 5: reads a range above a cursor", async () => {
      const log = open();
      for (let n = 0; n < 10; n++) log.append(orders, { kind: "k", payload: n });
      expect(idsOf(await log.readRange(orders, 5, 3))).toEqual([6, 7, 8]);
      expect(idsOf(await log.readRange(orders, 8, 30))).toEqual([9, 10]);
      expect(idsOf(await log.readRange(orders, 10, 30))).toEqual([]);
      expect(idsOf(await log.readRange(orders, undefined, 0))).toEqual([]);
    });

    test("event-log 6, 7: knows nothing of an unknown topic, and that is no error", async () => {
      const log = open();
      expect(await log.readRange(topic("nowhere"), undefined, 5)).toEqual([]);
      expect(await log.latest(topic("nowhere"))).toBeUndefined();
    });

    test("event-log 44: keeps kind, payload, headers and time", async () => {
      const log = open();
      const payload = { b: [1, null, "é😀"], a: { z: 2.5, big: 9007199254740993n } };
      log.append(orders, { kind: 'it\'s "odd"', payload, headers: { zeta: "z", alpha: "ü\n" }, occurredAtMs: -5 });
      const before = clock;
      log.append(orders, { kind: "k", payload: null });
      const [first, second] = await read(await reopened(log));
      expect(first).toMatchObject({ kind: 'it\'s "odd"', payload, occurredAtMs: -5 });
      expect(first?.payloadText).toBe('{"a":{"big":9007199254740993,"z":2.5},"b":[1,null,"é😀"]}');
      expect(Object.keys(first?.headers ?? {})).toEqual(["alpha", recordHashHeader, schemaHeader, "zeta"]);
      expect(second?.occurredAtMs).toBe(before);
    });

    test("keeps the spelling of numbers", async () => {
      const log = open();
      log.append(orders, { kind: "k", payload: new RawJson('{"f":2.0,"i":2}') });
      const [event] = await read(await reopened(log));
      expect(event?.payloadText).toBe('{"f":2.0,"i":2}');
      expect(event?.payload).toEqual({ f: 2, i: 2 });
      expect(encodeJson(event?.exactPayload() ?? null)).toBe('{"f":2.0,"i":2}');
    });

    test("event-log 38: lists topics that hold events, sorted", async () => {
      const log = open();
      for (const name of ["b", "a.z", "A", "a"]) log.append(topic(name), { kind: "k", payload: 0 });
      expect(await log.topics()).toEqual(["A", "a", "a.z", "b"]);
      await log.compact(topic("a"), 1);
      expect(await log.topics()).toEqual(["A", "a.z", "b"]);
    });

    test("refuses writes after close, and closes twice in peace", async () => {
      const log = open();
      await log.close();
      await log.close();
      expect(() => log.append(orders, { kind: "k", payload: 1 })).toThrow("event log is closed");
    });
  });

  describe(`${subject.name}: provenance`, () => {
    test("event-log 27, 29: chains the events of a topic", async () => {
      const log = open();
      for (let n = 0; n < 5; n++) log.append(orders, { kind: "k", payload: { n }, headers: { n: `${n}` } });
      const events = await read(await reopened(log));
      expect(verifyChain(events, sha256)).toEqual([]);
      expect(events.map((event) => event.headers[previousHashHeader])).toEqual([
        undefined,
        ...events.slice(0, 4).map((event) => event.headers[recordHashHeader]),
      ]);
      for (const event of events) expect(event.headers[recordHashHeader]).toBe(recomputeHash(event, sha256));
    });

    test("event-log 28: drops what a caller writes into provenance headers", async () => {
      const log = open();
      const forged = { [recordHashHeader]: "sha256:0", [previousHashHeader]: "sha256:1", [schemaHeader]: "mine" };
      log.append(orders, { kind: "k", payload: 1, headers: forged });
      log.append(orders, { kind: "k", payload: 2, headers: forged });
      const events = await read(log);
      expect(verifyChain(events, sha256)).toEqual([]);
      expect(events[0]?.headers[previousHashHeader]).toBeUndefined();
    });

    test("event-log 8: goes on with the chain after a reopening", async () => {
      const log = open();
      log.append(orders, { kind: "k", payload: 1 });
      const again = await reopened(log);
      expect(again.append(orders, { kind: "k", payload: 2 })).toBe(2);
      expect(verifyChain(await read(again), sha256)).toEqual([]);
    });

    test("event-log 50: starts a new chain after a whole topic was compacted", async () => {
      const log = open();
      log.append(orders, { kind: "k", payload: 1 });
      await log.compact(orders, 1);
      log.append(orders, { kind: "k", payload: 2 });
      expect((await read(log))[0]?.headers[previousHashHeader]).toBeUndefined();
    });

    test("holds for any payload and headers", async () => {
      const log = open();
      const text = fc.string({ unit: "grapheme" });
      const event = fc.record({
        kind: text,
        payload: fc.jsonValue({ maxDepth: 3 }),
        headers: fc.dictionary(text, text, { maxKeys: 3 }),
      });
      await fc.assert(
        fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 4 }), async (events) => {
          const name = topic(`law.${clock++}`);
          for (const each of events) log.append(name, { ...each, payload: JSON.parse(JSON.stringify(each.payload)) });
          const stored = await read(log, name);
          expect(verifyChain(stored, sha256)).toEqual([]);
          expect(stored.map((each) => each.kind)).toEqual(events.map((each) => each.kind));
        }),
        { numRuns: 40 },
      );
    });
  });

  describe(`${subject.name}: idempotent append`, () => {
    const header = "request";
    const event = (value: string, payload: number) => ({ kind: "k", payload, headers: { [header]: value } });

    test("event-log 36: answers a repeated key with the first event", async () => {
      const log = open();
      const first = await log.appendIdempotent(orders, header, "a", event("a", 1));
      const second = await (await reopened(log)).appendIdempotent(orders, header, "a", event("a", 2));
      expect([first.inserted, first.event.id, second.inserted, second.event.id, second.event.payload]).toEqual([
        true,
        1,
        false,
        1,
        1,
      ]);
    });

    test("tells values, headers and topics apart", async () => {
      const log = open();
      await log.appendIdempotent(orders, header, "a", event("a", 1));
      expect((await log.appendIdempotent(orders, header, "b", event("b", 2))).inserted).toBe(true);
      expect((await log.appendIdempotent(orders, "other", "a", event("a", 3))).inserted).toBe(true);
      expect((await log.appendIdempotent(topic("elsewhere"), header, "a", event("a", 4))).inserted).toBe(true);
    });

    test("event-log 45: forgets keys together with their events", async () => {
      const log = open();
      await log.appendIdempotent(orders, header, "a", event("a", 1));
      await log.compact(orders, 1);
      expect(await log.appendIdempotent(orders, header, "a", event("a", 2))).toMatchObject({
        inserted: true,
        event: { id: 2 },
      });
    });

    test.each(["", "  "])("event-log 46: refuses the header name %j", async (name) => {
      const log = open();
      await expect(async () => log.appendIdempotent(orders, name, "a", event("a", 1))).rejects.toThrow(
        "idempotent append header cannot be empty",
      );
    });
  });

  describe(`${subject.name}: consumers`, () => {
    test("event-log 12, 14: remember what they were told, also backwards", async () => {
      const log = open();
      const worker = consumerId(" worker/1 ");
      expect(await log.consumerCursor(orders, worker)).toBeUndefined();
      log.ack(orders, worker, 7);
      expect(await log.consumerCursor(orders, worker)).toBe(7);
      log.ack(orders, worker, 3);
      const again = await reopened(log);
      expect(await again.consumerCursor(orders, worker)).toBe(3);
      expect(await again.consumerCursor(topic("other"), worker)).toBeUndefined();
      expect(await again.consumerCursor(orders, consumerId("worker/1"))).toBeUndefined();
    });
  });

  describe(`${subject.name}: compaction`, () => {
    test("event-log 15, 17: reports what it removed", async () => {
      const log = open();
      log.append(orders, { kind: "k", payload: 1 });
      log.append(orders, { kind: "k", payload: 2 });
      expect(await log.compact(orders, 1)).toEqual({
        removed: 1,
        remaining: 1,
        latest: 2,
        checkpointed: subject.checkpointsOnCompact,
      });
      expect(idsOf(await read(log))).toEqual([2]);
    });

    test("knows nothing of an unknown topic", async () => {
      const log = open();
      expect(await log.compact(topic("nowhere"), 9)).toMatchObject({ removed: 0, remaining: 0, latest: undefined });
    });

    test("event-log 16: never gives an id out again", async () => {
      const log = open();
      for (let n = 0; n < 3; n++) log.append(orders, { kind: "k", payload: n });
      await log.compact(orders, 99);
      expect(await log.latest(orders)).toBe(3);
      const again = await reopened(log);
      expect(await again.latest(orders)).toBe(3);
      expect(again.append(orders, { kind: "k", payload: 3 })).toBe(4);
      expect(idsOf(await read(again, orders, 1))).toEqual([4]);
    });
  });

  describe(`${subject.name}: subscription`, () => {
    const take = async (from: AsyncIterable<LogEvent>, count: number): Promise<EventId[]> => {
      const ids: EventId[] = [];
      for await (const event of from) {
        ids.push(event.id);
        if (ids.length === count) break;
      }
      return ids;
    };
    const counting = (to: number, from = 1) => Array.from({ length: to - from + 1 }, (_, index) => index + from);

    test("event-log 18: delivers history and then live events", async () => {
      const log = open();
      for (let n = 0; n < 5; n++) log.append(orders, { kind: "k", payload: n });
      const seen = take(log.subscribe(orders), 8);
      for (let n = 5; n < 8; n++) {
        await Promise.resolve();
        log.append(orders, { kind: "k", payload: n });
      }
      expect(await seen).toEqual(counting(8));
    });

    test("event-log 18, 22: has neither gap nor duplicate when appends run beside it", async () => {
      const log = open(4);
      const readers = [0, 7, 40].map((after) => take(log.subscribe(orders, { after }), 200 - after));
      for (let n = 0; n < 200; n++) {
        log.append(orders, { kind: "k", payload: n });
        if (n % 3 === 0) await new Promise((resolve) => setTimeout(resolve));
      }
      expect(await Promise.all(readers)).toEqual([counting(200), counting(200, 8), counting(200, 41)]);
    });

    test("event-log 19: yields nothing at or below its start, even when that lies ahead", async () => {
      const log = open();
      log.append(orders, { kind: "k", payload: 0 });
      const seen = take(log.subscribe(orders, { after: 3 }), 1);
      for (let n = 0; n < 4; n++) log.append(orders, { kind: "k", payload: n });
      expect(await seen).toEqual([4]);
    });

    test("event-log 20: waits for a slow reader without holding appends up", async () => {
      const log = open(2);
      const subscription = log.subscribe(orders);
      for (let n = 0; n < 1_000; n++) log.append(orders, { kind: "k", payload: n });
      expect(await take(subscription, 1_000)).toEqual(counting(1_000));
    });

    test("tells a reader whose next events were compacted away, and ends", async () => {
      const log = open(1);
      for (let n = 0; n < 5; n++) log.append(orders, { kind: "k", payload: n });
      const subscription = log.subscribe(orders);
      expect((await subscription.next()).value?.id).toBe(1);
      await log.compact(orders, 4);
      await expect(subscription.next()).rejects.toMatchObject({
        message: "subscriber lagged behind after event 1",
        category: "lagged",
      });
      expect(await subscription.next()).toEqual({ done: true, value: undefined });
    });

    test("starts at what is left of a compacted topic", async () => {
      const log = open();
      for (let n = 0; n < 5; n++) log.append(orders, { kind: "k", payload: n });
      await log.compact(orders, 3);
      expect(await take(log.subscribe(orders), 2)).toEqual([4, 5]);
    });

    test("can be polled", async () => {
      const log = open();
      const subscription = log.subscribe(orders);
      expect(subscription.poll()).toBeUndefined();
      log.append(orders, { kind: "k", payload: 0 });
      expect([subscription.poll()?.id, subscription.poll()?.id]).toEqual([1, undefined]);
    });

    test("says when there is something to poll, and takes that back", async () => {
      const log = open();
      const subscription = log.subscribe(orders);
      const calls: string[] = [];
      subscription.whenReady(() => calls.push("first"));
      const cancel = subscription.whenReady(() => calls.push("cancelled"));
      cancel();
      log.append(orders, { kind: "k", payload: 0 });
      log.append(orders, { kind: "k", payload: 1 });
      expect([calls, subscription.poll()?.id]).toEqual([["first"], 1]);
      subscription.whenReady(() => calls.push("already there"));
      await Promise.resolve();
      subscription.poll();
      subscription.whenReady(() => calls.push("ended"));
      subscription.close();
      expect([calls, subscription.isEnded]).toEqual([["first", "already there", "ended"], true]);
    });

    test("serves several waiting reads in order", async () => {
      const log = open();
      const subscription = log.subscribe(orders);
      const waiting = [subscription.next(), subscription.next()];
      log.append(orders, { kind: "k", payload: 0 });
      log.append(orders, { kind: "k", payload: 1 });
      expect((await Promise.all(waiting)).map((result) => result.value?.id)).toEqual([1, 2]);
    });

    test("event-log 21: ends when closed, when its signal aborts and when the log closes", async () => {
      const log = open();
      const aborter = new AbortController();
      const subscriptions = [
        log.subscribe(orders),
        log.subscribe(orders, { signal: aborter.signal }),
        log.subscribe(orders),
      ];
      const waiting = subscriptions.map((subscription) => subscription.next());
      subscriptions[0]?.close();
      aborter.abort();
      await log.close();
      expect(await Promise.all(waiting)).toEqual([1, 2, 3].map(() => ({ done: true, value: undefined })));
      expect(() => log.subscribe(orders)).toThrow("event log is closed");
    });

    test("an aborted signal gives an empty subscription", async () => {
      const log = open();
      log.append(orders, { kind: "k", payload: 0 });
      const aborter = new AbortController();
      aborter.abort();
      expect(await log.subscribe(orders, { signal: aborter.signal }).next()).toEqual({ done: true, value: undefined });
    });
  });

  describe(`${subject.name}: description`, () => {
    test("names the backend and its depth", async () => {
      const log = open(7);
      expect(await log.describe()).toMatchObject({ backend: subject.name, queueDepth: 7 });
    });

    test("flush can be called at any time", async () => {
      const log = open();
      await log.flush();
      log.append(orders, { kind: "k", payload: 0 });
      await log.flush();
      expect(idsOf(await read(log))).toEqual([1]);
    });
  });
}
