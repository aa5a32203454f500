/**
 * The door for Node programs: everything of `harn/core`, and `createHarn`, which runs programs on this machine.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type {
  AgentEvent,
  AgentEventOf,
  AgentEventSink,
  PersistedAgentEvent,
  ReplayedAgentEvent,
  ToolCallErrorCategory,
} from "./agents/index.ts";
import { type EventLog, type LogEvent, sha256, verifyChain } from "./eventlog/index.ts";
import { nodeAsymmetricCrypto } from "./host/node/asymmetric.ts";
import { nodeEncryption } from "./host/node/authenticated-encryption.ts";
import { nodeCompression } from "./host/node/compression.ts";
import { nodeDigests } from "./host/node/digests.ts";
import { createNodeHost, nodeRegexEngine } from "./host/node/index.ts";
import { nodeModuleReader } from "./host/node/node-module-reader.ts";
import { restrictFiles, restrictProcesses } from "./host/sandbox.ts";
import { findAssetRoot } from "./modules/find-manifest.ts";
import { Harn, type HostFunction, type ProgramSource, type RuntimeSettings } from "./program/index.ts";
import { rooms } from "./program/rooms.ts";

export {
  type Analysis,
  type Analyzed,
  ansiPalette,
  applyFixes,
  browserHost,
  type CompiledProgram,
  type Diagnostic,
  type DiagnosticJson,
  diagnosticToEditor,
  diagnosticToJson,
  type EditorDiagnostic,
  type EditorFix,
  type ErrorPlace,
  type Fixed,
  fixForEditor,
  Harn,
  HarnCompileError,
  HarnError,
  type HarnOptions,
  type Host,
  HostError,
  type HostFunction,
  type Label,
  type ModuleReader,
  memoryReader,
  type PlainInput,
  type PlainOutput,
  type ProgramSource,
  ProjectError,
  plainPalette,
  type Run,
  type RunEvent,
  type RunOutcome,
  type RunRecord,
  renderDiagnostics,
  type Severity,
  type StartOptions,
  standardCatalog,
  type TextEdit,
} from "./core.ts";
export { type EventInput, type EventLog, EventLogError, type LogEvent, type Topic, topic } from "./eventlog/index.ts";
export { type FileLogOptions, openFileEventLog } from "./host/node/file-log/event-log.ts";
export { createNodeHost } from "./host/node/index.ts";
export { openSqliteEventLog, type SqliteLogOptions } from "./host/node/sqlite/event-log.ts";
export type { AgentEvent, AgentEventSink, PersistedAgentEvent, ReplayedAgentEvent, ToolCallErrorCategory };

export interface NodeHarnOptions {
  /** Where relative paths start; programs may touch files inside it and nowhere else. The working directory otherwise. */
  readonly folder?: string;
  /** A project's `harn.toml`, as seen from the folder: its triggers and hooks are those of every run. */
  readonly manifest?: string;
  /** Functions of the embedding program, callable from Harn by these names. */
  readonly functions?: Readonly<Record<string, HostFunction>>;
  /** Builtins that programs may not call. */
  readonly denied?: ReadonlySet<string>;
  /** Recorded answers to model calls. */
  readonly models?: RuntimeSettings["models"];
  /** Lets programs touch any file and run any process. */
  readonly isUnconfined?: boolean;
  /** Opens what each run keeps its events in, when it first asks; without it they are kept in memory, and gone with the run. */
  readonly openLog?: () => EventLog;
}

/** Harn on this machine, confined to a folder unless told otherwise. Requests need an egress policy of the program. */
export function createHarn(options: NodeHarnOptions = {}): Harn {
  const folder = resolve(options.folder ?? process.cwd());
  const base = createNodeHost({ cwd: folder });
  const reader = nodeModuleReader({ cwd: folder });
  const policy = { roots: [folder] };
  const confined = {
    ...base,
    files: restrictFiles(base.files, policy),
    processes: restrictProcesses(base.processes, base.files, policy),
  };
  return new Harn({
    host: options.isUnconfined ? base : confined,
    reader,
    library: {
      regexEngine: nodeRegexEngine(),
      asymmetricCrypto: nodeAsymmetricCrypto,
      compression: nodeCompression,
      encryption: nodeEncryption,
      digests: nodeDigests,
      requiresEgressPolicy: !options.isUnconfined,
      place: { sourceFolder: folder, assetRoot: (project, alias) => findAssetRoot(project, alias, reader) },
    },
    ...(options.manifest !== undefined && { manifest: resolve(folder, options.manifest) }),
    ...(options.functions && { functions: options.functions }),
    ...(options.denied && { denied: options.denied }),
    ...(options.models && { models: options.models }),
    ...(options.openLog && { openLog: options.openLog }),
  });
}

/** What agents of a session told of themselves, as a log has kept it, oldest first. */
export async function loadSessionEvents(log: EventLog, sessionId: string): Promise<readonly ReplayedAgentEvent[]> {
  return rooms.agents().loadSessionEvents(log, sessionId);
}

/**
 * A sink that writes agent events to a file of JSON lines, for `StartOptions.agentEvents`. A file that is there is emptied; full at
 * `rotateBytes` (100 MB), it goes on in `NAME-000001.jsonl`.
 */
export function openAgentEventFile(path: string, options: { readonly rotateBytes?: number } = {}): AgentEventSink {
  const { clock, files } = createNodeHost();
  return rooms.agents().JsonlEventSink.open({ files, path, now: () => clock.now(), ...options });
}

/** The same from files of JSON lines, as sinks of agent events write them: one of them, or a folder of `event_log*.jsonl`. */
export function readPersistedEvents(path: string): readonly PersistedAgentEvent[] {
  return rooms.agents().readPersistedEvents(createNodeHost().files, path);
}

/** Whether its worker is done, one way or another: no `worker_update` of it follows, and a sink need not remember it any longer. */
export function isTerminalWorkerEvent({ event }: Pick<AgentEventOf<"worker_update">, "event">): boolean {
  return rooms.agents().isTerminalWorkerEvent(event);
}

/**
 * The `error_category` of a `tool_call_update`, for hosts that run tools and tell of their failures: from the category of the error,
 * as `error_category(e)` gives it to programs. What it does not know is `host_bridge_error`.
 */
export function toolErrorCategory(category: string): ToolCallErrorCategory {
  return rooms.agents().toolErrorCategory(category);
}

/** What is wrong with the hash chain of one topic's events, given in the order of their ids; empty when it holds. */
export function verifyEvents(events: readonly LogEvent[], previousHash?: string): readonly string[] {
  return verifyChain(events, sha256, previousHash);
}

/** A program's file as a source. Throws Node's own error when it cannot be read. */
export function readProgram(path: string): ProgramSource {
  return { path, text: readFileSync(path, "utf8") };
}
