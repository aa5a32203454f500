import type { EventLog } from "../../src/eventlog/index.ts";
import { openFileEventLog } from "../../src/host/node/file-log/event-log.ts";
import { openSqliteEventLog } from "../../src/host/node/sqlite/event-log.ts";

export const backends = ["sqlite", "file"] as const;

/** A log of the named backend at a file or folder. */
export function openLog(backend: string, path: string): EventLog {
  const now = Date.now;
  return backend === "file" ? openFileEventLog({ folder: path, now }) : openSqliteEventLog({ path, now });
}
