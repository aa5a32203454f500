// Loads run records from files, and lists them by their time as `harn runs list` does, beside reading and parsing the same files
// with JSON.parse alone. `HARN_BENCH_RECORDS` chooses how many.

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createNodeHost } from "../src/host/node/index.ts";
import { loadRunHeading, loadRunRecord } from "../src/records/index.ts";
import { IdSource } from "../src/runtime/index.ts";

const count = Number(process.env.HARN_BENCH_RECORDS ?? "10000");
const folder = mkdtempSync(join(tmpdir(), "harn-bench-records-"));
const sample = readFileSync(join(process.cwd(), "src", "records", "fixtures", "reference-workflow-run.json"), "utf8");
const { clock, files, random } = createNodeHost({ cwd: folder });
const services = { ids: new IdSource(clock, random), now: () => clock.now(), files, runFolder: folder };

try {
  for (let n = 0; n < count; n++) writeFileSync(join(folder, `${n}.json`), sample);
  const paths = readdirSync(folder).map((name) => join(folder, name));
  const bareMs = timed(() => {
    for (const path of paths) JSON.parse(readFileSync(path, "utf8"));
  });
  const loadMs = timed(() => {
    for (const path of paths) loadRunRecord(path, services);
  });
  const listMs = timed(() => {
    const runs = paths.map((path) => loadRunHeading(path, services));
    runs.sort((a, b) => (a.started_at < b.started_at ? 1 : -1));
  });
  const line = (what: string, ms: number): string =>
    `${what.padEnd(12)} ${ms.toFixed(0)} ms, ${((ms / count) * 1000).toFixed(0)} µs each, ratio ${(ms / bareMs).toFixed(1)}`;
  console.log(`${count} records of ${sample.length} bytes`);
  console.log([line("JSON.parse", bareMs), line("load", loadMs), line("list", listMs)].join("\n"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function timed(work: () => void): number {
  const begun = performance.now();
  work();
  return performance.now() - begun;
}
