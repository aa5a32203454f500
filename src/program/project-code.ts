// What a project's `harn.toml` declares for every run of its programs: `[[triggers]]` and `[[hooks]]`.
import type { FoundManifest } from "../modules/find-manifest.ts";
import type { Manifest, ModuleReader } from "../modules/index.ts";
import { late } from "../modules/late-modules.ts";
import { RegistryError } from "../triggers/bindings/registry.ts";
import { triggerService } from "../triggers/key.ts";
import { ManifestTriggerError } from "../triggers/manifest/table.ts";
import type { Machine } from "../vm/index.ts";
import { compileHooks, installHooks, ManifestHookError } from "./manifest-hooks.ts";
import { compileTriggers, installTriggers } from "./manifest-triggers.ts";

/** A manifest that cannot be read, or declares what makes no sense; the message names it, and the table. */
export class ProjectError extends Error {
  override readonly name = "ProjectError";
  readonly part: "manifest" | "triggers" | "hooks";

  constructor(part: ProjectError["part"], message: string, cause: unknown) {
    super(message, { cause });
    this.part = part;
  }
}

/** Compiled once, installed in the machine of every run before its program starts. A `ProjectError` where that fails. */
export interface ProjectCode {
  install(machine: Machine): Promise<void>;
}

/** Reads and compiles it; undefined when nothing is declared. Throws a `ProjectError`. */
export function compileProject(found: FoundManifest, reader: ModuleReader): ProjectCode | undefined {
  const { raw } = found.manifest;
  if (raw.triggers === undefined && raw.hooks === undefined) return undefined;
  try {
    const triggers = raw.triggers === undefined ? undefined : compileTriggers(found, reader);
    const hooks = raw.hooks === undefined ? undefined : compileHooks(found, reader);
    return {
      async install(machine) {
        try {
          if (triggers !== undefined) await installTriggers(machine, machine.service(triggerService), triggers);
          if (hooks !== undefined) await installHooks(machine, hooks);
        } catch (error) {
          throw named(error);
        }
      },
    };
  } catch (error) {
    throw named(error);
  }
}

/** Reads the manifest and what it declares. Throws a `ProjectError`. */
export function readProject(path: string, reader: ModuleReader): ProjectCode | undefined {
  let manifest: Manifest;
  try {
    manifest = late.manifest().parseManifest(reader.read(path));
  } catch (error) {
    throw new ProjectError(
      "manifest",
      `${path} cannot be read: ${error instanceof Error ? error.message : error}`,
      error,
    );
  }
  return compileProject({ path, manifest }, reader);
}

function named(error: unknown): unknown {
  if (error instanceof ManifestTriggerError || error instanceof RegistryError)
    return new ProjectError("triggers", `failed to install manifest triggers: ${error.message}`, error);
  if (error instanceof ManifestHookError)
    return new ProjectError("hooks", `failed to install manifest hooks: ${error.message}`, error);
  return error;
}
