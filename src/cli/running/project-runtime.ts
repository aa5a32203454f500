import { resolve } from "node:path";
import type { CallContext } from "../../builtin/index.ts";
import { type EventLog, type EventLogConfig, EventLogError, eventLogConfig } from "../../eventlog/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { RegistryError, TriggerEventError, type TriggerService, WorkerQueueError } from "../../triggers/index.ts";
import { triggerService } from "../../triggers/key.ts";
import { FloatValue, Raise, show } from "../../value/index.ts";
import type { Machine } from "../../vm/index.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { openEventLog } from "./event-log.ts";
import { projectCode } from "./project-code.ts";
import { openSession, placesOf, type RunPlaces } from "./session.ts";

/** The project of a command, with its triggers installed and its log open. */
export interface ProjectRuntime {
  readonly triggers: TriggerService;
  /** On whose behalf handlers are called. */
  readonly task: CallContext;
  readonly machine: Machine;
  readonly places: RunPlaces;
}

export interface ProjectRuntimeOptions {
  /** The manifest, when it is not the nearest one. */
  readonly manifest?: string;
  /** Where the event log lies, when that is not the project's state folder. */
  readonly stateFolder?: string;
  /** Whether the triggers of the manifest are needed: a command that only reads the log does without. */
  readonly installs: boolean;
}

/** Does something with a project's triggers and their log; all of it is durable when this is done. */
export async function withProject<T>(
  { cwd, environment, output }: CommandContext,
  { manifest, stateFolder, installs }: ProjectRuntimeOptions,
  body: (project: ProjectRuntime) => Promise<T>,
): Promise<T> {
  const found = placesOf(manifest === undefined ? undefined : resolve(cwd, manifest), cwd);
  const places: RunPlaces = manifest === undefined ? found : { ...found, manifest: resolve(cwd, manifest) };
  const triggers = installs ? await projectCode(places, nodeModuleReader({ cwd })) : undefined;
  const variable = (name: string): string | undefined =>
    name === "HARN_STATE_DIR" && stateFolder !== undefined ? stateFolder : environment[name];
  const log = openedLog(eventLogConfig(variable, places.base, resolve));
  const session = openSession({
    cwd,
    argv: [],
    isSandboxed: true,
    places,
    openLog: () => log,
    write: (stream, text) => output.write(stream, text),
    warn: (message) => output.write("stderr", `warning: ${message}\n`),
  });
  try {
    const { machine } = session.runtime;
    await triggers?.install(machine);
    return await inTask(machine, (task) => body({ triggers: machine.service(triggerService), task, machine, places }));
  } catch (error) {
    throw inWords(error);
  } finally {
    await session.close();
  }
}

/** A run makes do without its log; a command that is about it would tell of an empty one. */
function openedLog(config: EventLogConfig): EventLog {
  try {
    return openEventLog(config, Date.now);
  } catch (error) {
    if (!(error instanceof EventLogError)) throw error;
    throw new CommandFailure("event_log", error.message, { cause: error });
  }
}

async function inTask<T>(machine: Machine, body: (task: CallContext) => Promise<T>): Promise<T> {
  let result: { readonly value: T } | undefined;
  await machine.runTask((task) =>
    task.async(async () => {
      result = { value: await body(task) };
      return null;
    }),
  );
  return (result as { readonly value: T }).value;
}

function inWords(error: unknown): unknown {
  const isKnown =
    error instanceof RegistryError || error instanceof TriggerEventError || error instanceof WorkerQueueError;
  if (isKnown) return new CommandFailure("trigger_failed", error.message, { cause: error });
  return error instanceof Raise ? new CommandFailure("trigger_failed", show(error.value), { cause: error }) : error;
}

/** Prints a report as JSON; the commands about triggers have no other form of it. */
export function printJson({ output }: CommandContext, json: unknown): void {
  output.write("stdout", `${JSON.stringify(json, plainNumber, 2)}\n`);
}

function plainNumber(_key: string, value: unknown): unknown {
  if (value instanceof FloatValue) return value.value;
  return typeof value === "bigint" ? Number(value) : value;
}
