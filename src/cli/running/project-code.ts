import { readManifest } from "../../modules/find-manifest.ts";
import type { ModuleReader } from "../../modules/index.ts";
import { type Observation, observeReader } from "../../program/observed-reader.ts";
import type { Machine } from "../../vm/index.ts";
import { CommandFailure } from "../command-failure.ts";
import type { RunPlaces } from "./session.ts";

/** The triggers and hooks of a project, ready for a run. */
export interface ProjectCode {
  /** What decided how they came out; a recording keeps it. */
  readonly observations: readonly Observation[];
  readonly install: (machine: Machine) => Promise<void>;
}

/** What `[[triggers]]` and `[[hooks]]` of the project's manifest declare; undefined when it declares none. */
export async function projectCode(
  { manifest: path }: Pick<RunPlaces, "manifest">,
  reader: ModuleReader,
): Promise<ProjectCode | undefined> {
  if (path === undefined) return undefined;
  const observed = observeReader(reader);
  const manifest = readManifest(path, observed.reader);
  if (manifest?.raw.triggers === undefined && manifest?.raw.hooks === undefined) return undefined;
  // The front end is loaded only where there is something to compile.
  const code = await import("./manifest-code.ts");
  const failed = (error: unknown): unknown =>
    error instanceof code.ProjectError ? new CommandFailure(`manifest_${error.part}`, error.message) : error;
  try {
    const compiled = code.compileProject({ path, manifest }, observed.reader);
    return {
      observations: observed.observations,
      async install(machine) {
        try {
          await compiled?.install(machine);
        } catch (error) {
          throw failed(error);
        }
      },
    };
  } catch (error) {
    throw failed(error);
  }
}
