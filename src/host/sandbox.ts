import { type HostFiles, type HostProcesses, Refusal, whileLocked } from "../builtin/index.ts";

export interface FilePolicy {
  /** Folders inside which everything is allowed. */
  readonly roots: readonly string[];
  /** Folders that may be read as well. */
  readonly readOnlyRoots?: readonly string[];
}

type Access = "read" | "write" | "delete";

/**
 * The same files, confined to the policy's folders. A path is judged by where it really leads: `..` and links are resolved
 * first, and for a path that does not exist yet the folder it would be created in.
 */
export function restrictFiles(files: HostFiles, policy: FilePolicy): HostFiles {
  const writable = policy.roots.map((root) => files.realPath(files.resolve(root)));
  const readable = [...writable, ...(policy.readOnlyRoots ?? []).map((root) => files.realPath(files.resolve(root)))];
  const shownRoots = policy.roots.map((root) => files.resolve(root)).join(", ");

  const check = (path: string, access: Access): string => {
    const absolute = files.resolve(path);
    const real = files.realPath(absolute);
    const roots = access === "read" ? readable : writable;
    if (roots.some((root) => isInside(real, root, files.separator))) return path;
    const message = `attempted to ${access} '${absolute}' outside workspace_roots [${shownRoots}]`;
    throw new Refusal(message, { isAboutPath: true });
  };
  const read = (path: string): string => check(path, "read");
  const write = (path: string): string => check(path, "write");
  /** Removing or renaming a link touches the link, not what it points to: its folder decides. */
  const unlink = (path: string, access: Access): string => {
    const absolute = files.resolve(path);
    check(files.resolve(absolute, ".."), access);
    return isLink(files, absolute) ? path : check(path, access);
  };

  return {
    cwd: files.cwd,
    separator: files.separator,
    get tempFolder() {
      return files.tempFolder;
    },
    get homeFolder() {
      return files.homeFolder;
    },
    resolve: (...parts) => files.resolve(...parts),
    realPath: (path) => files.realPath(path),
    readBytes: (path) => files.readBytes(read(path)),
    readText: (path) => files.readText(read(path)),
    exists: (path) => files.exists(read(path)),
    stat: (path, followLinks) => files.stat(read(path), followLinks),
    list: (path) => files.list(read(path)),
    writeBytes: (path, bytes) => files.writeBytes(write(path), bytes),
    writeText: (path, text) => files.writeText(write(path), text),
    writeAtomic: (path, data, options) => files.writeAtomic(write(path), data, options),
    appendText: (path, text) => files.appendText(write(path), text),
    ...(files.whileLocked && { whileLocked: (path, act) => whileLocked(files, write(path), act) }),
    makeFolder: (path) => files.makeFolder(write(path)),
    remove: (path, options) => files.remove(unlink(path, "delete"), options),
    rename: (from, to) => files.rename(unlink(from, "write"), unlink(to, "write")),
    copy: (from, to) => files.copy(read(from), write(to)),
    makeTempFolder: (prefix) => {
      write(files.tempFolder);
      return files.makeTempFolder(prefix);
    },
  };
}

function isLink(files: HostFiles, path: string): boolean {
  try {
    return files.stat(path, false).kind === "symlink";
  } catch {
    return false;
  }
}

function isInside(path: string, root: string, separator: string): boolean {
  return path === root || path.startsWith(root.endsWith(separator) ? root : root + separator);
}

export interface ProcessPolicy {
  /** Folders a process may start in. What it does from there is the operating system's to confine. */
  readonly roots: readonly string[];
}

/** The same processes, started only inside the policy's folders. */
export function restrictProcesses(processes: HostProcesses, files: HostFiles, policy: ProcessPolicy): HostProcesses {
  const roots = policy.roots.map((root) => files.realPath(files.resolve(root)));
  const shownRoots = policy.roots.map((root) => files.resolve(root)).join(", ");
  const check = <R extends { readonly cwd?: string }>(request: R): R => {
    const folder = files.resolve(request.cwd ?? ".");
    if (roots.some((root) => isInside(files.realPath(folder), root, files.separator))) return request;
    throw new Refusal(`process cwd '${folder}' is outside workspace_roots [${shownRoots}]`, { isAboutPath: false });
  };
  return {
    run: async (request) => await processes.run(check(request)),
    runSync: (request) => processes.runSync(check(request)),
  };
}
