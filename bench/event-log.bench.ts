// Appends to the SQLite event log against bare inserts into a table of the same shape, by the same driver, at the same durability
// (WAL, synchronous FULL). The bare side neither encodes JSON, nor hashes, nor numbers: it shows what the store itself costs.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventLog, MemoryEventLog, topic } from "../src/eventlog/index.ts";
import { openSqlite, type SqliteDatabase } from "../src/host/node/sqlite/driver.ts";
import { openSqliteEventLog } from "../src/host/node/sqlite/event-log.ts";
import { bench, type Pair } from "./harness.ts";

const folder = mkdtempSync(join(tmpdir(), "harn-bench-event-log-"));
const steps = topic("step.run.bench");
const payload = { args: { path: "src/main.ts", limit: 20 }, key: "read_file", ok: true, result: "x".repeat(120) };
const payloadBytes = Buffer.from(JSON.stringify(payload));
const hash = "0123456789abcdef".repeat(4);
const headersText = `{"harn.provenance.prev_hash":"sha256:${hash}","harn.provenance.record_hash":"sha256:${hash}","harn.provenance.schema":"harn-eventlog-provenance-v1"}`;

const log = openSqliteEventLog({ path: join(folder, "events.sqlite"), now: Date.now });
const memory = new MemoryEventLog({ now: Date.now });
const bare = openBare(join(folder, "bare.sqlite"));

function openBare(path: string): { readonly insertMany: (count: number) => void; readonly database: SqliteDatabase } {
  const database = openSqlite(path);
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec(
    "CREATE TABLE events (topic TEXT NOT NULL, event_id INTEGER NOT NULL, kind TEXT NOT NULL, payload BLOB NOT NULL, headers TEXT NOT NULL, occurred_at_ms INTEGER NOT NULL, PRIMARY KEY (topic, event_id))",
  );
  const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)");
  let id = 0;
  const insertMany = (count: number): void => {
    database.exec("BEGIN IMMEDIATE");
    for (let n = 0; n < count; n++) insert.run(steps, ++id, "step", payloadBytes, headersText, Date.now());
    database.exec("COMMIT");
  };
  return { insertMany, database };
}

async function appendMany(to: EventLog, count: number): Promise<number> {
  for (let n = 0; n < count; n++) to.append(steps, { kind: "step", payload });
  await to.durable();
  return count;
}

function pair(count: number): Pair {
  return {
    name: `${count} appends, one sync`,
    harn: () => appendMany(log, count),
    js: async () => {
      bare.insertMany(count);
      return count;
    },
  };
}

await bench([
  pair(1),
  pair(10),
  pair(100),
  pair(1000),
  { name: "1000 appends in memory", harn: () => appendMany(memory, 1000) },
]);
await log.close();
bare.database.close();
rmSync(folder, { recursive: true, force: true });
