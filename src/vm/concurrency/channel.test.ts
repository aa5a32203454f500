import { describe, expect, it } from "vitest";
import { linesOf } from "../testing/run-program.ts";

describe("a channel", () => {
  it("keeps order and any value", async () => {
    expect(
      await linesOf(`
        let ch = channel("c", 3)
        println(ch)
        println(send(ch, nil), send(ch, [1]), send(ch, "x"))
        println(receive(ch), receive(ch), receive(ch), try_receive(ch))
        println(ch == ch, ch == channel("c", 3))
      `),
    ).toEqual(["<channel:c>", "true true true", "nil [1] x nil", "true false"]);
  });

  it("holds a sender up while it is full, first come first served", async () => {
    expect(
      await linesOf(`
        let ch = channel("c", 1)
        let senders = parallel each ["a", "b", "c"] { x -> send(ch, x); println("sent \${x}") } as stream
        sleep(1)
        for i in (1 to 3) { println(receive(ch)); sleep(1) }
        println(try_receive(ch))
      `),
    ).toEqual(["sent a", "a", "sent b", "b", "sent c", "c", "nil"]);
  });

  it("wakes receivers in the order in which they came", async () => {
    expect(
      await linesOf(`
        let ch = channel("c", 1)
        for n in [1, 2, 3] { spawn { println("\${n} got \${receive(ch)}") } }
        sleep(1)
        for v in ["x", "y", "z"] { send(ch, v) }
        sleep(1)
      `),
    ).toEqual(["1 got x", "2 got y", "3 got z"]);
  });

  it("wakes everybody when it is closed", async () => {
    expect(
      await linesOf(`
        let empty = channel("empty", 1)
        let full = channel("full", 1)
        send(full, "kept")
        let receiver = spawn { receive(empty) }
        let looper = spawn { var n = 0; for v in empty { n = n + 1 }; n }
        let sender = spawn { send(full, "late") }
        sleep(1)
        close_channel(empty)
        close_channel(full)
        println(await(receiver), await(looper), await(sender))
        println(receive(full), receive(full), send(full, 1))
        println(channel_is_closed(full))
      `),
    ).toEqual(["nil 0 false", "kept nil false", "true"]);
  });

  it("tells nil from its end in a loop", async () => {
    expect(
      await linesOf(`
        let ch = channel("c", 4)
        spawn { send(ch, nil); sleep(1); send(ch, nil); send(ch, 3); close_channel(ch) }
        for v in ch { println(v) }
        println("end")
      `),
    ).toEqual(["nil", "nil", "3", "end"]);
  });

  it("loses no message with a receiver that was ended or interrupted", async () => {
    expect(
      await linesOf(`
        let ch = channel("c", 2)
        let gone = spawn { receive(ch) }
        sleep(1)
        send(ch, "first")
        cancel(gone)
        println(try { deadline 1ms { receive(ch) } })
        println(try { deadline 1ms { receive(ch) } })
        send(ch, "second")
        println(receive(ch))
      `),
    ).toEqual(["Result.Ok(first)", "Result.Err(Deadline exceeded)", "second"]);
  });

  it("refuses what is no channel, and a capacity below one", async () => {
    expect(
      await linesOf(`
        let x: any = 1
        println(try { send(x, 1) })
        println(try { receive() })
        println(try { try_receive(x) })
        println(try { close_channel(x) })
        println(try { channel("c", 0) })
        println(try { channel(x) })
      `),
    ).toEqual([
      "Result.Err(send: first argument must be a channel)",
      "Result.Err(receive: requires a channel)",
      "Result.Err(try_receive: first argument must be a channel)",
      "Result.Err(Type error: 'close_channel' parameter `channel` expects channel, got int)",
      "Result.Err(Runtime error: channel: capacity must be >= 1)",
      "Result.Err(Type error: 'channel' parameter `name` expects string, got int)",
    ]);
  });
});

describe("select", () => {
  it("takes the first case in order that is ready", async () => {
    expect(
      await linesOf(`
        let a = channel("a", 1)
        let b = channel("b", 1)
        send(a, 1)
        send(b, 2)
        for i in [1, 2] {
          select {
            y from b { println("b \${y}") }
            x from a { println("a \${x}") }
          }
        }
      `),
    ).toEqual(["b 2", "a 1"]);
  });

  it("waits, and takes part in nothing afterwards", async () => {
    expect(
      await linesOf(`
        let a = channel("a", 1)
        let b = channel("b", 1)
        spawn { sleep(5); send(b, "late") }
        select {
          x from a { println("a") }
          y from b { println("b \${y}") }
        }
        send(a, "mine")
        println(try_receive(a))
      `),
    ).toEqual(["b late", "mine"]);
  });

  it("knows timeouts, defaults, nil messages and closed channels", async () => {
    expect(
      await linesOf(`
        let a = channel("a", 1)
        select { x from a { println("no") } timeout 5ms { println("timeout \${clock()}") } }
        select { x from a { println("no") } default { println("default") } }
        send(a, nil)
        select { x from a { println("nil is \${x}") } timeout 5ms { println("no") } }
        close_channel(a)
        select { x from a { println("closed gives \${x}") } timeout 5ms { println("no") } }
        select { default { println("only a default") } }
      `),
    ).toEqual(["timeout 5", "default", "nil is nil", "closed gives nil", "only a default"]);
  });

  it("has builtin forms", async () => {
    expect(
      await linesOf(`
        let a = channel("a", 2)
        let b = channel("b", 2)
        send(b, 7)
        println(__select_list([a, b]))
        println(__select_try([a, b]))
        println(__select_timeout([a, b], 2ms))
        println(channel_select([a, b], 2))
        send(a, 1)
        println(channel_select([a, b]))
        println(try { channel_select([1]) })
      `),
    ).toEqual([
      "{channel: b, index: 1, value: 7}",
      "{channel: nil, index: -1, value: nil}",
      "{channel: nil, index: -1, value: nil}",
      "nil",
      "{channel: a, index: 0, value: 1}",
      "Result.Err(Runtime error: channel_select: channel list must contain only channels)",
    ]);
  });

  it("is a function as well: closed channels are passed over, and when all are there is nothing", async () => {
    expect(
      await linesOf(`
        let a = channel("a", 2)
        let b = channel("b", 2)
        close_channel(a)
        spawn { sleep(3); send(b, 1); sleep(3); close_channel(b) }
        println(select(a, b))
        println(select(a, b), clock())
        println(select(a, b), channel_select([a, b]), __select_list([a, b]).index)
        println(try { select() }, try { select(1) })
      `),
    ).toEqual([
      "{channel: b, index: 1, value: 1}",
      "nil 6",
      "nil nil -1",
      "Result.Err(Runtime error: select: requires at least one channel) Result.Err(Runtime error: select: all arguments must be channels)",
    ]);
  });

  it("gives back what a task that was ended meanwhile never saw", async () => {
    expect(
      await linesOf(`
        let a = channel("a", 1)
        let gone = spawn { select { x from a { println("no") } } }
        sleep(1)
        send(a, "kept")
        cancel(gone)
        println(try_receive(a))
      `),
    ).toEqual(["kept"]);
  });
});
