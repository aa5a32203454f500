import { describe, expect, it } from "vitest";
import { linesOf } from "../testing/run-program.ts";

describe("a circuit breaker", () => {
  it("opens, lets a try pass after a while, and closes or opens again by its outcome", async () => {
    expect(
      await linesOf(`
        println(circuit_breaker("svc", 2, 100), circuit_check("svc"))
        println(circuit_record_failure("svc"), circuit_record_failure("svc"), circuit_record_failure("svc"), circuit_check("svc"))
        sleep(99)
        println(circuit_check("svc"))
        sleep(1)
        println(circuit_check("svc"), circuit_record_failure("svc"), circuit_check("svc"))
        sleep(100)
        println(circuit_record_success("svc"), circuit_check("svc"))
        circuit_record_failure("svc")
        println(circuit_record_failure("svc"), circuit_reset("svc"), circuit_check("svc"))
      `),
    ).toEqual(["svc closed", "false true false open", "open", "half_open true open", "nil closed", "true nil closed"]);
  });

  it("is closed when nobody set it up, and needs a threshold", async () => {
    expect(
      await linesOf(
        'println(circuit_check("none"), circuit_record_failure("none"))\nprintln(try { circuit_breaker("b", 0) })',
      ),
    ).toEqual(["closed false", "Result.Err(Runtime error: circuit_breaker: threshold must be >= 1)"]);
  });
});

describe("timers", () => {
  it("print and give the time between start and end", async () => {
    expect(
      await linesOf('let t = timer_start("load")\nsleep(12)\nprintln(timer_end(t))\nprintln(try { timer_end(1) })'),
    ).toEqual(["[timer] load: 12ms", "12", "Result.Err(timer_end: argument must be a timer dict from timer_start)"]);
  });
});
