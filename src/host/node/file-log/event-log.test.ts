import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { consumerId, type EventLog, sha256, topic, verifyChain } from "../../../eventlog/index.ts";
import { describeEventLogContract } from "../../../eventlog/testing/contract.ts";
import { type Disk, nodeDisk } from "./disk.ts";
import { openFileEventLog } from "./event-log.ts";

const root = mkdtempSync(join(tmpdir(), "harn-file-log-"));
let count = 0;
const freshFolder = (): string => join(root, `${count++}`);
const now = (): number => 1_000;
const folders = new Map<EventLog, string>();
const orders = topic("orders");

function open(folder: string, disk?: Disk): EventLog {
  const log = openFileEventLog({ folder, now, ...(disk && { disk }) });
  folders.set(log, folder);
  return log;
}

function linesOf(folder: string, name = "orders"): string[] {
  const path = join(folder, "topics", `${name}.jsonl`);
  return existsSync(path) ? readFileSync(path, "utf8").split("\n").slice(0, -1) : [];
}

async function payloads(log: EventLog, of = orders): Promise<unknown[]> {
  return (await log.readRange(of, undefined, 1000)).map((event) => event.payload);
}

afterAll(() => rmSync(root, { recursive: true, force: true }));

describeEventLogContract({
  name: "file",
  open(options) {
    const folder = freshFolder();
    const log = openFileEventLog({ folder, ...options });
    folders.set(log, folder);
    return log;
  },
  async reopen(log) {
    await log.close();
    return open(folders.get(log) ?? "");
  },
  checkpointsOnCompact: false,
});

describe("the file event log", () => {
  test("event-log 11: writes one line for each event under topics/", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: { b: 1, a: 2 }, headers: { h: "x" } });
    await log.durable();
    expect(linesOf(folder)).toHaveLength(1);
    expect(linesOf(folder)[0]).toMatch(
      /^\{"id":1,"event":\{"kind":"k","payload":\{"a":2,"b":1\},"headers":\{"h":"x","harn\.provenance\.record_hash":.*\},"occurred_at_ms":1000\}\}$/,
    );
    await log.close();
  });

  test("event-log 13: the cursor's file carries the raw consumer id", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.ack(orders, consumerId("worker/é 1"), 7);
    await log.durable();
    const path = join(folder, "consumers", "orders__worker___1.json");
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({
      consumer_id: "worker/é 1",
      cursor: 7,
      topic: "orders",
      updated_at_ms: 1000,
    });
    await log.close();
  });

  test("event-log 9: a torn last line is neither read nor glued to the next", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: 1 });
    await log.close();
    appendFileSync(join(folder, "topics", "orders.jsonl"), '{"id":2,"event":{"kind":"k","pay');
    const again = open(folder);
    expect([await payloads(again), again.latest(orders)]).toEqual([[1], 1]);
    expect(again.append(orders, { kind: "k", payload: "next" })).toBe(2);
    await again.durable();
    expect(await payloads(again)).toEqual([1, "next"]);
    expect(verifyChain(await again.readRange(orders, undefined, 9), sha256)).toEqual([]);
    await again.close();
  });

  test("a last line that only lacks its break counts, and the next begins on its own", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: 1 });
    await log.close();
    const path = join(folder, "topics", "orders.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").trimEnd());
    const again = open(folder);
    expect(again.append(orders, { kind: "k", payload: 2 })).toBe(2);
    await again.close();
    const third = open(folder);
    expect(await payloads(third)).toEqual([1, 2]);
    await third.close();
  });

  test("event-log 10: a whole line that makes no sense makes reads fail", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: 1 });
    await log.close();
    appendFileSync(join(folder, "topics", "orders.jsonl"), '{"id":2,"event":{"kind":"k"\n');
    const again = open(folder);
    expect(() => again.readRange(orders, undefined, 9)).toThrow(/^event log parse error: /);
    await again.close();
  });

  test("a file of the reference opens, verifies and takes appends", async () => {
    const folder = freshFolder();
    mkdirSync(join(folder, "topics"), { recursive: true });
    cpSync(fileURLToPath(new URL("./fixtures/t.one.jsonl", import.meta.url)), join(folder, "topics", "t.one.jsonl"));
    const log = open(folder);
    const one = topic("t.one");
    expect(await payloads(log, one)).toEqual([{ a: [1, null, "x"], b: 1 }, "text"]);
    expect(verifyChain(await log.readRange(one, undefined, 9), sha256)).toEqual([]);
    expect(log.append(one, { kind: "k3", payload: 3 })).toBe(3);
    await log.durable();
    expect(verifyChain(await log.readRange(one, undefined, 9), sha256)).toEqual([]);
    await log.close();
  });

  test("event-log 40: two logs on one folder never give an id twice, and see each other's events", async () => {
    const folder = freshFolder();
    const [one, two] = [open(folder), open(folder)];
    const ids: number[] = [];
    for (let n = 0; n < 20; n++) {
      const log = n % 3 === 0 ? one : two;
      ids.push(log.append(orders, { kind: "k", payload: n }));
      await log.durable();
    }
    expect(ids).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(await payloads(one)).toEqual(await payloads(two));
    expect(verifyChain(await one.readRange(orders, undefined, 100), sha256)).toEqual([]);
    await one.compact(orders, 15);
    expect(two.append(orders, { kind: "k", payload: "after" })).toBe(21);
    await two.durable();
    expect((await one.readRange(orders, undefined, 100)).map((event) => event.id)).toEqual([16, 17, 18, 19, 20, 21]);
    await Promise.all([one.close(), two.close()]);
  });

  test("an idempotent append looks no further than to the event that it finds", async () => {
    let bytesRead = 0;
    const counting: Disk = {
      ...nodeDisk,
      read(file, into, position) {
        const count = nodeDisk.read(file, into, position);
        bytesRead += count;
        return count;
      },
    };
    const folder = freshFolder();
    const writer = open(folder);
    for (let at = 1; at <= 3000; at++)
      writer.append(orders, { kind: "k", payload: "x".repeat(2000), headers: { key: `${at}` } });
    await writer.close();
    const log = open(folder, counting);
    const repeat = (key: string) =>
      log.appendIdempotent(orders, "key", key, { kind: "k", payload: 0, headers: { key } });
    const afterOpening = bytesRead;
    expect(await repeat("1")).toMatchObject({ inserted: false, event: { id: 1 } });
    expect(bytesRead - afterOpening).toBeLessThan(3_000_000);
    expect(await repeat("3000")).toMatchObject({ inserted: false, event: { id: 3000 } });
    expect(await repeat("2")).toMatchObject({ inserted: false, event: { id: 2 } });
    const looked = bytesRead;
    expect(await repeat("new")).toMatchObject({ inserted: true, event: { id: 3001 } });
    expect(await repeat("new")).toMatchObject({ inserted: false, event: { id: 3001 } });
    expect(bytesRead - looked).toBeLessThan(3_000_000);
    await log.close();
  });

  test("an idempotent append finds an event by its header, whoever appended it", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: "first", headers: { key: "a" } });
    const repeated = await log.appendIdempotent(orders, "key", "a", { kind: "k", payload: 2, headers: { key: "a" } });
    expect([repeated.inserted, repeated.event.payload]).toEqual([false, "first"]);
    await log.close();
  });

  test("what the journal holds and the files lack is repeated at the next opening", async () => {
    const folder = freshFolder();
    const log = open(folder);
    for (let n = 0; n < 3; n++) log.append(orders, { kind: "k", payload: n });
    log.append(topic("other"), { kind: "k", payload: "o" });
    log.ack(orders, consumerId("c"), 2);
    await log.durable();
    await log.close();
    // As after a kill between the journal and the files: one file short of a line and torn, two missing.
    const path = join(folder, "topics", "orders.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").slice(0, -30));
    rmSync(join(folder, "topics", "other.jsonl"));
    rmSync(join(folder, "consumers", "orders__c.json"));
    const again = open(folder);
    expect([await payloads(again), await payloads(again, topic("other"))]).toEqual([[0, 1, 2], ["o"]]);
    expect(again.consumerCursor(orders, consumerId("c"))).toBe(2);
    expect(verifyChain(await again.readRange(orders, undefined, 9), sha256)).toEqual([]);
    await again.close();
  });

  test("pages that a power cut took out of the middle are repeated, and lines of others stay", async () => {
    const folder = freshFolder();
    const path = join(folder, "topics", "orders.jsonl");
    const log = open(folder);
    for (let n = 1; n <= 40; n++) log.append(orders, { kind: "k", payload: n });
    await log.close();
    // Somebody who knows no journal adds a line of their own; then zeros stand where lines 11 to 20 were.
    const foreign = '{"id":41,"event":{"kind":"other","payload":41,"headers":{},"occurred_at_ms":7}}\n';
    const lines = readFileSync(path, "utf8").split("\n");
    const zeros = lines.slice(10, 20).join("\n").length;
    writeFileSync(path, [...lines.slice(0, 10), "\0".repeat(zeros), ...lines.slice(20, 40), foreign].join("\n"));
    const again = open(folder);
    expect(await payloads(again)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
    expect(again.append(orders, { kind: "k", payload: 42 })).toBe(42);
    await again.close();
    const third = open(folder);
    expect(await payloads(third)).toHaveLength(42);
    expect(verifyChain((await third.readRange(orders, undefined, 99)).slice(0, 40), sha256)).toEqual([]);
    await third.close();
  });

  test("a journal of a later version is refused by name, and left alone", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: 1 });
    await log.close();
    const path = join(folder, "journal");
    writeFileSync(path, `${readFileSync(path, "utf8")}commit\t2 anything\n`);
    const before = readFileSync(path, "utf8");
    expect(() => open(folder)).toThrow(/^event log open error: its journal has version 2, and this harn knows 1: .*$/);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("changes of a journal that does not mark its commits are repeated as well", async () => {
    const folder = freshFolder();
    const log = open(folder);
    for (let n = 1; n <= 3; n++) log.append(orders, { kind: "k", payload: n });
    await log.close();
    const path = join(folder, "journal");
    writeFileSync(path, readFileSync(path, "utf8").replace(/^commit\t.*\n/gm, ""));
    rmSync(join(folder, "topics", "orders.jsonl"));
    const again = open(folder);
    expect(again.append(orders, { kind: "k", payload: 4 })).toBe(4);
    await again.close();
    const third = open(folder);
    expect(await payloads(third)).toEqual([1, 2, 3, 4]);
    await third.close();
  });

  test("any event is found in a file of lines of any length", async () => {
    const folder = freshFolder();
    const log = open(folder);
    const lengths = [10, 3_000, 40, 70_000, 200, 600_000];
    for (let n = 1; n <= 300; n++)
      log.append(orders, { kind: "k", payload: "x".repeat(lengths[(n * 7) % lengths.length] ?? 0) });
    await log.flush();
    await log.close();
    const path = join(folder, "topics", "orders.jsonl");
    writeFileSync(path, readFileSync(path, "utf8").replace(/\n(\{"id":(?:7|150|299),)/g, "\n\n  \n$1"));
    const again = open(folder);
    for (let after = 0; after <= 300; after += 3) {
      const found = await again.readRange(orders, after, 2);
      expect(found.map(({ id }) => id)).toEqual([after + 1, after + 2].filter((id) => id <= 300));
    }
    expect([again.latest(orders), await again.compact(orders, 151)]).toEqual([
      300,
      { removed: 151, remaining: 149, latest: 300, checkpointed: false },
    ]);
    expect((await again.readRange(orders, undefined, 1))[0]?.id).toBe(152);
    await again.close();
  });

  test("what opening and appending read does not grow with the log", async () => {
    const folder = freshFolder();
    let bytes = 0;
    const disk: Disk = {
      ...nodeDisk,
      read(file, into, position) {
        bytes += into.length;
        return nodeDisk.read(file, into, position);
      },
    };
    const log = open(folder);
    const readAtOpening: number[] = [];
    for (const count of [2_000, 8_000]) {
      for (let n = 0; n < count; n++) log.append(orders, { kind: "k", payload: "x".repeat(200) });
      await log.flush();
      bytes = 0;
      const other = open(folder, disk);
      other.append(orders, { kind: "k", payload: "one more" });
      await other.flush();
      await other.close();
      readAtOpening.push(bytes);
    }
    await log.close();
    const [short = 0, long = 0] = readAtOpening;
    expect(long).toBeLessThan(short * 1.1);
  });

  test("flush makes the files complete by themselves", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: 1 });
    await log.flush();
    expect([readFileSync(join(folder, "journal"), "utf8"), linesOf(folder).length]).toEqual(["", 1]);
    await log.close();
  });

  test("compaction leaves no file of a topic that is empty, and remembers its head", async () => {
    const folder = freshFolder();
    const log = open(folder);
    for (let n = 0; n < 600; n++) log.append(orders, { kind: "k", payload: n });
    expect(await log.compact(orders, 500)).toMatchObject({ removed: 500, remaining: 100, latest: 600 });
    expect((await log.readRange(orders, undefined, 1))[0]?.id).toBe(501);
    await log.compact(orders, 600);
    expect(readdirSync(join(folder, "topics"))).toEqual([]);
    expect(log.append(orders, { kind: "k", payload: "next" })).toBe(601);
    await log.close();
  });

  test("is one folder with a size", async () => {
    const folder = freshFolder();
    const log = open(folder);
    log.append(orders, { kind: "k", payload: "x".repeat(500) });
    await log.durable();
    expect(log.describe()).toMatchObject({ backend: "file", location: folder });
    expect((await log.describe()).sizeBytes).toBeGreaterThan(500);
    await log.close();
  });
});

describe("a disk that fails", () => {
  const failing = (isBroken: (step: string, path: string) => boolean): Disk => {
    const paths = new Map<number, string>();
    const fail = (): never => {
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    };
    return {
      ...nodeDisk,
      open(path, flags) {
        const file = nodeDisk.open(path, flags);
        paths.set(file, path);
        return file;
      },
      write(file, bytes) {
        if (!isBroken("write", paths.get(file) ?? "")) return nodeDisk.write(file, bytes);
        nodeDisk.write(file, bytes.subarray(0, bytes.length >> 1));
        fail();
      },
      sync: (file) => (isBroken("sync", paths.get(file) ?? "") ? fail() : nodeDisk.sync(file)),
    };
  };

  test.each([
    ["the journal is full", "write", "journal"],
    ["the journal cannot be synced", "sync", "journal"],
    ["a topic's file is full", "write", "other.jsonl"],
  ])("when %s, nothing since the last acknowledged append is kept", async (_name, step, file) => {
    const folder = freshFolder();
    let isBroken = false;
    const log = open(
      folder,
      failing((at, path) => isBroken && at === step && path.endsWith(file)),
    );
    log.append(orders, { kind: "k", payload: "kept" });
    await log.durable();
    isBroken = true;
    log.append(orders, { kind: "k", payload: "lost" });
    log.append(topic("other"), { kind: "k", payload: "lost too" });
    await expect(log.durable()).rejects.toThrow("event log commit error: ENOSPC: no space left on device");
    expect(() => log.append(orders, { kind: "k", payload: 1 })).toThrow("no space left");
    await expect(log.close()).rejects.toThrow("no space left");
    const again = open(folder);
    expect([await payloads(again), await payloads(again, topic("other"))]).toEqual([["kept"], []]);
    expect(again.append(orders, { kind: "k", payload: "next" })).toBe(2);
    await again.close();
  });
});
