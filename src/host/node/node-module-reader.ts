import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { ModuleReader } from "../../modules/index.ts";
import { hostError, translated } from "./errors.ts";
import { textOfUtf8 } from "./utf8.ts";

export interface NodeModuleReaderOptions {
  /** What relative paths start from; the process's own working directory otherwise. */
  readonly cwd?: string;
  /** The folder of the `std/` modules, when it is not the one beside the program. */
  readonly stdFolder?: string;
}

/** Modules as files. Sources of `std/` are read when a program first imports them. */
export function nodeModuleReader({ cwd, stdFolder }: NodeModuleReaderOptions = {}): ModuleReader {
  const at = (path: string): string => (cwd === undefined ? path : resolve(cwd, path));
  let std = stdFolder;
  return {
    read: (path) => readText(at(path)),
    exists: (path) => existsSync(at(path)),
    isFolder: (path) => statSync(at(path), { throwIfNoEntry: false })?.isDirectory() ?? false,
    realPath: (path) => translated(() => realpathSync(at(path))),
    dirname,
    join,
    stdSource: (name) => {
      std ??= findStdFolder();
      return /^[A-Za-z0-9_]+(?:\/[A-Za-z0-9_]+)*$/.test(name) ? readIfThere(join(std, `${name}.harn`)) : undefined;
    },
  };
}

function readText(path: string): string {
  const bytes = translated(() => readFileSync(path));
  const text = textOfUtf8(bytes, { keepsMark: false });
  if (text === undefined) throw new Error("stream did not contain valid UTF-8");
  return text;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hostError(error).code === "ENOENT") return undefined;
    throw hostError(error);
  }
}

/** Beside the bundle, or one above its chunks; in the source tree, the standard library's own folder. */
/** `text`, `agent/loop` …: the names of the `std/` modules, sorted. */
export function stdModuleNames(folder = findStdFolder()): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".harn"))
    .map((path) => path.slice(0, -".harn".length).replaceAll("\\", "/"))
    .sort();
}

function findStdFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, "stdlib"), join(here, "..", "stdlib"), join(here, "..", "..", "stdlib", "lib")];
  const found = candidates.find((folder) => existsSync(folder));
  if (found === undefined)
    throw new Error(`the std/ modules are not where this installation keeps them (${candidates[0]})`);
  return found;
}
