import { type Raise, runtimeError, typeName, type Value } from "../../../value/index.ts";
import { encodeUtf8 } from "../../utf8.ts";
import { asDict, intOf } from "../options.ts";

/** A file of an archive. */
export interface ArchiveEntry {
  readonly path: string;
  readonly content: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

export const defaultMode = 0o644;

/** Text as UTF-8, bytes as they are. */
export function contentBytes(value: Value | undefined): Uint8Array | undefined {
  if (typeof value === "string") return encodeUtf8(value);
  return typeof value === "object" && value !== null && value.kind === "bytes" ? value.bytes : undefined;
}

/** The entries that a program hands to `tar_create` and `zip_create`. */
export function entriesOf(builtin: string, value: Value | undefined): readonly ArchiveEntry[] {
  const fail = (message: string): Raise => runtimeError(`${builtin}: ${message}`);
  if (value === undefined) throw fail("missing argument 1");
  if (typeof value !== "object" || value === null || value.kind !== "list")
    throw fail(`entries must be a list, got ${typeName(value)}`);
  return value.view().map((item, at) => entryOf(item, (message) => fail(`entry ${at + 1} ${message}`)));
}

function entryOf(item: Value, fail: (message: string) => Raise): ArchiveEntry {
  const entry = asDict(item);
  const path = entry?.get("path");
  if (path === undefined) throw fail("is missing path");
  if (typeof path !== "string") throw fail(`path must be a string, got ${typeName(path)}`);
  if (path === "") throw fail("path must not be empty");
  const given = entry?.get("content");
  if (given === undefined) throw fail("is missing content");
  const content = contentBytes(given);
  if (content === undefined) throw fail(`content must be bytes or string, got ${typeName(given)}`);
  return { path, content, mode: modeOf(entry?.get("mode") ?? null, fail) };
}

function modeOf(value: Value, fail: (message: string) => Raise): number {
  if (value === null) return defaultMode;
  const mode = intOf(value);
  if (mode === undefined) throw fail(`mode must be an int, got ${typeName(value)}`);
  if (mode < 0 || mode > 0o7777) throw fail("mode must be between 0 and 4095");
  return mode;
}
