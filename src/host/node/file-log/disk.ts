import {
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";

/** What the file log asks of the operating system: one object, so that tests can let any step fail. */
export interface Disk {
  open(path: string, flags: "r" | "a" | "r+" | "wx"): number;
  close(file: number): void;
  /** How many bytes were read; fewer than asked for only at the end of the file. */
  read(file: number, into: Uint8Array, position: number): number;
  /** Writes all of it, at the end for a file opened with `a`. */
  write(file: number, bytes: Uint8Array): void;
  truncate(file: number, size: number): void;
  sync(file: number): void;
  /** Size and identity; absent when there is no such file. */
  stat(path: string): { readonly size: number; readonly id: number } | undefined;
  sizeOf(file: number): number;
  readText(path: string): string;
  rename(from: string, to: string): void;
  remove(path: string): void;
  list(folder: string): readonly { readonly name: string; readonly isFolder: boolean }[];
  makeFolder(path: string): void;
}

export const nodeDisk: Disk = {
  open: (path, flags) => openSync(path, flags),
  close: closeSync,
  read(file, into, position) {
    let done = 0;
    while (done < into.length) {
      const count = readSync(file, into, done, into.length - done, position + done);
      if (count === 0) break;
      done += count;
    }
    return done;
  },
  write(file, bytes) {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  },
  truncate: ftruncateSync,
  sync: fsyncSync,
  stat(path) {
    const found = statSync(path, { throwIfNoEntry: false });
    return found === undefined ? undefined : { size: found.size, id: found.ino };
  },
  sizeOf: (file) => fstatSync(file).size,
  readText: (path) => readFileSync(path, "utf8"),
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  list: (folder) =>
    readdirSync(folder, { withFileTypes: true }).map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() })),
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
};

/** Runs `use` on an open file and closes it whatever happens. */
export function withFile<T>(disk: Disk, path: string, flags: Parameters<Disk["open"]>[1], use: (file: number) => T): T {
  const file = disk.open(path, flags);
  try {
    return use(file);
  } finally {
    disk.close(file);
  }
}

/** Syncs a folder's entries where the system allows it. */
export function syncFolder(disk: Disk, path: string): void {
  let file: number;
  try {
    file = disk.open(path, "r");
  } catch {
    return;
  }
  try {
    disk.sync(file);
  } catch {
    // Some file systems refuse to sync a folder: what was renamed there is as durable as it gets.
  } finally {
    disk.close(file);
  }
}

/** Whole or not at all; durable once this returns if `isSynced`. */
export function replaceFile(disk: Disk, path: string, bytes: Uint8Array, isSynced: boolean): void {
  const temporary = `${path}.${process.pid}.tmp`;
  disk.remove(temporary);
  try {
    withFile(disk, temporary, "wx", (file) => {
      disk.write(file, bytes);
      if (isSynced) disk.sync(file);
    });
    disk.rename(temporary, path);
  } catch (error) {
    disk.remove(temporary);
    throw error;
  }
}
