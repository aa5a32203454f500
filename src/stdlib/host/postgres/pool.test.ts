import { describe, expect, test } from "vitest";
import { type DatabaseConnection, HostError } from "../../../builtin/index.ts";
import { VirtualClock } from "../../../host/testing/virtual-clock.ts";
import { PostgresPool } from "./pool.ts";

const never = new AbortController().signal;

/** Connections that count themselves, and answer when the test says so. */
function given(maxConnections: number, connectFails = 0) {
  const clock = new VirtualClock();
  const opened: { closed: boolean }[] = [];
  let failures = connectFails;
  const pool = new PostgresPool({
    clock,
    maxConnections,
    acquireTimeoutMs: 1000,
    connect: async (): Promise<DatabaseConnection> => {
      if (failures-- > 0) throw new HostError("ECONNREFUSED", "Connection refused (os error 111)");
      const state = { closed: false };
      opened.push(state);
      return {
        run: async () => ({ columns: [], rows: [], affected: 0, command: "SELECT" }),
        close: async () => {
          state.closed = true;
        },
      };
    },
  });
  return { clock, opened, pool };
}

/** Holds a connection until it is let go. */
async function hold(pool: PostgresPool): Promise<{ release: () => Promise<void> }> {
  let release = (): void => {};
  let hasIt = (): void => {};
  const taken = new Promise<void>((resolve) => {
    hasIt = resolve;
  });
  const held = pool.withConnection(never, async () => {
    hasIt();
    await new Promise<void>((resolve) => {
      release = resolve;
    });
  });
  await taken;
  return {
    release: async () => {
      release();
      await held;
    },
  };
}

describe("a pool", () => {
  test("opens connections as they are needed and gives them out again", async () => {
    const { opened, pool } = given(2);
    await pool.run("select 1", [], never);
    await pool.run("select 1", [], never);
    expect(opened).toHaveLength(1);
    const [first, second] = [await hold(pool), await hold(pool)];
    expect(opened).toHaveLength(2);
    await first.release();
    await second.release();
  });

  test("serves those who wait in order, and no more at once than it may", async () => {
    const { opened, pool } = given(1);
    const holder = await hold(pool);
    const order: number[] = [];
    const waits = [1, 2, 3].map((n) => pool.withConnection(never, async () => void order.push(n)));
    await holder.release();
    await Promise.all(waits);
    expect(order).toEqual([1, 2, 3]);
    expect(opened).toHaveLength(1);
  });

  test("a wait ends with its limit, and takes nothing then", async () => {
    const { clock, pool } = given(1);
    const holder = await hold(pool);
    const waiting = pool.run("select 1", [], never);
    clock.advance(1000);
    await expect(waiting).rejects.toThrow("pool timed out while waiting for an open connection");
    await holder.release();
    await expect(pool.run("select 1", [], never)).resolves.toBeDefined();
    expect(clock.pending).toBe(0);
  });

  test("a wait ends with its task", async () => {
    const { clock, pool } = given(1);
    const holder = await hold(pool);
    const task = new AbortController();
    const waiting = pool.run("select 1", [], task.signal);
    task.abort(new Error("cancelled"));
    await expect(waiting).rejects.toThrow("cancelled");
    await holder.release();
    expect(clock.pending).toBe(0);
  });

  test("the place of a connection that could not be opened is free again", async () => {
    const { pool } = given(1, 1);
    await expect(pool.run("select 1", [], never)).rejects.toThrow("Connection refused");
    await expect(pool.run("select 1", [], never)).resolves.toBeDefined();
  });

  test("closing ends connections, and tells whoever waits or comes later", async () => {
    const { opened, pool } = given(1);
    const holder = await hold(pool);
    const waiting = expect(pool.run("select 1", [], never)).rejects.toThrow("on a closed pool");
    await pool.close();
    await waiting;
    await expect(pool.run("select 1", [], never)).rejects.toThrow("on a closed pool");
    await holder.release();
    expect(opened).toEqual([{ closed: true }]);
  });

  test("opens ahead as many as it is told", async () => {
    const { opened, pool } = given(3);
    await pool.open(2, never);
    expect(opened).toHaveLength(2);
  });
});
