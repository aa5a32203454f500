import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { runtimeError } from "../../value/index.ts";
import type { Task } from "../task.ts";

const concurrency = declare("concurrency");

const defaultThreshold = 5;
const defaultResetMs = 30_000;

/** Opens after so many failures in a row; after a while it is half open, and the next outcome closes or opens it again. */
export class CircuitBreaker {
  readonly #threshold: number;
  readonly #resetMs: number;
  #failures = 0;
  #openedAt: number | undefined;

  constructor(threshold: number, resetMs: number) {
    this.#threshold = threshold;
    this.#resetMs = resetMs;
  }

  state(now: number): "closed" | "open" | "half_open" {
    if (this.#openedAt === undefined) return "closed";
    return now - this.#openedAt >= this.#resetMs ? "half_open" : "open";
  }

  reset(): void {
    this.#failures = 0;
    this.#openedAt = undefined;
  }

  /** Whether this failure opened it. */
  fail(now: number): boolean {
    this.#failures++;
    if (this.state(now) === "open" || this.#failures < this.#threshold) return false;
    this.#openedAt = now;
    return true;
  }
}

function breakerOf(context: CallContext, name: string): CircuitBreaker | undefined {
  return (context as Task).machine.shared.circuits.get(name);
}

const name = req("name", t.string);

export const circuitBuiltins: readonly Builtin[] = [
  concurrency({
    name: "circuit_breaker",
    summary: "Set up the circuit breaker of a name: failures that open it, and milliseconds until it lets a try pass.",
    params: [name, opt("threshold", t.int), opt("reset_ms", t.int)],
    returns: t.string,
    effect: "task",
    run: (context, key, threshold = defaultThreshold, resetMs = defaultResetMs) => {
      if (threshold < 1) throw runtimeError("circuit_breaker: threshold must be >= 1");
      const breaker = new CircuitBreaker(Number(threshold), Number(resetMs));
      (context as Task).machine.shared.circuits.set(key, breaker);
      return key;
    },
  }),
  concurrency({
    name: "circuit_check",
    summary: "The state of a circuit breaker: `closed`, `open` or `half_open`. One that was never set up is closed.",
    params: [name],
    returns: t.string,
    effect: "task",
    run: (context, key) => breakerOf(context, key)?.state(context.host.clock.monotonic()) ?? "closed",
  }),
  concurrency({
    name: "circuit_record_success",
    summary: "Close a circuit breaker and forget its failures. An unknown name is fine.",
    params: [name],
    returns: t.nil,
    effect: "task",
    run: (context, key) => {
      breakerOf(context, key)?.reset();
      return null;
    },
  }),
  concurrency({
    name: "circuit_record_failure",
    summary: "Count a failure of a circuit breaker; true when it opened. An unknown name counts nothing.",
    params: [name],
    returns: t.bool,
    effect: "task",
    run: (context, key) => breakerOf(context, key)?.fail(context.host.clock.monotonic()) ?? false,
  }),
  concurrency({
    name: "circuit_reset",
    summary: "Close a circuit breaker by hand.",
    params: [name],
    returns: t.nil,
    effect: "task",
    run: (context, key) => {
      breakerOf(context, key)?.reset();
      return null;
    },
  }),
];
