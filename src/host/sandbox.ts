import { HostError, type HostFiles, type HostHttp, type HostProcesses, type HttpRequest } from "../builtin/index.ts";

/** `HostError.code` of a refused path, host or command: not the system's answer but a policy's. */
export const refusedCode = "EREFUSED";

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
    throw new HostError(refusedCode, `attempted to ${access} '${absolute}' outside workspace_roots [${shownRoots}]`);
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
    tempFolder: files.tempFolder,
    homeFolder: files.homeFolder,
    resolve: (...parts) => files.resolve(...parts),
    realPath: (path) => files.realPath(path),
    readBytes: (path) => files.readBytes(read(path)),
    readText: (path) => files.readText(read(path)),
    exists: (path) => files.exists(read(path)),
    stat: (path, followLinks) => files.stat(read(path), followLinks),
    list: (path) => files.list(read(path)),
    writeBytes: (path, bytes) => files.writeBytes(write(path), bytes),
    writeText: (path, text) => files.writeText(write(path), text),
    writeAtomic: (path, data) => files.writeAtomic(write(path), data),
    appendText: (path, text) => files.appendText(write(path), text),
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

/** Decides about one request before it leaves: the reason for a refusal, or `undefined`. */
export type HttpJudge = (request: HttpRequest) => string | undefined;

/** The same network, with each request judged first. A redirect is a request of its own, so redirects are followed here. */
export function restrictHttp(http: HostHttp, judge: HttpJudge, maxRedirects = 10): HostHttp {
  return {
    async send(request) {
      let current = request;
      for (let followed = 0; ; followed++) {
        const refusal = judge(current);
        if (refusal !== undefined) throw new HostError(refusedCode, refusal);
        const response = await http.send({ ...current, followRedirects: false });
        const location = response.headers.location;
        const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
        if (request.followRedirects === false || !isRedirect) return response;
        if (followed === maxRedirects) throw new HostError("ELOOP", `too many redirects for url (${request.url})`);
        current = redirected(current, response.status, new URL(location, current.url).href);
      }
    },
  };
}

/** The next request as browsers make it: a changed method has no body, another origin gets no credentials. */
function redirected(request: HttpRequest, status: number, url: string): HttpRequest {
  const becomesGet = (status === 303 && request.method !== "HEAD") || (status <= 302 && request.method === "POST");
  const staysHome = new URL(url).origin === new URL(request.url).origin;
  const dropped = new Set([
    ...(becomesGet ? ["content-type", "content-length", "content-encoding"] : []),
    ...(staysHome ? [] : ["authorization", "cookie", "proxy-authorization"]),
  ]);
  const { body, ...rest } = request;
  return {
    ...rest,
    url,
    method: becomesGet ? "GET" : request.method,
    headers: Object.fromEntries(Object.entries(request.headers).filter(([name]) => !dropped.has(name.toLowerCase()))),
    ...(becomesGet || body === undefined ? {} : { body }),
  };
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
    throw new HostError(refusedCode, `process cwd '${folder}' is outside workspace_roots [${shownRoots}]`);
  };
  return {
    run: async (request) => await processes.run(check(request)),
    runSync: (request) => processes.runSync(check(request)),
  };
}
