import { basename, dirname, resolve } from "node:path";
import type { Host, HostClock } from "../../builtin/index.ts";
import { type EventLog, eventLogConfig, stateFolderOf } from "../../eventlog/index.ts";
import { nodeAsymmetricCrypto } from "../../host/node/asymmetric.ts";
import { nodeEncryption } from "../../host/node/authenticated-encryption.ts";
import { nodeCompression } from "../../host/node/compression.ts";
import { nodeDigests } from "../../host/node/digests.ts";
import { createNodeHost, nodeRegexEngine } from "../../host/node/index.ts";
import { nodeModuleReader } from "../../host/node/node-module-reader.ts";
import { restrictFiles, restrictProcesses } from "../../host/sandbox.ts";
import type { OpenAnswerDatabase } from "../../llm/index.ts";
import { findAssetRoot, findManifest } from "../../modules/find-manifest.ts";
import { openRuntime } from "../../program/open-runtime.ts";
import { rooms } from "../../program/rooms.ts";
import type { RunResult } from "../../program/run-program.ts";
import type { RuntimeSettings } from "../../program/runtime-settings.ts";
import type { RunRecord } from "../../records/index.ts";
import { runFolderOf } from "../../records/services.ts";
import { DurableOutput, type RunJournal, type Runtime, runSandbox } from "../../runtime/index.ts";
import type { StatePlace } from "../../stdlib/host/index.ts";
import type { TestBench } from "../../stdlib/host/test-bench.ts";
import type { StandardStream } from "../output.ts";
import { late } from "./late-modules.ts";
import { keepRunRecord } from "./run-record.ts";
import { TranscriptLines } from "./transcript-lines.ts";

export interface SessionOptions {
  /** The program's file; absent for code from the command line. */
  readonly file?: string;
  readonly cwd: string;
  readonly argv: readonly string[];
  /** Confines files and processes to the project, and requests to an egress policy. */
  readonly isSandboxed: boolean;
  /** Folders outside of the project that a sandboxed program may read. */
  readonly readable?: readonly string[];
  /** Folders of skills that come before all others. */
  readonly skillFolders?: readonly string[];
  /** Whether the run may leave a record, with the transcript of its model calls. */
  readonly keepsRecord?: boolean;
  /** Keeps events in memory, whatever the environment says: tests leave nothing behind. */
  readonly isEphemeral?: boolean;
  readonly denied?: ReadonlySet<string>;
  /** Seed of the order in which ready tasks run. */
  readonly interleaving?: number;
  readonly compiling?: RuntimeSettings["compiling"];
  readonly marks?: RuntimeSettings["marks"];
  /** Where the program's surroundings are, if they are not to be found out. */
  readonly places?: RunPlaces;
  /** Writes down what crosses between the run and this machine, or answers from what was written. */
  readonly journal?: RunJournal;
  /** The id of the run, when it has one already. */
  readonly runId?: string;
  /** Recorded answers to model calls. A `FixtureError` when they make no sense. */
  readonly models?: NonNullable<RuntimeSettings["models"]>;
  /** Opens the event log, in place of the one that the environment asks for. */
  readonly openLog?: () => EventLog;
  /** A test bench between the program and this machine. */
  readonly bench?: SessionBench;
  /** The time, in place of this machine's. */
  readonly clock?: HostClock;
  readonly write: (stream: StandardStream, text: string) => void;
  /** Told of what is wrong around the program and does not stop it. */
  readonly warn: (message: string) => void;
}

/** What a test bench puts in the place of this machine, and whom it has look on. */
export interface SessionBench extends Pick<RuntimeSettings, "observers" | "modelObservers"> {
  readonly service: TestBench;
  machine(host: Required<Host>): Required<Host>;
}

/** What lies around a program. */
export interface RunPlaces {
  /** The folder with the manifest, else the working directory. */
  readonly project: string;
  /** The manifest's path, if there is one. */
  readonly manifest?: string;
  /** What the event log and the state of programs lie below. */
  readonly base: string;
  /** Where programs keep what later runs find. */
  readonly state: string;
}

/** A runtime on this machine, for one program. */
export interface Session {
  readonly runtime: Runtime;
  /** To the outside, once whatever it rests on is durable. */
  write(stream: StandardStream, text: string): void;
  /** The answers to model calls so far, as a fixture file. */
  recordedFixtures(): string;
  /** What models and tools were asked so far, if anything. */
  recordSoFar(): RunRecord | undefined;
  /** Writes what the program put aside for later runs. */
  saveState(): void;
  /** Keeps the record of a run that has ended, where it is worth keeping, and gives its path. */
  keepRecord(result: RunResult): Promise<string | undefined>;
  /** Resolves when all output is out and everything is durable and released. */
  close(): Promise<void>;
}

export function openSession(options: SessionOptions): Session {
  const { cwd, argv, denied, models, compiling, write, warn } = options;
  const sourceFolder = options.file === undefined ? undefined : resolve(cwd, dirname(options.file));
  const places = options.places ?? placesOf(options.file, cwd);
  const projectFolder = places.project;
  const bench = options.bench;
  const machine = createNodeHost({ cwd, ...(options.clock && { clock: options.clock }) });
  const base = bench === undefined ? machine : bench.machine(machine);
  const transcript = options.keepsRecord === true ? new TranscriptLines(base) : undefined;
  const opened = openRuntime({
    host: options.isSandboxed ? confined(base, projectFolder, options.readable ?? []) : base,
    name: options.file ?? "<eval>",
    library: {
      regexEngine: nodeRegexEngine(),
      asymmetricCrypto: nodeAsymmetricCrypto,
      compression: nodeCompression,
      encryption: nodeEncryption,
      digests: nodeDigests,
      requiresEgressPolicy: options.isSandboxed,
      place: { sourceFolder, assetRoot: (folder, alias) => findAssetRoot(folder, alias, nodeModuleReader()) },
      ...(bench && { testBench: bench.service }),
      ...(options.isEphemeral ? {} : { state: statePlace(base, places.state, options.file) }),
    },
    argv,
    ...(options.skillFolders && { skillFolders: options.skillFolders }),
    ...(options.isSandboxed ? { policy: runSandbox(projectFolder) } : {}),
    ...(denied && { denied }),
    ...(bench?.observers && { observers: bench.observers }),
    ...(bench?.modelObservers && { modelObservers: bench.modelObservers }),
    ...(options.interleaving !== undefined && { interleaving: options.interleaving }),
    models: {
      openAnswerDatabase: answerDatabase(options),
      ...models,
    },
    ...(compiling && { compiling }),
    ...(options.marks && { marks: options.marks }),
    ...(options.journal && { journal: options.journal }),
    ...(options.runId !== undefined && { runId: options.runId }),
    ...(options.isEphemeral ? {} : { openLog: options.openLog ?? logOpener(base, places.base) }),
    ...(transcript && { onTranscriptLine: (line) => transcript.add(line) }),
    output: write,
    warn,
    asksTerminal: true,
  });
  const gate = new DurableOutput({
    now: () => base.clock.monotonic(),
    log: opened.gate,
    write,
    onFailure: () => warn("output that rests on lost events is not shown"),
  });
  return {
    runtime: opened.runtime,
    write: (stream, text) => gate.write(stream, text),
    recordSoFar: () => opened.record.snapshot(),
    saveState: () => opened.saveState(),
    recordedFixtures: () => rooms.llm().formatFixtures(opened.models.recorded ?? []),
    keepRecord: (result) =>
      keepRunRecord(
        opened,
        result,
        {
          ids: opened.ids,
          now: () => base.clock.now(),
          files: base.files,
          runFolder: runFolderOf((name) => base.environment.get(name)),
          log: opened.log,
        },
        transcript?.text ?? "",
      ),
    close: async () => {
      try {
        await gate.drained();
      } finally {
        await opened.close();
      }
    },
  };
}

/** Finds what lies around a program: `file` is absent for code from the command line. */
export function placesOf(file: string | undefined, cwd: string): RunPlaces {
  const sourceFolder = file === undefined ? undefined : resolve(cwd, dirname(file));
  const manifest = findManifest(sourceFolder ?? cwd, nodeModuleReader({ cwd }))?.path;
  const folder = manifest === undefined ? undefined : dirname(manifest);
  const base = folder ?? sourceFolder ?? cwd;
  return {
    project: folder ?? cwd,
    ...(manifest !== undefined && { manifest }),
    base,
    state: stateFolderOf((name) => process.env[name], base, resolve),
  };
}

function statePlace({ files }: Required<Host>, folder: string, file: string | undefined): StatePlace {
  return {
    folder,
    program: file === undefined ? "default" : basename(file, ".harn"),
    files,
  };
}

/** Where caches of answers go. What is in a database is no effect that could be written down: a recorded run keeps files. */
function answerDatabase({ isEphemeral, journal }: SessionOptions): OpenAnswerDatabase | undefined {
  if (isEphemeral === true) return () => new (rooms.llm().MemoryAnswerStore)();
  return journal === undefined ? (...given) => late.answerDatabase().openAnswerDatabase(...given) : undefined;
}

function confined(host: Required<Host>, folder: string, readable: readonly string[]): Required<Host> {
  const policy = { roots: [folder], readOnlyRoots: readable };
  return {
    ...host,
    files: restrictFiles(host.files, policy),
    processes: restrictProcesses(host.processes, host.files, policy),
  };
}

function logOpener({ clock, environment }: Required<Host>, folder: string): NonNullable<RuntimeSettings["openLog"]> {
  return () =>
    late.eventLog().openEventLog(
      eventLogConfig((name) => environment.get(name), folder, resolve),
      () => clock.now(),
    );
}
