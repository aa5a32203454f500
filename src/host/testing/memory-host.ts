import {
  type Host,
  HostError,
  type HostInput,
  type HttpRequest,
  type HttpResponse,
  type ProcessRequest,
  type ProcessResult,
} from "../../builtin/index.ts";
import { MemoryFiles } from "./memory-files.ts";
import { VirtualClock } from "./virtual-clock.ts";

export interface MemoryHostOptions {
  /** Unix milliseconds at which the clock stands. */
  readonly now?: number;
  readonly files?: Readonly<Record<string, string>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Answers every process; without it no command exists. */
  readonly process?: (request: Omit<ProcessRequest, "signal">) => Partial<ProcessResult>;
  /** Answers every request; without it no host answers. */
  readonly http?: (request: HttpRequest) => MemoryResponse;
  readonly randomSeed?: number;
}

export interface MemoryResponse {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly chunks?: readonly (string | Uint8Array)[];
}

export interface MemoryHost extends Required<Omit<Host, "settingsFiles">> {
  readonly clock: VirtualClock;
  readonly files: MemoryFiles;
}

/** A host that touches nothing: for tests, and for programs that are to touch nothing. */
export function memoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const clock = new VirtualClock(options.now ?? 0);
  const environment = { ...options.environment };
  const input = new MemoryInput(options.input ?? "");
  const runSync = (request: Omit<ProcessRequest, "signal">): ProcessResult => completed(options.process, request);
  return {
    clock,
    random: repeatableRandom(options.randomSeed ?? 1),
    files: new MemoryFiles(options.files, "/desk", clock),
    environment: { get: (name) => environment[name], all: () => environment },
    processes: { run: async (request) => runSync(request), runSync },
    http: { send: async (request) => answered(options.http, request) },
    databases: { connect: async () => unreachable() },
    webSockets: { connect: async () => unreachable(), listen: async () => unreachable() },
    input,
    terminal: {
      isInteractive: () => false,
      size: () => undefined,
      readPassword: () => input.readLine(),
      page: async () => false,
    },
    system: {
      platform: "linux",
      architecture: "x86_64",
      hostname: "memory",
      username: "user",
      processId: 1,
      cpuCount: () => 1,
      cpuModel: () => undefined,
      memory: () => ({ totalBytes: 2 ** 30, freeBytes: 2 ** 29 }),
    },
  };
}

class MemoryInput implements HostInput {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  async readLine(): Promise<string | undefined> {
    if (this.#rest === "") return undefined;
    const end = this.#rest.indexOf("\n");
    const line = end === -1 ? this.#rest : this.#rest.slice(0, end);
    this.#rest = end === -1 ? "" : this.#rest.slice(end + 1);
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  }

  async readAll(): Promise<string> {
    const rest = this.#rest;
    this.#rest = "";
    return rest;
  }
}

/** The same bytes for the same seed. */
function repeatableRandom(seed: number): Host["random"] {
  let state = seed >>> 0;
  return {
    fill(bytes) {
      for (let at = 0; at < bytes.length; at++) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        bytes[at] = state >>> 24;
      }
    },
  };
}

function completed(answer: MemoryHostOptions["process"], request: Omit<ProcessRequest, "signal">): ProcessResult {
  if (answer === undefined) throw new HostError("ENOENT", "No such file or directory (os error 2)");
  return {
    exitCode: 0,
    signal: undefined,
    stdout: new Uint8Array(),
    stderr: new Uint8Array(),
    timedOut: false,
    durationMs: 0,
    pid: 2,
    ...answer(request),
  };
}

function answered(answer: MemoryHostOptions["http"], request: HttpRequest): HttpResponse {
  if (answer === undefined) return unreachable();
  const { status = 200, headers = {}, chunks = [] } = answer(request);
  return { status, statusText: "", url: request.url, headers, body: encoded(chunks) };
}

function unreachable(): never {
  throw new HostError("ECONNREFUSED", "Connection refused (os error 111)");
}

async function* encoded(chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk;
}
