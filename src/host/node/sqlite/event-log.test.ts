import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type EventLog, sha256, topic, verifyChain } from "../../../eventlog/index.ts";
import { describeEventLogContract } from "../../../eventlog/testing/contract.ts";
import { openSqlite } from "./driver.ts";
import { openSqliteEventLog } from "./event-log.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-event-log-"));
let count = 0;
const freshPath = (): string => join(folder, `${count++}`, "events.sqlite");
const now = (): number => 1_000;
const paths = new Map<EventLog, string>();

function open(path: string): EventLog {
  const log = openSqliteEventLog({ path, now });
  paths.set(log, path);
  return log;
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeEventLogContract({
  name: "sqlite",
  open(options) {
    const path = freshPath();
    const log = openSqliteEventLog({ path, ...options });
    paths.set(log, path);
    return log;
  },
  async reopen(log) {
    await log.close();
    return open(paths.get(log) ?? "");
  },
  checkpointsOnCompact: true,
});

const orders = topic("orders");

describe("the SQLite event log", () => {
  test("creates its folder and describes itself", async () => {
    const path = freshPath();
    const log = open(path);
    log.append(orders, { kind: "k", payload: 1 });
    await log.flush();
    expect(log.describe()).toMatchObject({ backend: "sqlite", location: path });
    expect((await log.describe()).sizeBytes).toBeGreaterThan(4096);
    await log.close();
  });

  test("event-log 40: shares a file with another process's log: ids never collide and the chain holds", async () => {
    const path = freshPath();
    const [one, two] = [open(path), open(path)];
    const ids: number[] = [];
    for (let n = 0; n < 20; n++) {
      const log = n % 3 === 0 ? one : two;
      ids.push(log.append(orders, { kind: "k", payload: n }));
      await log.durable();
    }
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(verifyChain(await one.readRange(orders, undefined, 100), sha256)).toEqual([]);
    await Promise.all([one.close(), two.close()]);
  });

  test("commits a program's appends in between when it never waits", async () => {
    const path = freshPath();
    const [one, two] = [open(path), open(path)];
    one.append(orders, { kind: "k", payload: 1 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await two.latest(orders)).toBe(1);
    await Promise.all([one.close(), two.close()]);
  });

  test("acknowledges only what another connection can read", async () => {
    const path = freshPath();
    const [one, two] = [open(path), open(path)];
    one.append(orders, { kind: "k", payload: 1 });
    expect([await two.latest(orders), one.isDurable]).toEqual([undefined, false]);
    await one.durable();
    expect(one.isDurable).toBe(true);
    expect(await two.latest(orders)).toBe(1);
    await Promise.all([one.close(), two.close()]);
  });

  test("event-log 39: reads payloads that an older file holds as text", async () => {
    const path = freshPath();
    await open(path).close();
    const database = openSqlite(path);
    database.exec(`INSERT INTO events VALUES ('orders', 1, 'k', '{"a":1}', '{}', 5)`);
    database.exec("INSERT INTO topic_heads VALUES ('orders', 1)");
    database.close();
    const log = open(path);
    expect((await log.readRange(orders, undefined, 5))[0]?.payload).toEqual({ a: 1 });
    log.append(orders, { kind: "k", payload: 2 });
    // The predecessor carries no hash, so its successor names the one that it should carry.
    expect(
      verifyChain(
        await log.readRange(orders, 1, 5),
        sha256,
        (await log.readRange(orders, 1, 1))[0]?.headers["harn.provenance.prev_hash"],
      ),
    ).toEqual([]);
    await log.close();
  });

  test("a failed write rejects whoever waits, and every write after it", async () => {
    const path = freshPath();
    const log = open(path);
    log.append(orders, { kind: "k", payload: "kept" });
    await log.durable();
    const waiting = log.subscribe(orders, { after: 9 }).next();
    const database = openSqlite(path);
    database.exec(
      "CREATE TRIGGER full BEFORE INSERT ON events WHEN NEW.kind = 'bad' BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
    );
    database.close();
    log.append(orders, { kind: "k", payload: "lost" });
    log.append(orders, { kind: "bad", payload: 1 });
    await expect(log.durable()).rejects.toThrow("event log commit error: disk is full");
    await expect(waiting).rejects.toThrow("disk is full");
    await expect(log.durable()).rejects.toThrow("disk is full");
    expect(() => log.append(orders, { kind: "k", payload: 1 })).toThrow("disk is full");
    await expect(log.close()).rejects.toThrow("disk is full");
    const again = open(path);
    expect((await again.readRange(orders, undefined, 9)).map((event) => event.payload)).toEqual(["kept"]);
    await again.close();
  });

  test("says what is wrong with a file that is no database", () => {
    const path = join(folder, "not-a-database");
    copyFileSync(new URL(import.meta.url), path);
    expect(() => open(path)).toThrow(/^event log (open|WAL pragma) error: .*not a database/);
  });
});
