// Files that can be changed without changing the machine: reads pass through to what is there, writes stay in memory.
//
// O1. Every path is judged by where it really leads, so that a link and its target are one file here as on the machine.
// O2. What was removed stays removed, with everything below it, until it is made again; then it is empty.
// O3. Nothing is ever written to the files underneath.
import { type FileStat, HostError, type HostFiles } from "../builtin/index.ts";

/** One difference between the overlay and the files underneath. */
export interface FileChange {
  readonly kind: "added" | "modified" | "deleted";
  /** Absolute. */
  readonly path: string;
  readonly before: Uint8Array | undefined;
  readonly after: Uint8Array | undefined;
}

type Entry =
  | { readonly kind: "file"; readonly bytes: Uint8Array; readonly modified: number }
  | { readonly kind: "directory"; readonly modified: number }
  | { readonly kind: "gone" };

const sentences = {
  ENOENT: "No such file or directory (os error 2)",
  EEXIST: "File exists (os error 17)",
  ENOTDIR: "Not a directory (os error 20)",
  EISDIR: "Is a directory (os error 21)",
  ENOTEMPTY: "Directory not empty (os error 39)",
  EINVAL: "the source path is neither a regular file nor a symlink to a regular file",
} as const;

export class OverlayFiles implements HostFiles {
  readonly #under: HostFiles;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();
  #temporaryFolders = 0;

  /** `now` gives the modification times of what is written, in Unix milliseconds. */
  constructor(under: HostFiles, now: () => number) {
    this.#under = under;
    this.#now = now;
  }

  get cwd(): string {
    return this.#under.cwd;
  }

  get separator(): "/" | "\\" {
    return this.#under.separator;
  }

  get tempFolder(): string {
    return this.#under.tempFolder;
  }

  get homeFolder(): string | undefined {
    return this.#under.homeFolder;
  }

  resolve(...parts: string[]): string {
    return this.#under.resolve(...parts);
  }

  realPath(path: string): string {
    return this.#under.realPath(path);
  }

  /** What was changed, by path. A file that was written with what it held before is unchanged. */
  changes(): readonly FileChange[] {
    const found = new Map<string, FileChange>();
    for (const [path, entry] of this.#entries) {
      if (entry.kind === "file") {
        const before = this.#underKind(path) === "file" ? this.#under.readBytes(path) : undefined;
        if (before !== undefined && isEqual(before, entry.bytes)) continue;
        found.set(path, { kind: before === undefined ? "added" : "modified", path, before, after: entry.bytes });
      }
      for (const lost of this.#filesUnder(path))
        if (this.#kind(lost) !== "file")
          found.set(lost, { kind: "deleted", path: lost, before: this.#under.readBytes(lost), after: undefined });
    }
    return [...found.values()].sort((left, right) => (left.path < right.path ? -1 : 1));
  }

  exists(path: string): boolean {
    return this.#kind(this.realPath(path)) !== undefined;
  }

  stat(path: string, followLinks: boolean): FileStat {
    const real = followLinks ? this.realPath(path) : this.#place(path);
    const entry = this.#entries.get(real);
    switch (entry?.kind) {
      case "file":
        return { kind: "file", size: entry.bytes.length, modified: entry.modified };
      case "directory":
        return { kind: "directory", size: 0, modified: entry.modified };
      default:
        if (this.#kind(real) === undefined) throw failure("ENOENT");
        return this.#under.stat(real, followLinks);
    }
  }

  readBytes(path: string): Uint8Array {
    const real = this.realPath(path);
    const entry = this.#entries.get(real);
    if (entry?.kind === "file") return entry.bytes.slice();
    const kind = this.#kind(real);
    if (kind === undefined) throw failure("ENOENT");
    if (kind === "directory") throw failure("EISDIR");
    return this.#under.readBytes(real);
  }

  readText(path: string): string {
    const bytes = this.readBytes(path);
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch (cause) {
      throw new HostError("EILSEQ", "stream did not contain valid UTF-8", { cause });
    }
  }

  writeBytes(path: string, bytes: Uint8Array): void {
    const real = this.realPath(path);
    if (this.#kind(real) === "directory") throw failure("EISDIR");
    this.#requireFolder(this.resolve(real, ".."));
    this.#entries.set(real, { kind: "file", bytes: bytes.slice(), modified: this.#now() });
  }

  writeText(path: string, text: string): void {
    this.writeBytes(path, new TextEncoder().encode(text));
  }

  writeAtomic(path: string, data: string | Uint8Array): void {
    if (typeof data === "string") this.writeText(path, data);
    else this.writeBytes(path, data);
  }

  appendText(path: string, text: string): void {
    const before = this.exists(path) ? this.readBytes(path) : new Uint8Array();
    const added = new TextEncoder().encode(text);
    const whole = new Uint8Array(before.length + added.length);
    whole.set(before);
    whole.set(added, before.length);
    this.writeBytes(path, whole);
  }

  list(path: string): readonly { readonly name: string; readonly kind: FileStat["kind"] }[] {
    const real = this.realPath(path);
    this.#requireFolder(real);
    const shown = new Map<string, FileStat["kind"]>();
    if (!this.#isHidden(real) && this.#underKind(real) === "directory")
      for (const { kind, name } of this.#under.list(real)) shown.set(name, kind);
    for (const [child, entry] of this.#entries) {
      if (child === real || this.resolve(child, "..") !== real) continue;
      const name = child.slice(child.lastIndexOf(this.separator) + 1);
      if (entry.kind === "gone") shown.delete(name);
      else shown.set(name, entry.kind);
    }
    return [...shown].map(([name, kind]) => ({ name, kind }));
  }

  makeFolder(path: string): void {
    const real = this.realPath(path);
    const kind = this.#kind(real);
    if (kind === "directory") return;
    if (kind !== undefined) throw failure("EEXIST");
    const parent = this.resolve(real, "..");
    if (parent !== real) this.makeFolder(parent);
    this.#entries.set(real, { kind: "directory", modified: this.#now() });
  }

  makeTempFolder(prefix: string): string {
    let path: string;
    do path = this.resolve(this.tempFolder, `${prefix}${String(++this.#temporaryFolders).padStart(6, "0")}`);
    while (this.exists(path));
    this.makeFolder(path);
    return path;
  }

  remove(path: string, options: { readonly recursive: boolean }): void {
    const real = this.#place(path);
    const kind = this.#kind(real);
    if (kind === undefined) throw failure("ENOENT");
    if (kind === "directory" && !options.recursive && this.list(real).length > 0) throw failure("ENOTEMPTY");
    for (const child of this.#entries.keys()) if (child.startsWith(real + this.separator)) this.#entries.delete(child);
    this.#entries.set(real, { kind: "gone" });
  }

  rename(from: string, to: string): void {
    const source = this.#place(from);
    const target = this.#place(to);
    const kind = this.#kind(source);
    if (kind === undefined) throw failure("ENOENT");
    if (source === target) return;
    if (target.startsWith(source + this.separator)) throw new HostError("EINVAL", "Invalid argument (os error 22)");
    this.#requireFolder(this.resolve(target, ".."));
    const replaced = this.#kind(target);
    if (replaced === "directory" && kind !== "directory") throw failure("EISDIR");
    if (replaced === "directory" && this.list(target).length > 0) throw failure("ENOTEMPTY");
    if (replaced !== undefined && replaced !== "directory" && kind === "directory") throw failure("ENOTDIR");
    this.#move(source, target);
    this.remove(source, { recursive: true });
  }

  copy(from: string, to: string): void {
    if (this.stat(from, true).kind !== "file") throw failure("EINVAL");
    this.writeBytes(to, this.readBytes(from));
  }

  #move(source: string, target: string): void {
    if (this.#kind(source) !== "directory") return this.writeBytes(target, this.readBytes(source));
    this.makeFolder(target);
    for (const { name } of this.list(source)) this.#move(this.resolve(source, name), this.resolve(target, name));
  }

  /** Where a path itself is, though it may be a link: what is above it is resolved. */
  #place(path: string): string {
    const absolute = this.resolve(path);
    const parent = this.resolve(absolute, "..");
    return parent === absolute
      ? absolute
      : this.resolve(this.realPath(parent), absolute.slice(absolute.lastIndexOf(this.separator) + 1));
  }

  #kind(real: string): FileStat["kind"] | undefined {
    const entry = this.#entries.get(real);
    if (entry !== undefined) return entry.kind === "gone" ? undefined : entry.kind;
    const parent = this.resolve(real, "..");
    return parent !== real && this.#isHidden(parent) ? undefined : this.#underKind(real);
  }

  /** Whether nothing of what is underneath shows below this folder. */
  #isHidden(folder: string): boolean {
    if (this.#entries.has(folder)) return true;
    const parent = this.resolve(folder, "..");
    return parent !== folder && this.#isHidden(parent);
  }

  #underKind(real: string): FileStat["kind"] | undefined {
    try {
      return this.#under.stat(real, false).kind;
    } catch {
      return undefined;
    }
  }

  #filesUnder(path: string): string[] {
    switch (this.#underKind(path)) {
      case undefined:
        return [];
      case "directory":
        return this.#under.list(path).flatMap(({ name }) => this.#filesUnder(this.resolve(path, name)));
      case "file":
        return [path];
      default:
        return [];
    }
  }

  #requireFolder(real: string): void {
    const kind = this.#kind(real);
    if (kind === undefined) throw failure("ENOENT");
    if (kind !== "directory") throw failure("ENOTDIR");
  }
}

function failure(code: keyof typeof sentences): HostError {
  return new HostError(code, sentences[code]);
}

function isEqual(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, at) => byte === right[at]);
}
