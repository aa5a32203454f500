import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import type { Observation } from "./observation.ts";
import { ProcessPool } from "./process-pool.ts";

const command = fileURLToPath(new URL("./fixtures/worker.mjs", import.meta.url));

describe("ProcessPool", () => {
  let pool: ProcessPool;
  afterEach(() => pool.close());
  const open = (size: number): ProcessPool =>
    (pool = new ProcessPool({ size, command, variables: { COLOUR: "green" }, unwindMs: 50 }));
  const perform = (file: string, timeoutMs = 60_000): Promise<Observation> =>
    pool.perform({ kind: "conformance", file, timeoutMs, cwd: "/" });

  it("uses a process again, with the variables it was given", async () => {
    open(1);
    const [first, second] = await Promise.all([perform("a"), perform("b")]);
    expect(first?.stdout).toMatch(/^a by \d+ green$/);
    expect(second?.stdout.slice(5)).toBe(first?.stdout.slice(5));
  });

  it("ends a program that never gives up control, and goes on with another process", async () => {
    open(1);
    const [hung, next] = await Promise.all([perform("hang", 100), perform("a")]);
    expect(hung).toMatchObject({ timedOutAfterMs: 100 });
    expect(next?.stdout).toMatch(/^a by/);
  });

  it("reports a process that ended, with what it said", async () => {
    open(2);
    const [died, fault, next] = await Promise.all([perform("die"), perform("fault"), perform("a")]);
    expect(died?.error?.text).toContain("the process of the program ended");
    expect(fault?.error?.text).toContain("a fault of the worker");
    expect(next?.stdout).toMatch(/^a by/);
  });
});
