import { ActiveLog, type EventLog } from "../eventlog/index.ts";
import { late } from "../eventlog/late-modules.ts";
import type { AppendGate } from "../runtime/index.ts";
import { messageOf } from "../text/index.ts";
import type { OpenRuntime, RuntimeSettings } from "./runtime-settings.ts";

/** The log of a run, and what has to wait for it: output for all of it, the outside for its appends. */
export interface RunLog extends Pick<OpenRuntime, "log" | "gate"> {
  readonly appends: AppendGate;
}

export function openRunLog(settings: RuntimeSettings, now: () => number, warn: (message: string) => void): RunLog {
  const log = new ActiveLog({
    now,
    onOpenFailure: (error) => warn(`the event log could not be opened: ${messageOf(error)}`),
  });
  const { journal, openLog } = settings;
  if (openLog === undefined || journal === undefined) {
    log.installLazily(openLog ?? (() => inMemory(now)));
    return { log, gate: journal ?? log, appends: log };
  }
  let real: EventLog | undefined;
  log.installLazily(() => journal.log(() => (real = openLog())));
  // The outside waits for the log itself: how long that takes is no part of the run.
  const appends: AppendGate = {
    get isDurable() {
      return real?.isDurable ?? true;
    },
    durable: async () => await real?.durable(),
    durableNow: () => real?.durableNow(),
  };
  const gate: OpenRuntime["gate"] = {
    get isDurable() {
      return journal.isDurable && appends.isDurable;
    },
    async durable() {
      await journal.durable();
      await appends.durable();
    },
  };
  return { log, gate, appends };
}

function inMemory(now: () => number): EventLog {
  const { MemoryEventLog } = late.memoryLog();
  return new MemoryEventLog({ now, queueDepth: 64 });
}
