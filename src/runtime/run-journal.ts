import type { Host, HostFiles } from "../builtin/index.ts";
import type { EventLog, RunEvent } from "../eventlog/index.ts";
import type { Turns } from "../vm/index.ts";

/**
 * Stands between a runtime and everything outside of it, to write down what crosses or to answer from what was written
 * (`journal/`). Most runs have none, and load nothing for it.
 */
export interface RunJournal {
  host(host: Host): Host;
  /** Files beside the program's own. */
  files(files: HostFiles): HostFiles;
  /** The log that `open` opens, as the program sees it. */
  log(open: () => EventLog): EventLog;
  readonly turns: Turns;
  /** Sees every event of the run. */
  witness(event: RunEvent): void;
  /** Whether `durable()` would have nothing to wait for. */
  readonly isDurable: boolean;
  /** Resolves when everything that was written down survives. */
  durable(): Promise<void>;
}
