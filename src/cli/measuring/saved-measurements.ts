import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { CommandFailure } from "../command-failure.ts";

/** Writes the document of `--profile-json`; `file` is relative to the working directory. */
export function saveMeasurements(file: string, data: unknown, cwd: string): void {
  const path = resolve(cwd, file);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(data, null, 2)}\n`);
  } catch (error) {
    throw new CommandFailure("bench_save", `cannot write ${path}: ${hostError(error).message}`, { cause: error });
  }
}
