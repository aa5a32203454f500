import { readManifest } from "../../modules/find-manifest.ts";
import type { ModuleReader } from "../../modules/index.ts";
import { type Observation, observeReader } from "../../program/observed-reader.ts";
import { triggerService } from "../../triggers/key.ts";
import type { Machine } from "../../vm/index.ts";
import { CommandFailure } from "../command-failure.ts";
import type { RunPlaces } from "./session.ts";

/** The triggers of a project, ready for a run. */
export interface ProjectTriggers {
  /** What decided how they came out; a recording keeps it. */
  readonly observations: readonly Observation[];
  readonly install: (machine: Machine) => Promise<void>;
}

/** What `[[triggers]]` of the project's manifest declares; undefined when it declares none. */
export async function projectTriggers(
  { manifest: path }: Pick<RunPlaces, "manifest">,
  reader: ModuleReader,
): Promise<ProjectTriggers | undefined> {
  if (path === undefined) return undefined;
  const observed = observeReader(reader);
  const manifest = readManifest(path, observed.reader);
  if (manifest?.raw.triggers === undefined) return undefined;
  // The front end is loaded only where there is something to compile.
  const { compileTriggers, installTriggers, ManifestTriggerError, RegistryError } = await import("./trigger-code.ts");
  const failed = (error: unknown): unknown =>
    error instanceof ManifestTriggerError || error instanceof RegistryError
      ? new CommandFailure("manifest_triggers", `failed to install manifest triggers: ${error.message}`)
      : error;
  try {
    const compiled = compileTriggers({ path, manifest }, observed.reader);
    return {
      observations: observed.observations,
      async install(machine) {
        try {
          await installTriggers(machine, machine.service(triggerService), compiled);
        } catch (error) {
          throw failed(error);
        }
      },
    };
  } catch (error) {
    throw failed(error);
  }
}
