import { declare, type FileStat, HostError, type HostFiles } from "../../../builtin/index.ts";
import { joinPath } from "../path-text.ts";

export const fs = declare("fs");

/** The path as messages show it: under the working folder, otherwise as it was given. */
export function at(files: HostFiles, path: string): string {
  return joinPath(files.cwd, path);
}

/** `undefined` when there is nothing. A policy's refusal passes through. */
export function kindOf(files: HostFiles, path: string, followLinks: boolean): FileStat["kind"] | undefined {
  try {
    return files.stat(path, followLinks).kind;
  } catch (error) {
    if (error instanceof HostError && error.code === "ENOENT") return undefined;
    throw error;
  }
}
