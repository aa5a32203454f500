import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hostError } from "../host/node/errors.ts";
import { CommandFailure } from "./command-failure.ts";

/**
 * The files that targets stand for: a file for itself, a folder for the programs below it, sorted and each once. What is no
 * program is left out without a word, as are programs beside a `.conformance-skip` of their name.
 */
export function findPrograms(targets: readonly string[], extensions: readonly string[] = [".harn"]): readonly string[] {
  return programsAt(targets, isFolder, extensions);
}

/** The same, where a target that is not there passes for a file, so that reading it says what is wrong with it. */
export function listPrograms(targets: readonly string[], extensions: readonly string[] = [".harn"]): readonly string[] {
  return programsAt(targets, (target) => existsSync(target) && isFolder(target), extensions);
}

function programsAt(
  targets: readonly string[],
  isDirectory: (target: string) => boolean,
  extensions: readonly string[],
): readonly string[] {
  const found = targets.flatMap((target) => (isDirectory(target) ? programsBelow(target, extensions) : [target]));
  return [...new Set(found)].filter((path) => extensions.some((extension) => path.endsWith(extension))).sort();
}

export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw new CommandFailure("read_failed", `cannot read ${path}: ${hostError(error).message}`);
  }
}

/** Every program below a folder, in path order. Links to folders are not followed: they may lead back up. */
export function programsBelow(folder: string, extensions: readonly string[] = [".harn"]): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...programsBelow(path, extensions));
    else if (extensions.some((extension) => entry.name.endsWith(extension)) && !isSkipped(path)) found.push(path);
  }
  return found.sort();
}

function isSkipped(path: string): boolean {
  return existsSync(path.replace(/\.harn$/, ".conformance-skip"));
}
