import { readFileSync } from "node:fs";
import { hostError } from "../host/node/errors.ts";
import { hostCapabilities, requirementsOf } from "../lint/index.ts";
import type { Module, ModuleReader } from "../modules/index.ts";
import { PackError } from "./pack-error.ts";

/** A file that a program needs and that is no module of it. */
export interface Asset {
  readonly path: string;
  readonly content: Uint8Array;
}

export interface FoundAssets {
  readonly assets: readonly Asset[];
  /** What looks like a secret and stayed behind, by path. */
  readonly skipped: readonly string[];
}

export interface AssetRules {
  readonly reader: ModuleReader;
  readonly excludesSecrets: boolean;
  /** The path below the project; a `PackError` for what lies outside. */
  readonly place: (path: string) => string;
}

/** Imported files that hold no Harn, and templates whose paths the program has literally, in the order of their paths. */
export function assetsOf(modules: readonly Module[], { excludesSecrets, place, reader }: AssetRules): FoundAssets {
  const imported = modules.filter((module) => !isHarn(module)).map(({ source }) => source.path);
  const rendered = modules.filter(isHarn).flatMap((module) => templatesOf(module, reader));
  const files = new Map([...imported, ...rendered].map((file) => [place(file), file]));
  const paths = [...files.keys()].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  const skipped = excludesSecrets ? paths.filter(looksSecret) : [];
  const kept = paths.filter((path) => !skipped.includes(path));
  return { assets: kept.map((path) => ({ path, content: contentOf(files.get(path) as string) })), skipped };
}

/** Whether a module is one by its name. Anything can be imported; what is no Harn has nothing to offer. */
export function isHarn({ source }: Pick<Module, "source">): boolean {
  return source.path.endsWith(".harn");
}

/** By its path below the project: files of variables, credentials and keys, and whatever lies in `secrets`. */
export function looksSecret(path: string): boolean {
  const parts = path.toLowerCase().split("/");
  const name = parts[parts.length - 1] ?? "";
  return /^(?:\.env(?:\..*)?|credentials.*|.*\.pem|.*\.key)$/.test(name) || parts.slice(0, -1).includes("secrets");
}

function templatesOf(module: Module, reader: ModuleReader): string[] {
  const host = { reader, capabilities: hostCapabilities(), templateProblem: () => undefined };
  return requirementsOf(module, host).assets.flatMap(({ found }) =>
    found === undefined || found.startsWith("std://") ? [] : [found],
  );
}

function contentOf(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new PackError("asset.read_failed", `cannot read ${file}: ${hostError(error).message}`);
  }
}
