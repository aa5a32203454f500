import {
  appendFileSync,
  closeSync,
  copyFileSync,
  type Dirent,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { type FileStat, HostError, type HostFiles } from "../../builtin/index.ts";
import { hostError, translated } from "./errors.ts";
import { late } from "./late-modules.ts";
import { lazy } from "./lazy-modules.ts";
import { textOfUtf8 } from "./utf8.ts";

/** Files of this machine. Relative paths are relative to `cwd`, whatever the process's own working directory becomes later. */
export function nodeFiles(cwd: string): HostFiles {
  const at = (path: string): string => resolve(cwd, path);
  return {
    cwd,
    separator: sep === "\\" ? "\\" : "/",
    get tempFolder() {
      return lazy.os.tmpdir();
    },
    get homeFolder() {
      return lazy.os.homedir() || undefined;
    },
    resolve: (...parts) => resolve(cwd, ...parts),
    readBytes: (path) => translated(() => new Uint8Array(readFileSync(at(path)))),
    readText: (path) => readText(at(path)),
    writeBytes: (path, bytes) => translated(() => writeFileSync(at(path), bytes)),
    writeText: (path, text) => translated(() => writeFileSync(at(path), text)),
    writeAtomic: (path, data, options) => translated(() => writeAtomic(at(path), data, options?.isOwnerOnly === true)),
    appendText: (path, text) => translated(() => appendFileSync(at(path), text)),
    whileLocked: (path, act) => withLock(at(path), act),
    exists: (path) => existsSync(at(path)),
    stat: (path, followLinks) => translated(() => describe((followLinks ? statSync : lstatSync)(at(path)))),
    list: (path) => translated(() => readdirSync(at(path), { withFileTypes: true }).map(entryOf)),
    makeFolder: (path) => translated(() => void mkdirSync(at(path), { recursive: true })),
    remove: (path, options) => translated(() => remove(at(path), options.recursive)),
    rename: (from, to) => translated(() => renameSync(at(from), at(to))),
    copy: (from, to) => translated(() => copy(at(from), at(to))),
    realPath: (path) => realPath(at(path)),
    makeTempFolder: (prefix) => translated(() => mkdtempSync(join(lazy.os.tmpdir(), prefix))),
  };
}

/** Node's own decoding is the fastest. It puts this character where bytes are no text, and then they are looked at. */
const replacement = "\ufffd";

function readText(path: string): string {
  const text = translated(() => readFileSync(path, "utf8"));
  return text.includes(replacement) ? decodeText(translated(() => readFileSync(path))) : text;
}

function decodeText(bytes: Buffer): string {
  const text = textOfUtf8(bytes, { keepsMark: true });
  if (text === undefined) throw new HostError("EILSEQ", "stream did not contain valid UTF-8");
  return text;
}

/** The lock is a file of its own beside the path, and stays: taking it away would let a second process in beside one that waits. */
function withLock<T>(path: string, act: () => T): T {
  const lock = translated(() => {
    mkdirSync(dirname(path), { recursive: true });
    return new (late.fileLock().LogLock)(`${path}.lock`);
  });
  try {
    lock.acquire();
  } catch (cause) {
    lock.close();
    throw new HostError("EBUSY", `another process holds \`${path}.lock\`, or it cannot be opened`, { cause });
  }
  try {
    return act();
  } finally {
    lock.release();
    lock.close();
  }
}

/**
 * Readers see the old file or the new one, and after this returns a power cut cannot undo it: the data is synced before
 * the rename makes it visible, the folder afterwards.
 */
function writeAtomic(path: string, data: string | Uint8Array, isOwnerOnly: boolean): void {
  const target = existsSync(path) ? realpathSync(path) : path;
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${lazy.crypto.randomBytes(6).toString("hex")}.tmp`);
  const mode = isOwnerOnly ? 0o600 : existsSync(target) ? statSync(target).mode & 0o7777 : 0o666;
  try {
    const file = openSync(temporary, "wx", mode);
    try {
      writeFileSync(file, data);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** Windows cannot open a folder, and some file systems refuse to sync one: the rename is as durable there as it gets. */
function syncFolder(folder: string): void {
  let handle: number;
  try {
    handle = openSync(folder, "r");
  } catch {
    return;
  }
  try {
    fsyncSync(handle);
  } catch {
    return;
  } finally {
    closeSync(handle);
  }
}

function remove(path: string, recursive: boolean): void {
  if (lstatSync(path).isDirectory()) rmSync(path, { recursive, force: false });
  else unlinkSync(path);
}

function copy(from: string, to: string): void {
  if (!statSync(from).isFile()) {
    throw new HostError("EINVAL", "the source path is neither a regular file nor a symlink to a regular file");
  }
  copyFileSync(from, to);
}

/**
 * Links resolved as far as the path exists, the rest appended. A link to something that does not exist yet is followed
 * too: writing through it would create its target.
 */
function realPath(path: string, linksLeft = 40): string {
  try {
    // Asked first, since many paths are looked for that are not there, and an error costs more than the question.
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return belowParent(path, linksLeft);
    return realpathSync.native(path);
  } catch (error) {
    if (hostError(error).code !== "ENOENT" || linksLeft === 0) return path;
    const target = linkTarget(path);
    return target === undefined
      ? belowParent(path, linksLeft)
      : realPath(resolve(dirname(path), target), linksLeft - 1);
  }
}

function belowParent(path: string, linksLeft: number): string {
  const parent = dirname(path);
  return parent === path ? path : join(realPath(parent, linksLeft), basename(path));
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function kindOf(entry: Dirent | Stats): FileStat["kind"] {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "symlink" : "other";
}

function entryOf(entry: Dirent): { name: string; kind: FileStat["kind"] } {
  return { name: entry.name, kind: kindOf(entry) };
}

function describe(stats: Stats): FileStat {
  return {
    kind: kindOf(stats),
    size: stats.size,
    modified: stats.mtimeMs,
    created: stats.birthtimeMs,
    mode: stats.mode,
  };
}
