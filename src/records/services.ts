import type { HostFiles } from "../builtin/index.ts";
import type { ActiveLog } from "../eventlog/index.ts";
import type { IdSource } from "../runtime/ids.ts";

/** What making, keeping and finding run records needs of a runtime. */
export interface RecordServices {
  readonly ids: IdSource;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly files: HostFiles;
  /** Where records go that have no path of their own, as paths will show it: `.harn-runs`. */
  readonly runFolder: string;
  /** Questions to humans are read from it, and saved runs are announced on it. */
  readonly log?: ActiveLog;
}

/** The run folder that the environment names, or the default one. */
export function runFolderOf(environment: (name: string) => string | undefined): string {
  const named = environment("HARN_RUN_DIR");
  return named === undefined || named.trim() === "" ? ".harn-runs" : named;
}
