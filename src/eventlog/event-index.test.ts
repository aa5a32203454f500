import { expect, test } from "vitest";
import type { EventLog } from "./contract.ts";
import { EventIndex } from "./event-index.ts";
import { MemoryEventLog } from "./memory-log.ts";
import { topic } from "./topic.ts";

const waits = topic("waits");

function subject() {
  const memory = new MemoryEventLog({ now: () => 0 });
  let events = 0;
  const readRange: EventLog["readRange"] = (...range) => {
    const found = memory.readRange(...range);
    events += found.length;
    return found;
  };
  const log = new Proxy(memory, {
    get(target, name: keyof MemoryEventLog) {
      const member = name === "readRange" ? readRange : target[name];
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
  const index = new EventIndex((event) => event.headers.wait_id);
  const append = (id: string | undefined, payload: number): void =>
    void memory.append(waits, { kind: "k", payload, ...(id === undefined ? {} : { headers: { wait_id: id } }) });
  const find = async (id: string) => (await index.find(log, waits, id)).map((event) => event.payload);
  return { append, find, memory, readEvents: () => events };
}

test("finds all events of a key, in order, and those that come later", async () => {
  const { append, find } = subject();
  append("a", 1);
  append("b", 2);
  append(undefined, 3);
  append("a", 4);
  expect([await find("a"), await find("b"), await find("c")]).toEqual([[1, 4], [2], []]);
  append("c", 5);
  append("a", 6);
  expect([await find("a"), await find("c")]).toEqual([[1, 4, 6], [5]]);
});

test("looks at each event once, however often somebody asks", async () => {
  const { append, find, readEvents } = subject();
  for (let n = 0; n < 2500; n++) append(`w-${n}`, n);
  expect(await find("w-2000")).toEqual([2000]);
  expect(readEvents()).toBe(2501);
  for (let n = 0; n < 100; n++) await find(`w-${n}`);
  expect(readEvents()).toBe(2601);
});

test("gives each event once to two who ask at the same time", async () => {
  const { append, find } = subject();
  append("a", 1);
  append("a", 2);
  expect(await Promise.all([find("a"), find("a")])).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test("forgets what compaction removed", async () => {
  const { append, find, memory } = subject();
  append("a", 1);
  append("a", 2);
  await find("a");
  memory.compact(waits, 1);
  expect(await find("a")).toEqual([2]);
});
