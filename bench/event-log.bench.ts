// Appends to and reads from the event log, per backend and durability level, against bare inserts into a table of the same shape by
// the same driver at the same level. The bare side neither encodes JSON, nor hashes, nor numbers: it shows what the store itself costs.
// `HARN_BENCH_EVENTS=1000,100000,1000000` chooses how many events; figures are per event, so that growth would show.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, MemoryEventLog, topic } from "../src/eventlog/index.ts";
import { openFileEventLog } from "../src/host/node/file-log/event-log.ts";
import { nodeSha256 } from "../src/host/node/sha256.ts";
import { openSqlite } from "../src/host/node/sqlite/driver.ts";
import { openSqliteEventLog } from "../src/host/node/sqlite/event-log.ts";

const steps = topic("step.run.bench");
const payload = { args: { path: "src/main.ts", limit: 20 }, key: "read_file", ok: true, result: "x".repeat(120) };
const payloadBytes = Buffer.from(JSON.stringify(payload));
const hash = "0123456789abcdef".repeat(4);
const headersText = `{"harn.provenance.prev_hash":"sha256:${hash}","harn.provenance.record_hash":"sha256:${hash}","harn.provenance.schema":"harn-eventlog-provenance-v1"}`;
/** Events that one sync acknowledges. */
const burst = 1000;
const counts = (process.env.HARN_BENCH_EVENTS ?? "1000,100000").split(",").map(Number);
const levels = ["process_crash", "power_loss"] as const;
const folder = mkdtempSync(join(tmpdir(), "harn-bench-event-log-"));
let logs = 0;

async function appendMany(log: EventLog, count: number): Promise<void> {
  for (let done = 0; done < count; done += burst) {
    for (let n = 0; n < Math.min(burst, count - done); n++) log.append(steps, { kind: "step", payload });
    await log.durable();
  }
}

async function readAll(log: EventLog): Promise<void> {
  let after = 0;
  for (;;) {
    const events = await log.readRange(steps, after, burst);
    if (events.length === 0) return;
    for (const event of events) if (event.payload === null) throw new Error("no payload");
    after = events.at(-1)?.id ?? after;
  }
}

function bareInserts(count: number, level: (typeof levels)[number]): number {
  const database = openSqlite(join(folder, `bare-${++logs}.sqlite`));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec(`PRAGMA synchronous = ${level === "power_loss" ? "FULL" : "NORMAL"}`);
  database.exec(
    "CREATE TABLE events (topic TEXT NOT NULL, event_id INTEGER NOT NULL, kind TEXT NOT NULL, payload BLOB NOT NULL, headers TEXT NOT NULL, occurred_at_ms INTEGER NOT NULL, PRIMARY KEY (topic, event_id))",
  );
  const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)");
  const started = performance.now();
  for (let id = 0; id < count; ) {
    database.exec("BEGIN IMMEDIATE");
    for (const end = Math.min(count, id + burst); id < end; )
      insert.run(steps, ++id, "step", payloadBytes, headersText, Date.now());
    database.exec("COMMIT");
  }
  const elapsed = performance.now() - started;
  database.close();
  return elapsed;
}

function report(name: string, count: number, appended: number, read?: number): void {
  const each = (milliseconds: number): string => `${((milliseconds * 1000) / count).toFixed(1).padStart(7)} us`;
  const reading = read === undefined ? "" : `   read ${each(read)}`;
  console.log(`${name.padEnd(24)} ${count.toString().padStart(9)} events   append ${each(appended)}${reading}`);
}

async function measure(name: string, count: number, log: EventLog): Promise<void> {
  const started = performance.now();
  await appendMany(log, count);
  const appended = performance.now() - started;
  await readAll(log);
  report(name, count, appended, performance.now() - started - appended);
  await log.close();
}

for (const count of counts) {
  const now = Date.now;
  await measure("memory", count, new MemoryEventLog({ now, sha256: nodeSha256 }));
  for (const durability of levels) {
    report(`bare SQLite ${durability === "power_loss" ? "FULL" : "NORMAL"}`, count, bareInserts(count, durability));
    const path = join(folder, `${++logs}`);
    await measure(`sqlite ${durability}`, count, openSqliteEventLog({ path: `${path}.sqlite`, now, durability }));
    await measure(`file ${durability}`, count, openFileEventLog({ folder: path, now, durability }));
  }
}
rmSync(folder, { recursive: true, force: true });
