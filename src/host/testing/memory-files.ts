import { type FileStat, type HostClock, HostError, type HostFiles } from "../../builtin/index.ts";

type Node =
  | { readonly kind: "file"; bytes: Uint8Array; modified: number; readonly mode?: number }
  | { readonly kind: "directory"; modified: number }
  | { readonly kind: "symlink"; readonly target: string };

const messages = {
  ENOENT: "No such file or directory (os error 2)",
  EEXIST: "File exists (os error 17)",
  ENOTDIR: "Not a directory (os error 20)",
  EISDIR: "Is a directory (os error 21)",
  EINVAL: "Invalid argument (os error 22)",
  ENAMETOOLONG: "File name too long (os error 36)",
  ENOTEMPTY: "Directory not empty (os error 39)",
  ELOOP: "Too many levels of symbolic links (os error 40)",
} as const;

/** What POSIX systems allow a path, with the byte that ends it. Counted in characters here. */
const longestPath = 4096;

/** A POSIX file tree in memory, with links, and with the errors of the real one. */
export class MemoryFiles implements HostFiles {
  readonly separator = "/";
  readonly tempFolder = "/tmp";
  readonly homeFolder = "/home/user";
  readonly cwd: string;
  readonly #nodes = new Map<string, Node>();
  readonly #clock: Pick<HostClock, "now">;
  #tempCount = 0;

  constructor(
    files: Readonly<Record<string, string>> = {},
    cwd = "/desk",
    clock: Pick<HostClock, "now"> = { now: () => 0 },
  ) {
    this.cwd = cwd;
    this.#clock = clock;
    this.#nodes.set("/", { kind: "directory", modified: 0 });
    for (const folder of [cwd, this.tempFolder]) this.makeFolder(folder);
    for (const [path, text] of Object.entries(files)) {
      this.makeFolder(parentOf(this.resolve(path)));
      this.writeText(path, text);
    }
  }

  resolve(...parts: string[]): string {
    const segments: string[] = [];
    for (const part of [this.cwd, ...parts]) {
      if (part.startsWith("/")) segments.length = 0;
      for (const segment of part.split("/")) {
        if (segment === "..") segments.pop();
        else if (segment !== "" && segment !== ".") segments.push(segment);
      }
    }
    return `/${segments.join("/")}`;
  }

  readBytes(path: string): Uint8Array {
    const node = this.#existing(path);
    if (node.kind === "directory") throw failure("EISDIR");
    return node.bytes.slice();
  }

  readText(path: string): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.readBytes(path));
    } catch (error) {
      if (error instanceof HostError) throw error;
      throw new HostError("EILSEQ", "stream did not contain valid UTF-8");
    }
  }

  writeBytes(path: string, bytes: Uint8Array): void {
    const real = this.#writable(path);
    if (this.#nodes.get(real)?.kind === "directory") throw failure("EISDIR");
    this.#nodes.set(real, { kind: "file", bytes: bytes.slice(), modified: this.#clock.now() });
  }

  writeText(path: string, text: string): void {
    this.writeBytes(path, new TextEncoder().encode(text));
  }

  writeAtomic(path: string, data: string | Uint8Array, options?: { readonly isOwnerOnly?: boolean }): void {
    if (typeof data === "string") this.writeText(path, data);
    else this.writeBytes(path, data);
    const node = this.#existing(path);
    if (options?.isOwnerOnly === true) this.#nodes.set(this.realPath(path), { ...node, mode: 0o600 } as Node);
  }

  appendText(path: string, text: string): void {
    const before = this.exists(path) ? this.readBytes(path) : new Uint8Array();
    const added = new TextEncoder().encode(text);
    const joined = new Uint8Array(before.length + added.length);
    joined.set(before);
    joined.set(added, before.length);
    this.writeBytes(path, joined);
  }

  exists(path: string): boolean {
    return this.resolve(path).length < longestPath && this.#nodes.has(this.realPath(path));
  }

  stat(path: string, followLinks: boolean): FileStat {
    const node = this.#nodes.get(followLinks ? this.realPath(path) : this.#linkPath(path));
    if (node === undefined) throw failure("ENOENT");
    const size = node.kind === "file" ? node.bytes.length : 0;
    return { kind: node.kind, size, modified: node.kind === "symlink" ? 0 : node.modified, mode: modeOf(node) };
  }

  list(path: string): readonly { readonly name: string; readonly kind: FileStat["kind"] }[] {
    const real = this.realPath(path);
    const node = this.#existing(path);
    if (node.kind !== "directory") throw failure("ENOTDIR");
    const entries: { name: string; kind: FileStat["kind"] }[] = [];
    for (const [candidate, child] of this.#nodes) {
      if (candidate !== "/" && parentOf(candidate) === real)
        entries.push({ name: nameOf(candidate), kind: child.kind });
    }
    return entries;
  }

  makeFolder(path: string): void {
    const real = this.realPath(path);
    const existing = this.#nodes.get(real);
    if (existing?.kind === "directory") return;
    if (existing !== undefined) throw failure("EEXIST");
    this.makeFolder(parentOf(real));
    this.#nodes.set(real, { kind: "directory", modified: this.#clock.now() });
  }

  remove(path: string, options: { readonly recursive: boolean }): void {
    const place = this.#linkPath(path);
    const node = this.#nodes.get(place);
    if (node === undefined) throw failure("ENOENT");
    const inside = [...this.#nodes.keys()].filter((candidate) => candidate.startsWith(`${place}/`));
    if (node.kind === "directory" && inside.length > 0 && !options.recursive) throw failure("ENOTEMPTY");
    for (const candidate of [place, ...inside]) this.#nodes.delete(candidate);
  }

  rename(from: string, to: string): void {
    const source = this.#linkPath(from);
    const target = this.#linkPath(to);
    if (!this.#nodes.has(source)) throw failure("ENOENT");
    if (this.#nodes.get(parentOf(target))?.kind !== "directory") throw failure("ENOENT");
    if (source === target) return;
    if (target.startsWith(`${source}/`)) throw failure("EINVAL");
    const isFolder = this.#nodes.get(source)?.kind === "directory";
    const replaced = this.#nodes.get(target);
    if (replaced?.kind === "directory" && !isFolder) throw failure("EISDIR");
    if (replaced?.kind === "directory" && this.list(to).length > 0) throw failure("ENOTEMPTY");
    if (replaced !== undefined && replaced.kind !== "directory" && isFolder) throw failure("ENOTDIR");
    for (const [path, node] of [...this.#nodes]) {
      if (path !== source && !path.startsWith(`${source}/`)) continue;
      this.#nodes.delete(path);
      this.#nodes.set(target + path.slice(source.length), node);
    }
  }

  copy(from: string, to: string): void {
    if (this.#existing(from).kind !== "file") {
      throw new HostError("EINVAL", "the source path is neither a regular file nor a symlink to a regular file");
    }
    this.writeBytes(to, this.readBytes(from));
  }

  realPath(path: string, linksLeft = 40): string {
    let real = "";
    const absolute = this.resolve(path);
    if (absolute.length >= longestPath) throw failure("ENAMETOOLONG");
    const segments = absolute.split("/").filter((segment) => segment !== "");
    for (const [index, segment] of segments.entries()) {
      const node = this.#nodes.get(`${real}/${segment}`);
      if (node?.kind === "symlink") {
        if (linksLeft === 0) throw failure("ELOOP");
        return this.realPath(this.resolve(real, node.target, ...segments.slice(index + 1)), linksLeft - 1);
      }
      real += `/${segment}`;
    }
    return real === "" ? "/" : real;
  }

  makeTempFolder(prefix: string): string {
    const path = `${this.tempFolder}/${prefix}${String(this.#tempCount++).padStart(6, "0")}`;
    this.makeFolder(path);
    return path;
  }

  /** For tests of what links may and may not reach. */
  link(path: string, target: string): void {
    this.#nodes.set(this.#linkPath(path), { kind: "symlink", target });
  }

  /** The path with the links of its folder resolved, but not the last one. */
  #linkPath(path: string): string {
    const absolute = this.resolve(path);
    return absolute === "/" ? "/" : this.resolve(this.realPath(parentOf(absolute)), nameOf(absolute));
  }

  #existing(path: string): Exclude<Node, { kind: "symlink" }> {
    const node = this.#nodes.get(this.realPath(path));
    if (node === undefined || node.kind === "symlink") throw failure("ENOENT");
    return node;
  }

  #writable(path: string): string {
    const real = this.realPath(path);
    const parent = this.#nodes.get(parentOf(real));
    if (parent === undefined) throw failure("ENOENT");
    if (parent.kind !== "directory") throw failure("ENOTDIR");
    return real;
  }
}

function failure(code: keyof typeof messages): HostError {
  return new HostError(code, messages[code]);
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function modeOf(node: Node): number {
  return (node.kind === "file" ? node.mode : undefined) ?? 0o644;
}
