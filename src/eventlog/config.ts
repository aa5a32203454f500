import { type Durability, defaultQueueDepth } from "./contract.ts";
import { EventLogError } from "./error.ts";

/** Which log a process uses, as its environment says it. */
export interface EventLogConfig {
  readonly backend: "memory" | "file" | "sqlite";
  /** Folder of the file backend. */
  readonly folder: string;
  readonly sqlitePath: string;
  readonly queueDepth: number;
  /** What an acknowledged append survives, for backends on a disk. */
  readonly durability: Exclude<Durability, "none">;
}

type Environment = (name: string) => string | undefined;
type Resolve = (...parts: string[]) => string;

/** The folder that a runtime keeps its own files in. */
export function stateFolderOf(environment: Environment, baseFolder: string, resolve: Resolve): string {
  return pathOf(environment, "HARN_STATE_DIR", baseFolder, resolve) ?? resolve(baseFolder, ".harn");
}

function pathOf(environment: Environment, name: string, baseFolder: string, resolve: Resolve): string | undefined {
  const set = environment(name);
  return set === undefined || set.trim() === "" ? undefined : resolve(baseFolder, set);
}

/** `resolve` makes a path absolute against the base folder, as the host does it. */
export function eventLogConfig(environment: Environment, baseFolder: string, resolve: Resolve): EventLogConfig {
  const stateFolder = stateFolderOf(environment, baseFolder, resolve);
  const path = (name: string, fallback: string): string =>
    pathOf(environment, name, baseFolder, resolve) ?? resolve(stateFolder, fallback);
  return {
    backend: backendOf(environment("HARN_EVENT_LOG_BACKEND")),
    folder: path("HARN_EVENT_LOG_DIR", "events"),
    sqlitePath: path("HARN_EVENT_LOG_SQLITE_PATH", "events.sqlite"),
    queueDepth: queueDepthOf(environment("HARN_EVENT_LOG_QUEUE_DEPTH")),
    durability: durabilityOf(environment("HARN_EVENT_LOG_DURABILITY")),
  };
}

function backendOf(name: string | undefined): EventLogConfig["backend"] {
  if (name === undefined) return "sqlite";
  const backend = name.trim().toLowerCase();
  if (backend === "memory" || backend === "file" || backend === "sqlite") return backend;
  throw new EventLogError("config", `unsupported event log backend '${backend}'`);
}

function durabilityOf(name: string | undefined): EventLogConfig["durability"] {
  const level = name?.trim().toLowerCase() ?? "";
  if (level === "") return "power_loss";
  if (level === "power_loss" || level === "process_crash") return level;
  throw new EventLogError(
    "config",
    `unsupported event log durability '${level}'; expected 'power_loss' or 'process_crash'`,
  );
}

/** Not trimmed first: ` 5` is no number here. */
function queueDepthOf(text: string | undefined): number {
  if (text === undefined || !/^\+?\d+$/.test(text)) return defaultQueueDepth;
  return Math.max(1, Number(text));
}
