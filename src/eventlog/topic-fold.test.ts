import { expect, test } from "vitest";
import type { LogEvent } from "./event.ts";
import { MemoryEventLog } from "./memory-log.ts";
import { type Topic, topic } from "./topic.ts";
import { TopicFold } from "./topic-fold.ts";

const name = topic("t");

/** A log that counts the events it hands out. */
class CountingLog extends MemoryEventLog {
  handedOut = 0;

  override readRange(of: Topic, after: number | undefined, limit: number): readonly LogEvent[] {
    const events = super.readRange(of, after, limit);
    this.handedOut += events.length;
    return events;
  }
}

function openLog(): CountingLog {
  return new CountingLog({ now: () => 0 });
}

const kinds = () =>
  new TopicFold<string[]>(
    () => [],
    (seen, { kind }) => {
      if (kind === "bad") throw new Error("bad record");
      seen.push(kind);
    },
  );

test("looks at each event once, however often somebody asks", async () => {
  const [log, fold] = [openLog(), kinds()];
  for (let at = 0; at < 2500; at++) {
    log.append(name, { kind: `k${at}`, payload: null });
    if (at % 100 === 0) await fold.of(log, name);
  }
  const [one, other] = await Promise.all([fold.of(log, name), fold.of(log, name)]);
  expect(one).toBe(other);
  expect(one).toEqual(Array.from({ length: 2500 }, (_none, at) => `k${at}`));
  expect(log.handedOut, "but for the 99 that both read at the same time").toBe(2500 + 99);
});

test("keeps logs and topics apart", async () => {
  const fold = kinds();
  const [left, right] = [openLog(), openLog()];
  left.append(name, { kind: "left", payload: null });
  right.append(topic("u"), { kind: "right", payload: null });
  expect([await fold.of(left, name), await fold.of(right, name), await fold.of(right, topic("u"))]).toEqual([
    ["left"],
    [],
    ["right"],
  ]);
});

test("stops at an event that is refused, each time, and goes on when it is gone", async () => {
  const [log, fold] = [openLog(), kinds()];
  for (const kind of ["a", "bad", "b"]) log.append(name, { kind, payload: null });
  await expect(fold.of(log, name)).rejects.toThrow("bad record");
  await expect(fold.of(log, name)).rejects.toThrow("bad record");
  await log.compact(name, 2);
  expect(await fold.of(log, name)).toEqual(["a", "b"]);
});
