import { appendFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type EventLog, sha256, topic, verifyChain } from "../../../eventlog/index.ts";
import { firstFault, type Trial } from "../../../eventlog/testing/trials.ts";
import { seededRandom } from "../../../eventlog/testing/workload.ts";
import { openSqlite, type SqliteDatabase } from "./driver.ts";
import { openSqliteEventLog } from "./event-log.ts";
import { failingConnection } from "./testing/failing-connection.ts";

/** `scripts/crash.mjs` asks for more. */
const seeds = (process.env.HARN_CRASH_SEEDS ?? "1").split(",").map(Number);
const length = Number(process.env.HARN_CRASH_LENGTH ?? "12");

const folder = mkdtempSync(join(tmpdir(), "harn-trouble-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const freshPath = (): string => join(folder, `${count++}.sqlite`);

const orders = topic("orders");

function open(path: string, connect?: (path: string) => SqliteDatabase): EventLog {
  return openSqliteEventLog({ path, now: () => 0, ...(connect && { connect }) });
}

function payloads(log: EventLog): unknown[] {
  const events = log.readRange(orders, undefined, 1_000_000) as readonly { readonly payload: unknown }[];
  return events.map((event) => event.payload);
}

/** A log whose connection fails at its step `at`: once, or from then on. */
function onBadConnection(seed: number, at: number, lasts: boolean): Trial {
  const path = freshPath();
  let steps = 0;
  let isArmed = true;
  const connect = (file: string): SqliteDatabase =>
    failingConnection(openSqlite(file), () => {
      if (!isArmed || ++steps < at || (steps > at && !lasts)) return;
      throw new Error(lasts ? "database or disk is full" : "disk I/O error");
    });
  return {
    random: seededRandom(seed),
    // What power cuts leave is SQLite's own concern: without a sync for each commit this is five times as fast.
    open: () => openSqliteEventLog({ path, now: () => 0, durability: "process_crash", connect }),
    restart() {
      isArmed = false;
    },
    steps: () => steps,
  };
}

describe.each(seeds)("history %d of a SQLite log keeps its promises", (seed) => {
  test("with any call of the driver failing once", async () => {
    expect(await firstFault((at) => onBadConnection(seed, at, false), length)).toBe("none");
  });

  test("with the disk full from any call on", async () => {
    expect(await firstFault((at) => onBadConnection(seed, at, true), length)).toBe("none");
  });
});

describe("a SQLite log in trouble says what is wrong with which file", () => {
  test("a full disk: what was acknowledged stays, and there is room again later", async () => {
    const path = freshPath();
    const log = open(path, (file) => {
      const database = openSqlite(file);
      database.exec("PRAGMA max_page_count = 16");
      return database;
    });
    let acknowledged = 0;
    let failure: unknown;
    for (let n = 1; failure === undefined && n <= 1000; n++) {
      try {
        log.append(orders, { kind: "k", payload: [n, "x".repeat(900)] });
        await log.durable();
        acknowledged = n;
      } catch (error) {
        failure = error;
      }
    }
    expect(acknowledged).toBeGreaterThan(3);
    expect(String(failure)).toMatch(/event log (commit|insert) error: .*full/);
    expect(String(failure)).toContain(path);
    await expect(log.close()).rejects.toThrow("full");
    const again = open(path);
    expect(payloads(again)).toHaveLength(acknowledged);
    expect(again.append(orders, { kind: "k", payload: "there is room" })).toBe(acknowledged + 1);
    await again.durable();
    expect(verifyChain(await again.readRange(orders, undefined, 1000), sha256)).toEqual([]);
    await again.close();
  });

  test("an I/O error of the commit: nothing since the last acknowledged append is kept", async () => {
    const path = freshPath();
    let isBroken = false;
    const log = open(path, (file) =>
      failingConnection(openSqlite(file), (sql) => {
        if (isBroken && sql === "COMMIT") throw new Error("disk I/O error");
      }),
    );
    log.append(orders, { kind: "k", payload: "kept" });
    await log.durable();
    isBroken = true;
    log.append(orders, { kind: "k", payload: "lost" });
    await expect(log.durable()).rejects.toThrow(`event log commit error: disk I/O error (${path})`);
    isBroken = false;
    expect(() => log.append(orders, { kind: "k", payload: 1 })).toThrow("disk I/O error");
    await expect(log.close()).rejects.toThrow("disk I/O error");
    const again = open(path);
    expect(payloads(again)).toEqual(["kept"]);
    expect(again.append(orders, { kind: "k", payload: "next" })).toBe(2);
    await again.close();
  });

  test.each(["BEGIN", "PRAGMA data_version"])(
    "a transaction that cannot begin (%s) is its caller's matter",
    async (step) => {
      const path = freshPath();
      let isBroken = false;
      const log = open(path, (file) =>
        failingConnection(openSqlite(file), (sql) => {
          if (isBroken && sql.startsWith(step)) throw new Error("database is locked");
        }),
      );
      isBroken = true;
      const append = (): number => log.append(orders, { kind: "k", payload: 1 }) as number;
      expect(append).toThrow(`event log transaction error: database is locked (${path})`);
      isBroken = false;
      expect(append()).toBe(1);
      await log.close();
    },
  );

  test("a path that is a folder, and one below a file", () => {
    const path = freshPath();
    mkdirSync(path);
    expect(() => open(path)).toThrow(/^event log open error: /);
    expect(() => open(path)).toThrow(path);
    const file = freshPath();
    writeFileSync(file, "");
    expect(() => open(join(file, "below", "events.sqlite"))).toThrow(/^event log mkdir error: /);
    expect(() => open(join(file, "below", "events.sqlite"))).toThrow(file);
  });
});

/** The files of a log as a killed process leaves them: the last event is in the write-ahead log only. */
async function killedCopy(): Promise<{ readonly path: string; readonly lastFrames: number; readonly end: number }> {
  const [original, path] = [freshPath(), freshPath()];
  const log = open(original);
  for (let n = 1; n <= 3; n++) {
    log.append(orders, { kind: "k", payload: n });
    await log.durable();
  }
  const lastFrames = statSync(`${original}-wal`).size;
  log.append(orders, { kind: "k", payload: "the last" });
  await log.durable();
  for (const suffix of ["", "-wal"]) cpSync(original + suffix, path + suffix);
  await log.close();
  return { path, lastFrames, end: statSync(`${path}-wal`).size };
}

describe("a SQLite log whose files are torn", () => {
  test.each([1, 100, 4000])("loses only the commit that was cut off, %d bytes before its end", async (missing) => {
    const { path, lastFrames, end } = await killedCopy();
    expect(end - missing).toBeGreaterThan(lastFrames);
    truncateSync(`${path}-wal`, end - missing);
    const log = open(path);
    expect(payloads(log)).toEqual([1, 2, 3]);
    expect(log.append(orders, { kind: "k", payload: "next" })).toBe(4);
    await log.durable();
    expect(verifyChain(await log.readRange(orders, undefined, 9), sha256)).toEqual([]);
    await log.close();
  });

  test("does not mind what a write left behind the last commit", async () => {
    const { path } = await killedCopy();
    appendFileSync(`${path}-wal`, Buffer.alloc(5000, 7));
    const log = open(path);
    expect(payloads(log)).toEqual([1, 2, 3, "the last"]);
    expect(log.append(orders, { kind: "k", payload: "next" })).toBe(5);
    await log.close();
  });

  test("never passes off the rest of a database as the whole: the error names the file", async () => {
    const [original, path] = [freshPath(), freshPath()];
    const log = open(original);
    for (let n = 0; n < 200; n++) log.append(orders, { kind: "k", payload: "x".repeat(900) });
    await log.flush();
    await log.close();
    cpSync(original, path);
    truncateSync(path, statSync(path).size >> 1);
    const read = (): unknown => payloads(open(path));
    expect(read).toThrow(/^event log [\w -]+ error: .*malformed/);
    expect(read).toThrow(path);
  });

  test("tables of a later version are refused by name, and left alone", async () => {
    const path = freshPath();
    const log = open(path);
    log.append(orders, { kind: "k", payload: 1 });
    await log.close();
    const later = openSqlite(path);
    later.exec("PRAGMA user_version = 3");
    later.close();
    expect(() => open(path)).toThrow(
      `event log schema error: its tables have version 3, and this harn knows 0: a later one has written them (${path})`,
    );
  });
});
