import { type EventLog, type EventLogConfig, EventLogError, MemoryEventLog } from "../../eventlog/index.ts";
import { openSqliteEventLog } from "../../host/node/sqlite/event-log.ts";

/** Opens the log that the environment asks for. Nothing of a database is loaded before. */
export function openEventLog(config: EventLogConfig, now: () => number): EventLog {
  const { backend, queueDepth, sqlitePath } = config;
  switch (backend) {
    case "memory":
      return new MemoryEventLog({ now, queueDepth });
    case "sqlite":
      return openSqliteEventLog({ path: sqlitePath, now, queueDepth });
    case "file":
      throw new EventLogError("config", "event log backend 'file' is not part of this build; use 'sqlite' or 'memory'");
  }
}
