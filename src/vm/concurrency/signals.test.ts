import { describe, expect, it } from "vitest";
import { linesOf, type ProgramOptions } from "../testing/run-program.ts";

/** A signal from outside, after a millisecond. */
function signalled(signal: string): ProgramOptions {
  return {
    watch: (task) => {
      task.host.clock.schedule(1, () => task.machine.interrupts.deliver(task, signal));
    },
  };
}

describe("__signal_raise", () => {
  it("throws when nobody handles that signal", async () => {
    expect(
      await linesOf(`
        println(__signal_interrupted())
        println(try { __signal_raise("SIGTERM") })
        println(__signal_interrupted())
        __signal_on_interrupt({ -> println("no") })
        println(try { __signal_raise("SIGHUP") })
      `),
    ).toEqual(["false", "Result.Err(kind:interrupted:SIGTERM)", "true", "Result.Err(kind:interrupted:SIGHUP)"]);
  });

  it("calls the handlers, the newest first, each once unless it says otherwise", async () => {
    expect(
      await linesOf(`
        println(__signal_on_interrupt({ -> println("first") }, {once: false, signals: ["SIGTERM", "SIGINT", "SIGTERM"]}))
        __signal_on_interrupt({ -> sleep(2); println("second") })
        println(__signal_raise())
        println(__signal_raise("SIGTERM"))
        __signal_off_interrupt(1)
        println(try { __signal_raise() })
      `),
    ).toEqual([
      "{handle: 1, once: false, signals: [SIGINT, SIGTERM]}",
      "second",
      "first",
      "nil",
      "first",
      "nil",
      "Result.Err(kind:interrupted:SIGINT)",
    ]);
  });

  it("ends with the first error, or when a handler takes too long", async () => {
    expect(
      await linesOf(`
        __signal_on_interrupt({ -> println("kept for the next") })
        __signal_on_interrupt({ -> throw "bad" })
        println(try { __signal_raise() })
        __signal_raise()
        __signal_on_interrupt({ -> try { sleep(100) } finally { println("cleaned") } }, {graceful_timeout_ms: 5ms})
        println(try { __signal_raise() }, clock())
      `),
    ).toEqual(["Result.Err(bad)", "kept for the next", "cleaned", "Result.Err(kind:interrupted:handler_timeout) 5"]);
  });

  it("refuses what it does not understand", async () => {
    expect(
      await linesOf(`
        fn any(x) { x }
        println(try { __signal_raise("SIGKILL") })
        println(try { __signal_on_interrupt({ -> 1 }, {signals: 3}) })
        println(try { __signal_on_interrupt({ -> 1 }, {signals: []}) })
        println(try { __signal_on_interrupt({ -> 1 }, {once: "yes"}) })
        println(try { __signal_on_interrupt({ -> 1 }, {graceful_timeout_ms: "a"}) })
        println(try { __signal_off_interrupt("x") }, __signal_off_interrupt(99))
        println(try { __signal_off_interrupt({}) })
      `),
    ).toEqual([
      "Result.Err(Runtime error: on_interrupt: unsupported signal 'SIGKILL' — known are SIGHUP, SIGINT, SIGTERM)",
      "Result.Err(Type error: on_interrupt: signals must be a string or list<string>, got int)",
      "Result.Err(Runtime error: on_interrupt: signals must not be empty)",
      "Result.Err(Type error: '__signal_on_interrupt' parameter `options` expects {once?: bool, restore?: bool}?, got dict)",
      "Result.Err(Type error: on_interrupt: graceful_timeout_ms must be a non-negative int or duration, got string)",
      "Result.Err(Type error: off_interrupt: expected handle int or dict, got string) nil",
      "Result.Err(Runtime error: off_interrupt: handle dict is missing `handle`)",
    ]);
  });
});

describe("a signal from outside", () => {
  it("calls the handlers, and then cancels the program", async () => {
    const text = `pipeline main() {
      __signal_on_interrupt({ -> sleep(3); println("handler", __signal_interrupted()) }, {signals: "SIGTERM"})
      try { sleep(1h) } catch (e) { println("caught", e) }
      "done"
    }`;
    expect(await linesOf(text, signalled("SIGTERM"))).toEqual([
      "handler true",
      "caught kind:cancelled:VM cancelled by host",
    ]);
  });

  it("cancels at once when nobody handles it, and whatever a handler throws", async () => {
    expect(await linesOf("sleep(1h)", signalled("SIGINT"))).toEqual(["error: kind:cancelled:VM cancelled by host"]);
    expect(await linesOf('__signal_on_interrupt({ -> throw "x" })\nsleep(1h)', signalled("SIGINT"))).toEqual([
      "error: kind:cancelled:VM cancelled by host",
    ]);
  });
});
