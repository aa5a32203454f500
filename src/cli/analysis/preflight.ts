import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { hostError } from "../../host/node/errors.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { hostCapabilities, type PreflightHost, type PreflightOptions } from "../../lint/index.ts";
import type { CheckSection, FoundManifest, Module } from "../../modules/index.ts";
import { templateProblem } from "../../stdlib/host/index.ts";
import { CommandFailure } from "../command-failure.ts";

/** What the command line says about preflight; the manifest says the rest. */
export interface PreflightFlags {
  readonly severity: PreflightOptions["severity"];
  readonly capabilitiesFile: string | undefined;
  readonly bundleRoot: string | undefined;
}

export function preflightHost(manifest: FoundManifest | undefined, flags: PreflightFlags): PreflightHost {
  const folder = manifest === undefined ? undefined : dirname(manifest.path);
  const check = manifest?.manifest.check;
  const below = (path: string | undefined): string | undefined => path && resolve(folder ?? ".", path);
  const declared = [below(check?.hostCapabilitiesPath), flags.capabilitiesFile]
    .filter((path) => path !== undefined)
    .map(readCapabilities);
  return {
    reader: nodeModuleReader(),
    capabilities: hostCapabilities(check?.hostCapabilities, ...declared),
    templateProblem,
    bundleRoot: flags.bundleRoot === undefined ? below(check?.bundleRoot) : resolve(flags.bundleRoot),
  };
}

export function preflightOptions(check: CheckSection | undefined, flags: PreflightFlags): PreflightOptions {
  return {
    severity: flags.severity ?? check?.preflightSeverity ?? "error",
    allow: check?.preflightAllow ?? [],
  };
}

/** A table of capabilities, as JSON. */
export function readCapabilities(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : hostError(error).message;
    throw new CommandFailure("host_capabilities_unreadable", `cannot read host capabilities from ${path}: ${reason}`);
  }
}

/** Modules of the standard library are ours to keep right. */
export function isStandard({ id }: Module): boolean {
  return id.startsWith("<stdlib>/");
}
