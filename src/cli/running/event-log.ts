import { type EventLog, type EventLogConfig, MemoryEventLog } from "../../eventlog/index.ts";
import { openFileEventLog } from "../../host/node/file-log/event-log.ts";
import { nodeSha256 } from "../../host/node/sha256.ts";
import { openSqliteEventLog } from "../../host/node/sqlite/event-log.ts";

/** Opens the log that the environment asks for. Nothing of a database is loaded before. */
export function openEventLog(config: EventLogConfig, now: () => number): EventLog {
  const { backend, durability, folder, queueDepth, sqlitePath } = config;
  switch (backend) {
    case "memory":
      return new MemoryEventLog({ now, queueDepth, sha256: nodeSha256 });
    case "sqlite":
      return openSqliteEventLog({ path: sqlitePath, now, queueDepth, durability });
    case "file":
      return openFileEventLog({ folder, now, queueDepth, durability });
  }
}
