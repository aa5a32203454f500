import {
  closeSync,
  fdatasync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import type { JournalSink } from "../../runtime/journal/effect-journal.ts";
import { hostError } from "./errors.ts";

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
  const lock = `${path}.lock`;
  takeLock(lock);
  let descriptor: number;
  try {
    descriptor = openSync(path, keep === undefined ? "ax" : "r+", 0o600);
    if (keep !== undefined) ftruncateSync(descriptor, keep);
  } catch (error) {
    rmSync(lock, { force: true });
    throw hostError(error);
  }
  return new OpenJournalFile(path, descriptor, lock, keep ?? 0);
}

class OpenJournalFile implements JournalFile {
  readonly path: string;
  readonly #descriptor: number;
  readonly #lock: string;
  /** Bytes that are written, and bytes that are on the disk. */
  #written: number;
  #synced: number;
  #syncing: Promise<void> | undefined;
  #isClosed = false;

  constructor(path: string, descriptor: number, lock: string, size: number) {
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
    rmSync(this.#lock, { force: true });
  }

  discard(): void {
    this.#isClosed = true;
    closeSync(this.#descriptor);
    rmSync(this.path, { force: true });
    rmSync(this.#lock, { force: true });
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

/** The lock holds the number of the process that took it, so that one whose process was killed is not minded. */
function takeLock(path: string): void {
  for (let attempt = 0; ; attempt++) {
    try {
      return createLock(path);
    } catch (error) {
      const holder = hostError(error).code === "EEXIST" ? readPid(path) : undefined;
      if (holder === undefined || attempt > 0) throw hostError(error);
      if (isRunning(holder)) throw new Error(`process ${holder} is writing this recording`);
      rmSync(path, { force: true });
    }
  }
}

function createLock(path: string): void {
  const descriptor = openSync(path, "wx", 0o600);
  try {
    writeSync(descriptor, String(process.pid));
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

function readPid(path: string): number {
  return Number(readFileSync(path, "utf8"));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return hostError(error).code === "EPERM";
  }
}
