import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { hostError } from "../host/node/errors.ts";
import { createNodeHost } from "../host/node/index.ts";
import { type RecordServices, runFolderOf } from "../records/index.ts";
import { IdSource } from "../runtime/index.ts";
import { CommandFailure } from "./command-failure.ts";

/** What reading run records takes of this machine. */
export function recordServices(cwd: string): RecordServices {
  const { clock, random, files, environment } = createNodeHost({ cwd });
  const runFolder = runFolderOf((name) => environment.get(name));
  return { ids: new IdSource(clock, random), now: () => clock.now(), files, runFolder };
}

/** The run records of a folder, by name: every `*.json` in it. */
export function recordsIn(folder: string, cwd: string): readonly string[] {
  try {
    return readdirSync(resolve(cwd, folder))
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => join(folder, name));
  } catch (error) {
    throw new CommandFailure("run_folder", `cannot read ${folder}: ${hostError(error).message}`, { cause: error });
  }
}

export function isFolder(path: string, cwd: string): boolean {
  return statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
}
