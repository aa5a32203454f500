import type { Disk } from "../disk.ts";

/** The process is gone: from here on nothing happens any more. */
export class Killed extends Error {}

/** Small, so that short histories have many of them. */
const pageSize = 64;

interface Inode {
  readonly id: number;
  bytes: Uint8Array;
  /** Where `bytes` may grow. */
  room: Uint8Array;
  /** What survives a power cut for certain. */
  synced: Uint8Array;
}

export interface PowerOptions {
  /** 0 to below 1: decides what a power cut leaves of what was not synced. */
  readonly random: () => number;
  /** Called before each step that changes anything; what it throws ends the step before it begins. */
  readonly beforeStep: (step: string, path: string) => void;
  /** Asked before each write: how many of its bytes get through before the process is killed. */
  readonly tornAt: (length: number) => number | undefined;
}

/**
 * A disk in memory that knows what a kill and what a power cut leave. A killed process loses nothing that it wrote. A power cut takes
 * what was not synced: a file may have any size between the two, and each of its pages may be the new one, the old one, or zeros where
 * there was none; or some beginning of the new bytes stays. Names that were made or changed stay only if their folder was synced.
 */
export class PowerDisk implements Disk {
  readonly #options: PowerOptions;
  #names = new Map<string, Inode>();
  #durableNames = new Map<string, Inode>();
  readonly #folders = new Set<string>();
  readonly #open = new Map<
    number,
    { readonly path: string; readonly inode: Inode | undefined; readonly appends: boolean }
  >();
  #handles = 0;
  #ids = 0;
  #isDead = false;

  constructor(options: PowerOptions) {
    this.#options = options;
  }

  /** The process is killed and another one begins. */
  restart(): void {
    this.#isDead = false;
    this.#open.clear();
  }

  /** The power goes, and comes again. */
  cutPower(): void {
    this.restart();
    for (const inode of this.#names.values()) inode.bytes = this.#remains(inode);
    this.#names = new Map(this.#durableNames);
    for (const inode of this.#names.values()) inode.synced = inode.bytes;
  }

  #remains({ bytes, synced }: Inode): Uint8Array {
    const { random } = this.#options;
    const choice = random();
    if (choice < 0.2) return synced;
    const between = (one: number, two: number): number =>
      Math.min(one, two) + Math.floor(random() * (Math.abs(one - two) + 1));
    const size = between(bytes.length, synced.length);
    const left = new Uint8Array(random() < 0.5 ? Math.max(bytes.length, synced.length) : size);
    if (choice < 0.5) {
      left.set(synced.subarray(0, left.length));
      left.set(bytes.subarray(0, size));
      return left;
    }
    for (let at = 0; at < left.length; at += pageSize) {
      const source = random() < 0.6 ? bytes : synced;
      left.set(source.subarray(at, Math.min(at + pageSize, left.length)), at);
    }
    return left;
  }

  #step(step: string, path: string): void {
    if (this.#isDead) throw new Killed();
    try {
      this.#options.beforeStep(step, path);
    } catch (error) {
      if (error instanceof Killed) this.#isDead = true;
      throw error;
    }
  }

  open(path: string, flags: "r" | "a" | "r+" | "wx"): number {
    if (this.#isDead) throw new Killed();
    let inode = this.#names.get(path);
    if (inode === undefined && (flags === "a" || flags === "wx")) {
      this.#step("create", path);
      inode = { id: ++this.#ids, bytes: new Uint8Array(), room: new Uint8Array(), synced: new Uint8Array() };
      this.#names.set(path, inode);
    }
    if (inode === undefined && !this.#folders.has(path)) throw new Error(`ENOENT: ${path}`);
    this.#open.set(++this.#handles, { path, inode, appends: flags === "a" });
    return this.#handles;
  }

  close(file: number): void {
    this.#open.delete(file);
  }

  read(file: number, into: Uint8Array, position: number): number {
    const bytes = this.#inode(file).bytes.subarray(position, position + into.length);
    into.set(bytes);
    return bytes.length;
  }

  write(file: number, bytes: Uint8Array): void {
    const path = this.#open.get(file)?.path ?? "";
    this.#step("write", path);
    const torn = this.#options.tornAt(bytes.length);
    append(this.#inode(file), bytes.subarray(0, torn ?? bytes.length));
    if (torn === undefined) return;
    this.#isDead = true;
    throw new Killed();
  }

  truncate(file: number, size: number): void {
    this.#step("truncate", this.#open.get(file)?.path ?? "");
    const inode = this.#inode(file);
    inode.bytes = inode.bytes.slice(0, size);
  }

  sync(file: number): void {
    const { path = "", inode } = this.#open.get(file) ?? {};
    this.#step("sync", path);
    if (inode !== undefined) inode.synced = inode.bytes;
    else this.#syncNames(path);
  }

  #syncNames(folder: string): void {
    const isInside = (path: string): boolean => path.slice(0, path.lastIndexOf("/")) === folder;
    for (const path of this.#durableNames.keys()) if (isInside(path)) this.#durableNames.delete(path);
    for (const [path, inode] of this.#names) if (isInside(path)) this.#durableNames.set(path, inode);
  }

  stat(path: string): { readonly size: number; readonly id: number } | undefined {
    const inode = this.#names.get(path);
    return inode === undefined ? undefined : { size: inode.bytes.length, id: inode.id };
  }

  sizeOf(file: number): number {
    return this.#inode(file).bytes.length;
  }

  readText(path: string): string {
    return Buffer.from(this.#names.get(path)?.bytes ?? []).toString("utf8");
  }

  rename(from: string, to: string): void {
    this.#step("rename", to);
    const inode = this.#names.get(from);
    if (inode === undefined) throw new Error(`ENOENT: ${from}`);
    this.#names.delete(from);
    this.#names.set(to, inode);
  }

  remove(path: string): void {
    if (!this.#names.has(path)) return;
    this.#step("remove", path);
    this.#names.delete(path);
  }

  list(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[] {
    return [...this.#names.keys()]
      .filter((path) => path.startsWith(`${folder}/`))
      .map((path) => path.slice(folder.length + 1))
      .filter((name) => !name.includes("/"))
      .map((name) => ({ name, isFolder: false }));
  }

  makeFolder(path: string): void {
    this.#folders.add(path);
    this.#folders.add(path.slice(0, path.lastIndexOf("/")));
  }

  #inode(file: number): Inode {
    const inode = this.#open.get(file)?.inode;
    if (this.#isDead) throw new Killed();
    if (inode === undefined) throw new Error("EBADF");
    return inode;
  }
}

/** Into room behind what is there, if there is some: what was synced may share its beginning, which nothing here changes. */
function append(inode: Inode, bytes: Uint8Array): void {
  const [length, size] = [inode.bytes.length, inode.bytes.length + bytes.length];
  if (inode.room.length < size || inode.room.buffer !== inode.bytes.buffer) {
    inode.room = new Uint8Array(size * 2);
    inode.room.set(inode.bytes);
  }
  inode.room.set(bytes, length);
  inode.bytes = inode.room.subarray(0, size);
}
