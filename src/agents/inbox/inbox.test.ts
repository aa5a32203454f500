// Numbers name the pinned behaviours of the inbox: I1, I2 …
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../host/testing/index.ts";
import { Inbox } from "./inbox.ts";

function box() {
  const clock = new VirtualClock(1_000);
  return { clock, inbox: new Inbox(() => clock.now()) };
}

function post(inbox: Inbox, session: string, ...contents: readonly string[]): void {
  for (const content of contents) inbox.push(session, "note", content, "test");
}

function contents(entries: readonly { readonly content: string }[]): readonly string[] {
  return entries.map(({ content }) => content);
}

/** Lets whatever is ready run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

/** What a wait has come to so far. */
function follow(wait: Promise<boolean>): { result: boolean | undefined } {
  const seen: { result: boolean | undefined } = { result: undefined };
  void wait.then((result) => {
    seen.result = result;
  });
  return seen;
}

describe("an inbox", () => {
  it("I1, I2, E36: gives entries out in order, once, with numbers that go on", () => {
    const { inbox } = box();
    post(inbox, "s", "a", "b", "c");
    expect(inbox.drain("s").map(({ sequence, content }) => [sequence, content])).toEqual([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(inbox.drain("s")).toEqual([]);
    post(inbox, "s", "d");
    expect(inbox.drain("s")).toEqual([
      { sequence: 4, session_id: "s", kind: "note", content: "d", source: "test", ts_ms: 1000 },
    ]);
  });

  it("I3: numbers each session by itself", () => {
    const { inbox } = box();
    post(inbox, "a", "1", "2");
    post(inbox, "b", "1");
    expect(inbox.drain("b")[0]?.sequence).toBe(1);
  });

  it("I4: has nothing for a session it does not know", () => {
    const { inbox } = box();
    expect(inbox.drain("x")).toEqual([]);
    expect(inbox.drainWhere("x", () => true)).toEqual([]);
    expect(inbox.pendingCount("x")).toBe(0);
    post(inbox, "x", "first");
    expect(inbox.drain("x")[0]?.sequence).toBe(1);
  });

  it("I5, E37: takes what matches and leaves the rest in order", () => {
    const { inbox } = box();
    inbox.push("s", "tool_result", "a", "t");
    inbox.push("s", "file_edited", "b", "t");
    inbox.push("s", "tool_result", "c", "t");
    inbox.push("s", "file_edited", "d", "t");
    expect(contents(inbox.drainWhere("s", ({ kind }) => kind === "file_edited"))).toEqual(["b", "d"]);
    expect(contents(inbox.drain("s"))).toEqual(["a", "c"]);
  });

  it("I6: takes nothing or everything where nothing or everything matches, and no more than is asked for", () => {
    const { inbox } = box();
    post(inbox, "s", "a", "b", "c");
    expect(inbox.drainWhere("s", () => false)).toEqual([]);
    expect(contents(inbox.drainWhere("s", () => true, 2))).toEqual(["a", "b"]);
    expect(contents(inbox.drainWhere("s", () => true))).toEqual(["c"]);
    expect(inbox.pendingCount("s")).toBe(0);
  });

  it("puts what comes while it looks behind what it keeps", () => {
    const { inbox } = box();
    post(inbox, "s", "a", "b");
    inbox.drainWhere("s", ({ content }) => {
      post(inbox, "s", `after ${content}`);
      return content === "a";
    });
    expect(contents(inbox.drain("s"))).toEqual(["b", "after a", "after b"]);
  });

  it("I7, I9: puts entries back at the head as they were", () => {
    const { inbox, clock } = box();
    post(inbox, "s", "a", "b", "c");
    const taken = inbox.drain("s");
    clock.advance(50);
    post(inbox, "s", "d");
    for (const entry of [...taken].reverse()) inbox.requeueFront(entry);
    expect(inbox.snapshot("s").map(({ content, sequence, ts_ms }) => [content, sequence, ts_ms])).toEqual([
      ["a", 1, 1000],
      ["b", 2, 1000],
      ["c", 3, 1000],
      ["d", 4, 1050],
    ]);
  });

  it("I8: does not wake for an entry that is put back; the waiter finds it at its deadline", async () => {
    const { inbox, clock } = box();
    post(inbox, "s", "a");
    const [entry] = inbox.drain("s");
    const wait = follow(inbox.wait("s", 50, clock));
    await settle();
    if (entry !== undefined) inbox.requeueFront(entry);
    await settle();
    expect(wait.result).toBeUndefined();
    clock.advance(50);
    await settle();
    expect(wait.result).toBe(true);
  });

  it("I10, I11: counts, and starts anew when a session is cleared", () => {
    const { inbox } = box();
    post(inbox, "s", "a", "b");
    expect(inbox.pendingCount("s")).toBe(2);
    const [entry] = inbox.drain("s");
    expect(inbox.pendingCount("s")).toBe(0);
    if (entry !== undefined) inbox.requeueFront(entry);
    expect(inbox.pendingCount("s")).toBe(1);
    inbox.clear("s");
    expect(inbox.pendingCount("s")).toBe(0);
    post(inbox, "s", "c");
    expect(inbox.drain("s")[0]?.sequence).toBe(1);
  });

  it("I12: keeps those without a session under the empty id", () => {
    const { inbox } = box();
    post(inbox, "", "a");
    expect(inbox.drain("")).toMatchObject([{ session_id: "", content: "a" }]);
  });

  it("I36: stamps entries with the runtime's clock", () => {
    const { inbox, clock } = box();
    post(inbox, "s", "a");
    clock.advance(7);
    post(inbox, "s", "b");
    expect(inbox.drain("s").map(({ ts_ms }) => ts_ms)).toEqual([1000, 1007]);
  });
});

describe("waiting for an entry", () => {
  it("I13: is over at once when one is there, even without time", async () => {
    const { inbox, clock } = box();
    post(inbox, "s", "a");
    expect(await inbox.wait("s", 0, clock)).toBe(true);
    expect(await inbox.wait("s", 1000, clock)).toBe(true);
    expect(clock.pending).toBe(0);
  });

  it("I14, E38: ends with a push, and takes nothing", async () => {
    const { inbox, clock } = box();
    const wait = follow(inbox.wait("s", 60_000, clock));
    await settle();
    post(inbox, "s", "hello");
    await settle();
    expect(wait.result).toBe(true);
    expect(contents(inbox.drain("s"))).toEqual(["hello"]);
    expect(clock.pending).toBe(0);
  });

  it("ends with a push that comes before the waiter has run at all", async () => {
    const { inbox, clock } = box();
    const wait = follow(inbox.wait("s", 60_000, clock));
    post(inbox, "s", "hello");
    await settle();
    expect(wait.result).toBe(true);
  });

  it("I15: ends without one when the time is over", async () => {
    const { inbox, clock } = box();
    const wait = follow(inbox.wait("s", 50, clock));
    clock.advance(49);
    await settle();
    expect(wait.result).toBeUndefined();
    clock.advance(1);
    await settle();
    expect(wait.result).toBe(false);
  });

  it("without time, ends with the first turn of the clock", async () => {
    const { inbox, clock } = box();
    const wait = follow(inbox.wait("s", 0, clock));
    clock.advance(0);
    await settle();
    expect(wait.result).toBe(false);
  });

  it("I16: goes on to its first deadline when another takes what it was woken for", async () => {
    const { inbox, clock } = box();
    const wait = follow(inbox.wait("s", 100, clock));
    await settle();
    for (let n = 0; n < 3; n++) {
      clock.advance(30);
      post(inbox, "s", "a");
      inbox.drain("s");
      await settle();
      expect(wait.result).toBeUndefined();
    }
    clock.advance(10);
    await settle();
    expect(wait.result).toBe(false);
  });

  it("I17, E39: does not end with another session's entry", async () => {
    const { inbox, clock } = box();
    const wait = follow(inbox.wait("A", 100, clock));
    await settle();
    post(inbox, "B", "x");
    await settle();
    expect(wait.result).toBeUndefined();
    clock.advance(100);
    await settle();
    expect(wait.result).toBe(false);
  });

  it("I18: ends for all who wait", async () => {
    const { inbox, clock } = box();
    const waits = [follow(inbox.wait("s", 100, clock)), follow(inbox.wait("s", 100, clock))];
    await settle();
    post(inbox, "s", "x");
    await settle();
    expect(waits.map(({ result }) => result)).toEqual([true, true]);
  });

  it("hears of what comes after the session was cleared", async () => {
    const { inbox, clock } = box();
    const wait = follow(inbox.wait("s", 100, clock));
    await settle();
    inbox.clear("s");
    post(inbox, "s", "x");
    await settle();
    expect(wait.result).toBe(true);
  });

  it("ends early when it is told to, and leaves no timer behind", async () => {
    const { inbox, clock } = box();
    const abort = new AbortController();
    const wait = follow(inbox.wait("s", 100, clock, { signal: abort.signal }));
    await settle();
    abort.abort();
    await settle();
    expect(wait.result).toBe(false);
    expect(clock.pending).toBe(0);
    expect(await inbox.wait("s", 100, clock, { signal: abort.signal })).toBe(false);
  });
});
