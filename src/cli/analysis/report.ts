/** What `check` and `lint` say alike about the files that they looked at. */
import { type Diagnostic, renderDiagnostics } from "../../diagnostics/index.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { paletteFor } from "../palette.ts";

export type FileStatus = "ok" | "warning" | "error";

export function statusOf(diagnostics: readonly Diagnostic[]): FileStatus {
  if (diagnostics.some(({ severity }) => severity === "error")) return "error";
  return diagnostics.length > 0 ? "warning" : "ok";
}

/** One file of a JSON document. */
export interface FileReport {
  readonly path: string;
  readonly status: FileStatus;
  readonly diagnostics: readonly unknown[];
}

/** How many files there are of each status, and how many findings in all. */
export function summaryOf(files: readonly FileReport[]) {
  const count = (status: FileStatus): number => files.filter((file) => file.status === status).length;
  return {
    ok: count("ok"),
    warnings: count("warning"),
    errors: count("error"),
    diagnostics: files.reduce((sum, { diagnostics }) => sum + diagnostics.length, 0),
  };
}

/** A file that could not be read, beside those that could. */
export function unreadFile(path: string, { message }: CommandFailure): FileReport {
  return { path, status: "error", diagnostics: [{ source: "io", severity: "error", message }] };
}

/** Runs a step for each path, and keeps the failure of a file that cannot be read apart where one document tells of all. */
export function eachReadable<T>(
  paths: readonly string[],
  isJson: boolean,
  step: (path: string) => T,
): { readonly done: ReadonlyMap<string, T>; readonly unread: readonly FileReport[] } {
  const done = new Map<string, T>();
  const unread: FileReport[] = [];
  for (const path of paths) {
    try {
      done.set(path, step(path));
    } catch (error) {
      if (!isJson || !(error instanceof CommandFailure) || error.code !== "read_failed") throw error;
      unread.push(unreadFile(path, error));
    }
  }
  return { done, unread };
}

export function tellFindings(diagnostics: readonly Diagnostic[], context: CommandContext): void {
  context.output.write("stderr", renderDiagnostics(diagnostics, paletteFor(context)));
}

/** A command line that names nothing to look at: exit 2 for people, an envelope for programs. */
export function complaint(isJson: boolean, code: string, message: string): Error {
  return isJson ? new CommandFailure(code, message) : new UsageError(message);
}

export const noTarget = "the following required argument was not provided: <TARGET>";
