import { describe, expect, it } from "vitest";
import { linesOf } from "../testing/run-program.ts";

describe("mutex { }", () => {
  it("lets one in at a time, in order", async () => {
    expect(
      await linesOf(`
        parallel 3 { i -> mutex { println("in \${i}"); sleep(5); println("out \${i}") } }
      `),
    ).toEqual(["in 0", "out 0", "in 1", "out 1", "in 2", "out 2"]);
  });

  it.each([
    ["a throw", 'try { mutex { throw "x" } } catch (e) { }'],
    ["a return", "fn f() { mutex { return 1 } }\nf()"],
    ["a break", "for i in [1] { mutex { break } }"],
    ["a deadline", "try { deadline 2ms { mutex { sleep(50) } } } catch (e) { }"],
    ["a cancelled holder", "let h = spawn { mutex { sleep(50) } }\nsleep(1)\ncancel(h)\nyield_now()"],
    [
      "a holder that is ended before it goes on",
      'let p = sync_mutex_acquire("__default__")\nlet h = spawn { mutex { sleep(50) } }\nsleep(1)\nsync_release(p)\ncancel(h)\nyield_now()',
    ],
  ])("is released by %s", async (_name, program) => {
    expect(await linesOf(`${program}\nprintln(sync_mutex_acquire("__default__", 0) != nil)`)).toEqual(["true"]);
  });
});

describe("permits", () => {
  it("are counted", async () => {
    expect(
      await linesOf(`
        let p = sync_semaphore_acquire("pool", 3, 2)
        println(p)
        println(sync_semaphore_acquire("pool", 3, 2, 0))
        let q = sync_semaphore_acquire("pool", 3, 1, 0)
        println(sync_release(p), sync_release(p), sync_release(q))
        println(sync_metrics("semaphore", "pool"))
        println(sync_metrics("semaphore", "other"))
      `),
    ).toEqual([
      "<sync_permit:semaphore:pool>",
      "nil",
      "true false true",
      "{acquisition_count: 2, cancellation_count: 0, capacity: 3, current_held: 0, current_queue_depth: 0, key: pool, kind: semaphore, max_queue_depth: 0, release_count: 2, timeout_count: 1, total_held_ms: 0, total_wait_ms: 0}",
      "nil",
    ]);
  });

  it("go to whoever waits longest, however many it wants", async () => {
    expect(
      await linesOf(`
        let r = sync_rwlock_acquire("doc", "read")
        spawn { let p = sync_rwlock_acquire("doc", "write"); println("writer"); sync_release(p) }
        sleep(1)
        println(sync_rwlock_acquire("doc", "read", 0))
        spawn { let p = sync_rwlock_acquire("doc", "read"); println("late reader"); sync_release(p) }
        sleep(1)
        println("first reader leaves")
        sync_release(r)
        sleep(1)
      `),
    ).toEqual(["nil", "first reader leaves", "writer", "late reader"]);
  });

  it("that time out let the next one through", async () => {
    expect(
      await linesOf(`
        let r = sync_rwlock_acquire("doc", "read")
        let writer = spawn { sync_rwlock_acquire("doc", "write", 5ms) }
        sleep(1)
        let reader = spawn { sync_rwlock_acquire("doc", "read") != nil }
        println(await(writer), await(reader), clock())
      `),
    ).toEqual(["nil true 5"]);
  });

  it("come back from a task that fails or is ended, and pass to the parent of one that ends well", async () => {
    expect(
      await linesOf(`
        try { await(spawn { sync_mutex_acquire("a"); throw "x" }) } catch (e) { }
        println(sync_mutex_acquire("a", 0) != nil)
        let p = await(spawn { sync_mutex_acquire("b") })
        println(sync_mutex_acquire("b", 0))
        println(sync_release(p))
        try { await(spawn { await(spawn { sync_mutex_acquire("c") }); throw "x" }) } catch (e) { }
        println(sync_mutex_acquire("c", 0) != nil)
      `),
    ).toEqual(["true", "nil", "true", "true"]);
  });

  it("refuse what makes no sense", async () => {
    expect(
      await linesOf(`
        println(try { sync_semaphore_acquire("s", 1, 2) })
        println(try { sync_semaphore_acquire("s", 0) })
        sync_gate_acquire("g", 2)
        println(try { sync_gate_acquire("g", 3) })
        println(try { sync_rwlock_acquire("d", "append") })
        println(try { sync_release(1) })
      `),
    ).toEqual([
      "Result.Err(Runtime error: sync semaphore 's' requested 2 permits from capacity 1)",
      "Result.Err(Runtime error: sync_semaphore_acquire: value must be positive)",
      "Result.Err(Runtime error: sync gate 'g' already exists with capacity 2, not 3)",
      "Result.Err(Runtime error: sync_rwlock_acquire: mode must be read or write)",
      "Result.Err(Runtime error: sync_release: first argument must be a sync permit)",
    ]);
  });
});
