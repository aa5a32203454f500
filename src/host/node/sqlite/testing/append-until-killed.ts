// Run as a process of its own and killed: appends in bursts, and names on standard output each id that was acknowledged.
import { writeSync } from "node:fs";
import { topic } from "../../../../eventlog/index.ts";
import { openSqliteEventLog } from "../event-log.ts";

const log = openSqliteEventLog({ path: process.argv[2] ?? "", now: Date.now });
const orders = topic("orders");

for (;;) {
  let last = 0;
  for (let n = 0; n < 7; n++) last = log.append(orders, { kind: "burst", payload: { n, text: "x".repeat(500) } });
  await log.durable();
  writeSync(1, `${last}\n`);
  log.append(orders, { kind: "unacknowledged", payload: null });
}
