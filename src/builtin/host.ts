import { categorizedError, type Raise } from "../value/index.ts";
import type { HostDatabases } from "./databases.ts";
import type { Stop } from "./stop.ts";
import type { HostWebSockets } from "./web-sockets.ts";

/**
 * What the core asks of the machine it runs on. `host/node` and `host/browser` implement it; tests use in-memory twins.
 *
 * Everything here is an effect: builtins reach it only through a runtime, whose effect boundary and policies stand in
 * front. A method that a host cannot offer is absent, and the builtin says so by name.
 */
export interface Host {
  readonly clock: HostClock;
  readonly random: HostRandom;
  readonly files?: HostFiles;
  /** The files as the user has them, for the runtime's own settings: no program reaches them. Absent: `files`. */
  readonly settingsFiles?: HostFiles;
  readonly environment?: HostEnvironment;
  readonly processes?: HostProcesses;
  readonly http?: HostHttp;
  readonly databases?: HostDatabases;
  readonly webSockets?: HostWebSockets;
  readonly input?: HostInput;
  readonly terminal?: HostTerminal;
  readonly system?: HostSystem;
}

/** Where the runtime's own settings are read: files of the user, which a program's sandbox may hide. */
export function settingsFilesOf(host: Host): HostFiles | undefined {
  return host.settingsFiles ?? host.files;
}

/** Times are milliseconds. `now` is since the Unix epoch; `monotonic` never goes back. */
export interface HostClock {
  now(): number;
  monotonic(): number;
  /** Calls back once after `milliseconds`; the result cancels it. */
  schedule(milliseconds: number, callback: () => void, purpose?: TimerPurpose): () => void;
  /** How many callbacks are still to come that may let a task go on; a clock that cannot tell leaves it out. */
  readonly pending?: number;
}

/**
 * Of a `guard` it is known that it ends no wait but one for the host: the time limit of a connection that may be open for
 * long while nobody reads it. A program in which all wait for each other need not wait for that.
 */
export type TimerPurpose = "wake" | "guard";

export interface HostRandom {
  /** Fills with cryptographically strong bytes. */
  fill(bytes: Uint8Array): void;
}

export interface FileStat {
  readonly kind: "file" | "directory" | "symlink" | "other";
  readonly size: number;
  /** Unix milliseconds. */
  readonly modified: number;
  readonly created?: number;
  readonly mode?: number;
}

/** Paths are native and may be relative to `cwd`. Errors are `HostError`s. */
export interface HostFiles {
  readonly cwd: string;
  readonly separator: "/" | "\\";
  readonly tempFolder: string;
  readonly homeFolder: string | undefined;
  resolve(...parts: string[]): string;
  readBytes(path: string): Uint8Array;
  readText(path: string): string;
  writeBytes(path: string, bytes: Uint8Array): void;
  writeText(path: string, text: string): void;
  /**
   * Whole or not at all: temporary file, sync, rename, sync of the folder. `isOwnerOnly` keeps it from all other users (0600), also
   * where the file was there before.
   */
  writeAtomic(path: string, data: string | Uint8Array, options?: { readonly isOwnerOnly?: boolean }): void;
  appendText(path: string, text: string): void;
  /**
   * Runs `act` while no other process is within the same for this path; waits its turn for five seconds. The file itself need not be
   * there. Absent where nobody else can reach the files.
   */
  whileLocked?<T>(path: string, act: () => T): T;
  exists(path: string): boolean;
  stat(path: string, followLinks: boolean): FileStat;
  /** Names in the folder, in no particular order. */
  list(path: string): readonly { readonly name: string; readonly kind: FileStat["kind"] }[];
  makeFolder(path: string): void;
  remove(path: string, options: { readonly recursive: boolean }): void;
  rename(from: string, to: string): void;
  copy(from: string, to: string): void;
  /** With links resolved; the path itself when it does not exist. */
  realPath(path: string): string;
  makeTempFolder(prefix: string): string;
}

/** The same where files may have no locks. */
export function whileLocked<T>(files: HostFiles, path: string, act: () => T): T {
  return files.whileLocked === undefined ? act() : files.whileLocked(path, act);
}

/** A failure of the host, with the operating system's code and words: `ENOENT`, `No such file or directory (os error 2)`. */
export class HostError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A policy's refusal, where the host itself would not have objected. */
export class Refusal extends HostError {
  /** Paths are refused to a builtin, so its name belongs into the sentence. */
  readonly isAboutPath: boolean;

  constructor(message: string, options: { readonly isAboutPath: boolean }) {
    super("EREFUSED", message);
    this.isAboutPath = options.isAboutPath;
  }

  /** The refusal as the program sees it, of a call of that builtin where one is known. */
  inPolicyWords(builtin: string | undefined): Raise {
    const subject = this.isAboutPath && builtin !== undefined ? `builtin '${builtin}' ` : "";
    return categorizedError("tool_rejected", `HARN-CAP-201: sandbox violation: ${subject}${this.message}`);
  }
}

export interface HostEnvironment {
  get(name: string): string | undefined;
  all(): Readonly<Record<string, string>>;
}

export interface ProcessRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly clearEnv?: boolean;
  readonly input?: string | Uint8Array;
  readonly timeoutMs?: number;
  readonly maxOutputBytes?: number;
  readonly signal?: AbortSignal;
}

export interface ProcessResult {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly timedOut: boolean;
  readonly durationMs: number;
  readonly pid: number | undefined;
}

export interface HostProcesses {
  /** Runs to the end; a timeout or the signal kills the process and its children. */
  run(request: ProcessRequest): Promise<ProcessResult>;
  /** Stops the calling thread: for the few builtins that must answer without suspending. */
  runSync(request: Omit<ProcessRequest, "signal">): ProcessResult;
}

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly signal?: AbortSignal;
  readonly followRedirects?: boolean;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as it arrives. */
  readonly body: AsyncIterable<Uint8Array>;
}

export interface HostHttp {
  send(request: HttpRequest): Promise<HttpResponse>;
}

export interface HostInput {
  /** The next line without its break, or `undefined` at the end of input, and for who stops waiting: the line is the next one's. */
  readLine(stop?: Stop): Promise<string | undefined>;
  readAll(): Promise<string>;
}

export interface HostTerminal {
  isInteractive(stream: "stdin" | "stdout" | "stderr"): boolean;
  size(): { readonly width: number; readonly height: number } | undefined;
  /** A line that is not shown; `undefined` at the end of input, and for who stops waiting. */
  readPassword(prompt: string, stop?: Stop): Promise<string | undefined>;
  /** Lets a person read a text with a pager, until they leave it; false when there is no such program. */
  page(pager: readonly string[], text: string): Promise<boolean>;
}

export interface HostSystem {
  readonly platform: string;
  readonly architecture: string;
  readonly hostname: string;
  readonly username: string | undefined;
  readonly processId: number;
  cpuCount(): number;
  cpuModel(): string | undefined;
  memory(): { readonly totalBytes: number; readonly freeBytes: number };
}
