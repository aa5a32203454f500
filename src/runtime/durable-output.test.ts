import { describe, expect, test } from "vitest";
import { DurableOutput } from "./durable-output.ts";

/** A log whose syncs the test ends. */
class ManualLog {
  isDurable = true;
  readonly #waiting: { resolve(): void; reject(error: unknown): void }[] = [];

  durable(): Promise<void> {
    if (this.isDurable) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  async settle(error?: unknown): Promise<void> {
    if (error === undefined) this.isDurable = true;
    for (const waiter of this.#waiting.splice(0)) error === undefined ? waiter.resolve() : waiter.reject(error);
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

function subject() {
  const log = new ManualLog();
  const written: string[] = [];
  const failures: unknown[] = [];
  const output = new DurableOutput({
    log,
    write: (stream, text) => written.push(`${stream}:${text}`),
    onFailure: (error) => failures.push(error),
  });
  return { log, written, failures, output };
}

describe("durable output", () => {
  test("goes straight out while nothing waits", () => {
    const { output, written } = subject();
    output.write("stdout", "a");
    expect(written).toEqual(["stdout:a"]);
  });

  test("is held, in order, until what preceded it is durable", async () => {
    const { log, output, written } = subject();
    log.isDurable = false;
    output.write("stdout", "a");
    output.write("stderr", "b");
    await Promise.resolve();
    expect(written).toEqual([]);
    await log.settle();
    expect(written).toEqual(["stdout:a", "stderr:b"]);
  });

  test.each([1, 2, 3, 4])("is not forgotten when it is written %i turns after a sync", async (turns) => {
    const { log, output, written } = subject();
    log.isDurable = false;
    output.write("stdout", "a");
    const synced = log.settle();
    const late = (async () => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      output.write("stdout", "b");
    })();
    await Promise.all([synced, late]);
    await output.drained();
    expect(written).toEqual(["stdout:a", "stdout:b"]);
  });

  test("a piece written during a sync waits for the next one", async () => {
    const { log, output, written } = subject();
    log.isDurable = false;
    output.write("stdout", "a");
    output.write("stdout", "b");
    await log.settle();
    log.isDurable = false;
    output.write("stdout", "c");
    expect(written).toEqual(["stdout:a", "stdout:b"]);
    const drained = output.drained();
    await log.settle();
    await drained;
    expect(written.at(-1)).toBe("stdout:c");
  });

  test("is never shown when the log fails", async () => {
    const { failures, log, output, written } = subject();
    log.isDurable = false;
    output.write("stdout", "a");
    await log.settle(new Error("disk is full"));
    expect([written, failures.map(String)]).toEqual([[], ["Error: disk is full"]]);
  });

  test("of a program that never waits is shown after a while, in order, once what preceded it is durable", () => {
    const log = Object.assign(new ManualLog(), { isDurable: false, syncs: 0 });
    const written: string[] = [];
    let now = 0;
    const output = new DurableOutput({
      log: Object.assign(log, { durableNow: () => void log.syncs++ }),
      now: () => now,
      write: (_stream, text) => written.push(text),
      onFailure: () => {},
    });
    output.write("stdout", "a");
    now = 20;
    output.write("stdout", "b");
    expect([written, log.syncs]).toEqual([[], 0]);
    now = 26;
    output.write("stdout", "c");
    expect([written, log.syncs]).toEqual([["a", "b", "c"], 1]);
    output.write("stdout", "d");
    expect(written).toHaveLength(3);
  });

  test("is never shown when the sync that it waits for fails at once", () => {
    const log = Object.assign(new ManualLog(), { isDurable: false });
    const [written, failures]: [string[], unknown[]] = [[], []];
    let now = 0;
    const durableNow = (): never => {
      throw new Error("disk is full");
    };
    const output = new DurableOutput({
      log: Object.assign(log, { durableNow }),
      now: () => now,
      write: (_stream, text) => written.push(text),
      onFailure: (error) => failures.push(error),
    });
    output.write("stdout", "a");
    now = 100;
    output.write("stdout", "b");
    expect([written, failures.length]).toEqual([[], 1]);
  });
});
