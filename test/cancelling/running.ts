import type { HostClock } from "../../src/builtin/index.ts";
import { systemClock } from "../../src/host/node/clock.ts";
import { createNodeHost } from "../../src/host/node/index.ts";
import { memoryReader } from "../../src/modules/index.ts";
import { Harn, type PlainOutput, type Run } from "../../src/program/index.ts";

/** In a program with a deadline of an hour: its time is over as soon as what it is about is under way. */
export const passesAnHour = "spawn { ready(); pass_an_hour() }";

const hourMs = 3_600_000;

/** The machine's clock, but that hours pass when they are told to: a deadline of one comes as soon as its time is right. */
class HourClock implements HostClock {
  #passed = 0;
  readonly #waiting = new Set<() => void>();

  now(): number {
    return systemClock.now() + this.#passed;
  }

  monotonic(): number {
    return systemClock.monotonic() + this.#passed;
  }

  schedule(milliseconds: number, callback: () => void): () => void {
    if (milliseconds < hourMs - 1_000) return systemClock.schedule(milliseconds, callback);
    this.#waiting.add(callback);
    return () => this.#waiting.delete(callback);
  }

  pass(): void {
    this.#passed += hourMs;
    for (const callback of this.#waiting) callback();
    this.#waiting.clear();
  }
}

/**
 * Runs a program in which `ready()` waits until what is to be cancelled is under way, `pass_an_hour()` lets an hour pass at once,
 * and `note` adds to the notes.
 */
export function start(
  text: string,
  ready: () => Promise<null>,
  url = "",
  signal?: AbortSignal,
  notes: PlainOutput[] = [],
  functions: Readonly<Record<string, () => void>> = {},
): Run {
  const clock = new HourClock();
  const host = createNodeHost({ cwd: process.cwd(), clock });
  const { environment } = host;
  const harn = new Harn({
    host: {
      ...host,
      environment: {
        get: (name) => (name === "LOCAL_LLM_BASE_URL" ? url : environment.get(name)),
        all: () => environment.all(),
      },
    },
    reader: memoryReader({}),
    functions: {
      ready,
      pass_an_hour: () => {
        clock.pass();
        return null;
      },
      note: (text) => void notes.push(text as PlainOutput),
      ...functions,
    },
  });
  return harn.start({ path: "main.harn", text }, signal && { signal });
}

export async function end(run: Run): Promise<string> {
  const outcome = await run.outcome;
  return outcome.kind === "failed" ? `failed: ${outcome.error.message}` : outcome.kind;
}
