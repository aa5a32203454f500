import { ActiveLog, MemoryEventLog } from "../../eventlog/index.ts";
import { memoryHost } from "../../host/testing/index.ts";
import { IdSource } from "../../runtime/index.ts";
import type { RecordServices } from "../services.ts";

/** Everything in memory, with a clock that stands still. */
export function testServices(files: Readonly<Record<string, string>> = {}) {
  const now = Date.UTC(2026, 1, 3, 4, 5, 6);
  const host = memoryHost({ now, files });
  const memory = new MemoryEventLog({ now: () => now });
  const log = new ActiveLog({ now: () => now, onOpenFailure: () => {} });
  log.install(memory);
  const services = {
    ids: new IdSource(host.clock, host.random),
    now: () => now,
    files: host.files,
    runFolder: ".harn-runs",
    log,
  } satisfies RecordServices;
  return { services, files: host.files, memory };
}
