import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { ModuleReader } from "../../modules/index.ts";
import type { CompiledProgram } from "../../program/compile-program.ts";
import type { Observation } from "../../program/observed-reader.ts";
import {
  type RunnableProgram,
  restoreProgram,
  type StoredProgram,
  storeProgram,
} from "../../program/stored-program.ts";
import { fingerprint, type Source } from "../../text/index.ts";
import type { CommandContext } from "../context.ts";
import { runFindings } from "./findings.ts";

/**
 * Programs that were compiled before, one file each in the user's cache. A file is only ever a copy of what compiling would
 * give: whatever is wrong with it, or with the folder, the program is compiled.
 */
interface CacheFile {
  /** Which build of this command wrote it. */
  readonly build: string;
  readonly program: StoredProgram;
}

/** Set where the command is bundled. From its sources nothing tells one state of them from another: no cache then. */
declare const HARN_BUILD: string | undefined;

type Place = Pick<CommandContext, "environment" | "cwd">;

/** Other implementations keep theirs in the same folder. */
const suffix = ".harn.json";

/** A folder that holds more than this many programs loses its older half. */
const capacity = 2000;

/** The program as it was compiled before, if nothing that decided about it has changed. */
export function findProgram(entry: Source, reader: ModuleReader, place: Place): RunnableProgram | undefined {
  const file = cacheFile(entry.path, place);
  if (file === undefined) return undefined;
  try {
    const { build, program } = JSON.parse(readFileSync(file, "utf8")) as CacheFile;
    return build === HARN_BUILD ? restoreProgram(program, entry, reader) : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a program for later starts, where that can be done. */
export function keepProgram(program: CompiledProgram, observations: readonly Observation[], place: Place): void {
  const file = cacheFile(program.graph.entry.source.path, place);
  if (file === undefined) return;
  const temporary = `${file}.${process.pid}`;
  try {
    const kept: CacheFile = {
      build: HARN_BUILD as string,
      program: storeProgram(program, runFindings(program), observations),
    };
    const folder = cacheFolder(place) as string;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeRoom(folder);
    writeFileSync(temporary, JSON.stringify(kept), { mode: 0o600 });
    renameSync(temporary, file);
  } catch {
    discard(temporary);
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // Nor can it be there, then.
  }
}

/** Two paths that share a name overwrite each other: the path itself is compared as well. */
function cacheFile(path: string, place: Place): string | undefined {
  const folder = cacheFolder(place);
  return folder && join(folder, `${fingerprint(resolve(place.cwd, path))}${suffix}`);
}

/** `HARN_BYTECODE_CACHE=0` turns the cache off (cli-and-config). */
function cacheFolder({ environment }: Place): string | undefined {
  if (typeof HARN_BUILD === "undefined" || /^(?:0|false|no|off)$/i.test(environment.HARN_BYTECODE_CACHE ?? "")) return;
  if (environment.HARN_CACHE_DIR) return environment.HARN_CACHE_DIR;
  if (environment.XDG_CACHE_HOME) return join(environment.XDG_CACHE_HOME, "harn", "bytecode");
  return environment.HOME ? join(environment.HOME, ".cache", "harn", "bytecode") : undefined;
}

function makeRoom(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.endsWith(suffix));
  if (names.length <= capacity) return;
  const aged = names.map((name) => ({ name, written: statSync(join(folder, name)).mtimeMs }));
  aged.sort((a, b) => a.written - b.written);
  for (const { name } of aged.slice(0, capacity / 2)) rmSync(join(folder, name), { force: true });
}
