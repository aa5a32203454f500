import { describe, expect, test } from "vitest";
import { MemoryFiles } from "../host/testing/index.ts";
import { ActiveLog, eventLogConfig, MemoryEventLog } from "./index.ts";

const files = new MemoryFiles();
const configOf = (environment: Record<string, string>) =>
  eventLogConfig(
    (name) => environment[name],
    "/project",
    (...parts) => files.resolve(...parts),
  );

describe("configuration from the environment", () => {
  test("event-log 23: defaults to SQLite below the base folder", () => {
    expect(configOf({})).toEqual({
      backend: "sqlite",
      durability: "power_loss",
      folder: "/project/.harn/events",
      sqlitePath: "/project/.harn/events.sqlite",
      queueDepth: 128,
    });
  });

  test("event-log 25: follows the state folder, and resolves relative paths against the base folder", () => {
    expect(configOf({ HARN_STATE_DIR: "state", HARN_EVENT_LOG_DIR: "logs" })).toMatchObject({
      folder: "/project/logs",
      sqlitePath: "/project/state/events.sqlite",
    });
    expect(configOf({ HARN_EVENT_LOG_DIR: "  ", HARN_EVENT_LOG_SQLITE_PATH: "/abs/e.sqlite" })).toMatchObject({
      folder: "/project/.harn/events",
      sqlitePath: "/abs/e.sqlite",
    });
  });

  test.each([
    ["FILE", "file"],
    [" memory ", "memory"],
  ])("event-log 24: takes the backend %j", (name, backend) => {
    expect(configOf({ HARN_EVENT_LOG_BACKEND: name }).backend).toBe(backend);
  });

  test.each([
    ["redis", "unsupported event log backend 'redis'"],
    ["  ", "unsupported event log backend ''"],
  ])("event-log 24, 49: refuses the backend %j", (name, message) => {
    expect(() => configOf({ HARN_EVENT_LOG_BACKEND: name })).toThrow(message);
  });

  test.each([
    ["0", 1],
    ["abc", 128],
    ["7", 7],
    [" 7", 128],
    ["-3", 128],
  ])("event-log 26: reads the queue depth %j as %d", (text, depth) => {
    expect(configOf({ HARN_EVENT_LOG_QUEUE_DEPTH: text }).queueDepth).toBe(depth);
  });
});

describe("the active log", () => {
  const memory = () => new MemoryEventLog({ now: () => 0 });
  const failures: unknown[] = [];
  const active = () => new ActiveLog({ now: () => 0, onOpenFailure: (error) => failures.push(error) });

  test("event-log 47: is opened at the first use", () => {
    const slot = active();
    let opened = 0;
    slot.installLazily(() => {
      opened++;
      return memory();
    });
    expect([slot.isOpen, opened]).toEqual([false, 0]);
    expect(slot.get()).toBe(slot.getOrCreate());
    expect([slot.isOpen, opened]).toEqual([true, 1]);
  });

  test("is not replaced by a pending one", () => {
    const slot = active();
    const log = memory();
    slot.install(log);
    slot.installLazily(memory);
    expect(slot.get()).toBe(log);
  });

  test("takes the newest of several pending ones", () => {
    const slot = active();
    const log = memory();
    slot.installLazily(memory);
    slot.installLazily(() => log);
    expect(slot.get()).toBe(log);
  });

  test("tells about a log that does not open, and goes on in memory where one is needed", () => {
    const slot = active();
    slot.installLazily(() => {
      throw new Error("disk on fire");
    });
    expect(slot.get()).toBeUndefined();
    expect(failures.map(String)).toEqual(["Error: disk on fire"]);
    expect(slot.getOrCreate()).toBe(slot.get());
  });

  test("forgets on reset", async () => {
    const slot = active();
    const log = slot.getOrCreate();
    expect(slot.reset()).toBe(log);
    expect(slot.get()).toBeUndefined();
    await slot.durable();
  });

  test.each([
    ["", "power_loss"],
    [" Process_Crash ", "process_crash"],
    ["power_loss", "power_loss"],
  ])("durability %j is %s", (set, level) => {
    expect(configOf({ HARN_EVENT_LOG_DURABILITY: set }).durability).toBe(level);
  });

  test("refuses a durability that it does not know, and says which there are", () => {
    expect(() => configOf({ HARN_EVENT_LOG_DURABILITY: "forever" })).toThrow(
      "unsupported event log durability 'forever'; expected 'power_loss' or 'process_crash'",
    );
  });
});
