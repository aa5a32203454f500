import { dirname, resolve } from "node:path";
import type { Host } from "../../builtin/index.ts";
import { ActiveLog, activeLogKey, eventLogConfig, MemoryEventLog } from "../../eventlog/index.ts";
import { nodeAsymmetricCrypto } from "../../host/node/asymmetric.ts";
import { createNodeHost, nodeRegexEngine } from "../../host/node/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { restrictFiles, restrictProcesses } from "../../host/sandbox.ts";
import { createLlmService, formatFixtures, llmService } from "../../llm/index.ts";
import { findManifest } from "../../modules/index.ts";
import { createEffectBoundary, DurableOutput, Runtime } from "../../runtime/index.ts";
import { createHostServices } from "../../stdlib/host/index.ts";
import { ListValue, type Value } from "../../value/index.ts";
import type { StandardStream } from "../output.ts";
import { catalog } from "./catalog.ts";
import { openEventLog } from "./event-log.ts";

export interface SessionOptions {
  /** The program's file; absent for code from the command line. */
  readonly file?: string;
  readonly cwd: string;
  readonly arguments: readonly string[];
  /** Confines files and processes to the project, and requests to an egress policy. */
  readonly isSandboxed: boolean;
  /** Keeps events in memory, whatever the environment says: tests leave nothing behind. */
  readonly isEphemeral?: boolean;
  readonly denied?: ReadonlySet<string>;
  /** Answers to model calls, with the name of their file. A `FixtureError` when they make no sense. */
  readonly fixtures?: { readonly text: string; readonly name: string };
  readonly recordsFixtures?: boolean;
  readonly write: (stream: StandardStream, text: string) => void;
  /** Told of what is wrong around the program and does not stop it. */
  readonly warn: (message: string) => void;
}

/** A runtime on this machine, for one program. */
export interface Session {
  readonly runtime: Runtime;
  /** To the outside, behind everything written before, once what it rests on is durable. */
  write(stream: StandardStream, text: string): void;
  /** The answers to model calls so far, as a fixture file. */
  recordedFixtures(): string;
  /** Resolves when all output is out and everything is durable and released. */
  close(): Promise<void>;
}

export function openSession(options: SessionOptions): Session {
  const projectFolder = projectFolderOf(options);
  const base = createNodeHost({ cwd: options.cwd });
  const place = createHostServices(options.isSandboxed ? confined(base, projectFolder) : base, {
    regexEngine: nodeRegexEngine(),
    asymmetricCrypto: nodeAsymmetricCrypto,
    requiresEgressPolicy: options.isSandboxed,
    place: {
      sourceFolder: options.file === undefined ? undefined : resolve(options.cwd, dirname(options.file)),
      assetRoot: () => undefined,
    },
  });
  const { host } = place;
  const log = activeLog(options, host, projectFolder);
  const llm = createLlmService({
    host,
    ...(options.fixtures === undefined ? {} : { fixtures: options.fixtures }),
    recordsFixtures: options.recordsFixtures ?? false,
  });
  const services = new Map<string, unknown>([...place.services].map(([key, service]) => [key.name, service]));
  services.set(activeLogKey.name, log).set(llmService.name, llm);
  const output = new DurableOutput({
    log,
    write: options.write,
    onFailure: (error) => options.warn(`events could not be kept: ${textOf(error)}`),
  });
  const runtime = new Runtime({
    host,
    catalog,
    boundary: createEffectBoundary({ now: () => host.clock.now(), ...(options.denied && { denied: options.denied }) }),
    services,
    globals: new Map<string, Value>([
      ["argv", new ListValue([...options.arguments])],
      ["harness", place.harness],
    ]),
    output: (stream, text) => output.write(stream, text),
    release: async () => {
      await output.drained();
      await log.reset()?.close();
    },
  });
  return {
    runtime,
    write: (stream, text) => output.write(stream, text),
    recordedFixtures: () => formatFixtures(llm.recorded ?? []),
    close: () => runtime.close(),
  };
}

/** Where the program's project begins: the folder with its manifest, else the working directory. */
function projectFolderOf({ file, cwd }: SessionOptions): string {
  const start = file === undefined ? cwd : resolve(cwd, dirname(file));
  const manifest = findManifest(start, nodeModuleReader({ cwd }));
  return manifest === undefined ? cwd : dirname(manifest.path);
}

function confined(host: Required<Host>, folder: string): Required<Host> {
  const policy = { roots: [folder] };
  return {
    ...host,
    files: restrictFiles(host.files, policy),
    processes: restrictProcesses(host.processes, host.files, policy),
  };
}

function activeLog({ isEphemeral, warn }: SessionOptions, host: Host, folder: string): ActiveLog {
  const now = (): number => host.clock.now();
  const log = new ActiveLog({
    now,
    onOpenFailure: (error) => warn(`the event log could not be opened: ${textOf(error)}`),
  });
  if (isEphemeral) log.install(new MemoryEventLog({ now, queueDepth: 64 }));
  else
    log.installLazily(() =>
      openEventLog(
        eventLogConfig((name) => host.environment?.get(name), folder, resolve),
        now,
      ),
    );
  return log;
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
