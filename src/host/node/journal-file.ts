import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { HostError } from "../../builtin/index.ts";
import type { JournalSink } from "../../runtime/journal/effect-journal.ts";
import { hostError } from "./errors.ts";
import type { LogLock } from "./file-log/lock.ts";
import { late } from "./late-modules.ts";

/** A recording's file, open for writing by one process at a time. */
export interface JournalFile extends JournalSink {
  readonly path: string;
  close(): void;
  /** For a file in which nothing is to be found: takes it away again. */
  discard(): void;
}

/**
 * Creates the file, or goes on behind `keep` bytes of one that is there. Only its owner may read it. A second process that
 * writes the same recording is refused.
 */
export function openJournalFile(path: string, keep?: number): JournalFile {
  mkdirSync(dirname(path), { recursive: true });
  const lock = takeLock(lockOf(path));
  let descriptor: number;
  try {
    descriptor = openSync(path, keep === undefined ? "ax" : "r+", 0o600);
    if (keep !== undefined) ftruncateSync(descriptor, keep);
  } catch (error) {
    giveBack(lock, path);
    throw hostError(error);
  }
  return new OpenJournalFile(path, descriptor, lock, keep ?? 0);
}

class OpenJournalFile implements JournalFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #lock: LogLock;
  /** Bytes that are written, and bytes that are on the disk. */
  #written: number;
  #synced: number;
  #syncing: Promise<void> | undefined;
  #isClosed = false;

  constructor(path: string, descriptor: number, lock: LogLock, size: number) {
    this.path = path;
    this.#descriptor = descriptor;
    this.#lock = lock;
    this.#written = size;
    this.#synced = size;
  }

  get isDurable(): boolean {
    return this.#synced === this.#written;
  }

  write(lines: string): void {
    const bytes = Buffer.from(lines);
    for (let done = 0; done < bytes.length; ) done += this.#write(bytes, done);
    this.#written += bytes.length;
  }

  #write(bytes: Buffer, done: number): number {
    try {
      return writeSync(this.#descriptor, bytes, done, bytes.length - done, this.#written + done);
    } catch (error) {
      throw hostError(error);
    }
  }

  async durable(): Promise<void> {
    while (!this.isDurable) {
      this.#syncing ??= this.#sync().finally(() => {
        this.#syncing = undefined;
      });
      await this.#syncing;
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    fdatasyncSync(this.#descriptor);
    closeSync(this.#descriptor);
    giveBack(this.#lock, this.path);
  }

  discard(): void {
    this.#isClosed = true;
    closeSync(this.#descriptor);
    rmSync(this.path, { force: true });
    giveBack(this.#lock, this.path);
  }

  #sync(): Promise<void> {
    const target = this.#written;
    return new Promise((resolve, reject) => {
      fdatasync(this.#descriptor, (error) => {
        if (error) return reject(hostError(error));
        this.#synced = Math.max(this.#synced, target);
        resolve();
      });
    });
  }
}

function lockOf(path: string): string {
  return `${path}.lock`;
}

/**
 * The file goes while it is locked, so that nobody's lock is taken away. Where an open file cannot be removed it stays: empty, and
 * free for the next.
 */
function giveBack(lock: LogLock, path: string): void {
  removeIfPossible(lockOf(path));
  lock.release();
  lock.close();
}

/** Taken at once or not at all: who writes a recording does so until its run has ended. */
function takeLock(path: string): LogLock {
  createOwned(path);
  const lock = new (late.fileLock().LogLock)(path, 0);
  try {
    lock.acquire();
    return lock;
  } catch (cause) {
    lock.close();
    if (/locked|busy/u.test(hostError(cause).message))
      throw new Error("another process is writing this recording", { cause });
    throw systemError(path) ?? hostError(cause);
  }
}

/** What the system itself has against writing a file: SQLite knows no more than that something is wrong with the disk. */
function systemError(path: string): HostError | undefined {
  try {
    writeFileSync(path, " ");
    return undefined;
  } catch (error) {
    return hostError(error);
  } finally {
    removeIfPossible(path);
  }
}

function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

/** By the system's own call, whose errors say what is wrong with a folder or a disk. */
function createOwned(path: string): void {
  if (existsSync(path)) return;
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw hostError(error);
  }
}
