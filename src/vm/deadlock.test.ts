import { describe, expect, it } from "vitest";
import { declare } from "../builtin/index.ts";
import { pureStdlib } from "../stdlib/index.ts";
import { Channel } from "./concurrency/channel.ts";
import { linesOf } from "./testing/run-program.ts";

describe("a deadlock", () => {
  it("names who waits for what, where, and who holds it", async () => {
    expect(
      await linesOf(`fn hold(first, second) {
        let a = sync_mutex_acquire(first)
        sleep(1)
        let b = sync_mutex_acquire(second)
      }
      pipeline main() {
        let one = spawn { hold("left", "right") }
        let two = spawn { hold("right", "left") }
        await(one)
      }`),
    ).toEqual([
      `error: Runtime error: deadlock: every task waits for what only another could give
  task_root at main.harn:9:9 waits for task task_root:spawn:1
  task_root:spawn:1 at main.harn:4:17 waits for mutex right, held by task_root:spawn:2
  task_root:spawn:2 at main.harn:4:17 waits for mutex left, held by task_root:spawn:1`,
    ]);
  });

  it.each([
    ["a channel that nobody writes to", 'receive(channel("jobs"))', "a message in channel jobs"],
    ["a full channel that nobody reads", 'let c = channel("out", 1); send(c, 1); send(c, 2)', "room in channel out"],
    [
      "a select without a timeout",
      'select { x from channel("a") { } y from channel("b") { } }',
      "a message in one of the channels a, b",
    ],
    ["a mailbox", 'mailbox_receive(mailbox_open("in"))', "a message in channel in"],
    ["branches", 'parallel 2 { i -> receive(channel("c")) }', "the branches of a parallel"],
    ["a stream", 'let s = stream.merge(channel("c")); for x in s { }', "the next value of a stream"],
    ["a generator", 'gen fn g() { emit receive(channel("c")) }\ng().next()', "the next value of a stream"],
    ["a full mailbox", 'let m = mailbox_open("in", 1); mailbox_send(m, 1); mailbox_send(m, 2)', "room in channel in"],
    ["branches in pairs", 'parallel each [1, 2] { i -> receive(channel("c")) }', "the branches of a parallel each"],
    ["a race", 'parallel_race([1, 2], { i -> receive(channel("c")) })', "the first branch of a parallel_race"],
    [
      "branches as a stream",
      'for x in (parallel each [1] { i -> receive(channel("c")) } as stream) { }',
      "the next value of a stream",
    ],
    [
      "another task's pull",
      'let s = stream.merge(channel("c")); spawn { stream.first(s) }; yield_now(); stream.first(s)',
      "its turn at a stream",
    ],
    ["channel_select", 'channel_select([channel("a"), channel("b")])', "a message in one of the channels a, b"],
    ["select as a call", 'select(channel("a"), channel("b"))', "a message in one of the channels a, b"],
    [
      "a semaphore",
      'sync_semaphore_acquire("s", 2, 2); sync_semaphore_acquire("s", 2)',
      "semaphore s, held by task_root",
    ],
    ["a gate", 'sync_gate_acquire("g", 1); sync_gate_acquire("g", 1)', "gate g, held by task_root"],
    ["a writer", 'sync_rwlock_acquire("d", "read"); sync_rwlock_acquire("d", "write")', "rwlock d, held by task_root"],
    ["a callback of a builtin", '[1].map({ x -> receive(channel("c")) })', "a message in channel c"],
    ["a finalizer", 'try { } finally { receive(channel("c")) }', "a message in channel c"],
    ["a lock of its own", "mutex { mutex { } }", "mutex __default__, held by task_root"],
  ])("is found at %s", async (_what, text, wait) => {
    const [line] = await linesOf(text, { parts: pureStdlib });
    expect(line).toContain("deadlock: every task waits for what only another could give\n  task_root at main.harn:");
    expect(line).toContain(`waits for ${wait}`);
  });

  it("is an error like others: cleanup runs, and it can be caught once", async () => {
    expect(
      await linesOf(
        `
        let c = channel("c")
        try { defer { println("deferred") }; receive(c) } catch (e) { println(contains(e, "deadlock")) }
        println("goes on")
        try { receive(c) } finally { println("no second time") }
      `,
        { parts: pureStdlib },
      ),
    ).toEqual(["deferred", "true", "goes on", expect.stringContaining("deadlock") as unknown as string]);
  });

  it("is none while a timer, a deadline or the host could still change something", async () => {
    const outside = new Channel("outside", 1, "outside");
    const parts = [
      ...pureStdlib,
      {
        builtins: [
          declare("testing")({
            name: "fed",
            summary: "A channel that the host fills.",
            params: [],
            run: () => outside,
          }),
          declare("testing")({
            name: "answer",
            summary: "Something of the host.",
            params: [],
            run: (context) => context.wait(new Promise((resolve) => setTimeout(() => resolve(7), 2))),
          }),
        ],
      },
    ];
    setTimeout(() => outside.trySend("from outside"), 2);
    expect(
      await linesOf(
        `
        let c = channel("c")
        spawn { sleep(5); send(c, "after a timer") }
        println(receive(c))
        println(try { deadline 5ms { receive(c) } })
        println(channel_select([c], 5))
        println(sync_mutex_acquire("m") != nil, sync_mutex_acquire("m", 5))
        spawn { send(c, answer()) }
        println(receive(c))
        println(receive(fed()))
      `,
        { parts },
      ),
    ).toEqual(["after a timer", "Result.Err(Deadline exceeded)", "nil", "true nil", "7", "from outside"]);
  });

  it("counts what it does not name", async () => {
    const [line] = await linesOf('for i in 1 to 40 { spawn { receive(channel("c")) } }\nreceive(channel("c"))');
    expect(line?.split("\n").length).toBe(14);
    expect(line).toContain("  and 29 more");
  });
});
