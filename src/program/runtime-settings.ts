import type { AgentService } from "../agents/index.ts";
import type { Catalog, Host } from "../builtin/index.ts";
import type { ActiveLog, EventLog } from "../eventlog/index.ts";
import type { Lifecycle } from "../lifecycle/index.ts";
import type { LlmService, LlmServiceOptions } from "../llm/index.ts";
import type {
  CapabilityPolicy,
  DurableOutputOptions,
  EffectObserver,
  EffectSubstitute,
  IdSource,
  RunJournal,
  Runtime,
} from "../runtime/index.ts";
import type { HostServicesOptions } from "../stdlib/host/services.ts";
import type { Value } from "../value/index.ts";
import type { CodeMarks, Compiling } from "../vm/index.ts";
import type { RunRecording } from "./run-recording.ts";

export interface RuntimeSettings {
  /** Already confined to what the program may touch: policies stand in front of a host, not inside. */
  readonly host: Host;
  /** The program's name in its record, usually its path. */
  readonly name: string;
  readonly catalog?: Catalog;
  /** Regular expressions, key pairs, places, and what else the host-facing library is given. */
  readonly library?: HostServicesOptions;
  /** Command line arguments of the program. */
  readonly argv?: readonly string[];
  /** Names that the program sees without declaring them: a pipeline's inputs. */
  readonly globals?: ReadonlyMap<string, Value>;
  /** What the program may do at most; everything when absent. */
  readonly policy?: CapabilityPolicy;
  /** Builtins that may not be called. */
  readonly denied?: ReadonlySet<string>;
  readonly observers?: readonly EffectObserver[];
  readonly substitutes?: readonly EffectSubstitute[];
  readonly models?: Omit<LlmServiceOptions, "host" | "observers">;
  readonly modelObservers?: LlmServiceOptions["observers"];
  /** Records the effects of the run, or answers them from a recording. */
  readonly journal?: RunJournal;
  /** The id of the run in its record, when it has one already. */
  readonly runId?: string;
  /** Seed of the order in which ready tasks run; first come, first served without it. */
  readonly interleaving?: number;
  /** Opens the event log at its first use; without it, events are kept in memory. */
  readonly openLog?: () => EventLog;
  /** When warm functions are compiled to JavaScript; once it pays, when absent. */
  readonly compiling?: Compiling;
  /** Takes the transcript of the run's model calls, line by line, without what is secret. */
  readonly onTranscriptLine?: (line: string) => void;
  /** Makes the program's functions visible to a profiler; see `CodeMarks`. */
  readonly marks?: CodeMarks;
  readonly output: (stream: "stdout" | "stderr", text: string) => void;
  /** Told of what is wrong around the program and does not stop it. */
  readonly warn?: (message: string) => void;
  /** Whether people are asked at this machine's terminal, where there is one. */
  readonly asksTerminal?: boolean;
  /** Folders of skills that come before all others. */
  readonly skillFolders?: readonly string[];
}

/** A runtime with everything the language promises, and what observes it. */
export interface OpenRuntime {
  readonly runtime: Runtime;
  readonly models: LlmService;
  readonly agents: AgentService;
  /** What the run left behind: audit entries, handoffs, its disposition. */
  readonly lifecycle: Lifecycle;
  readonly record: RunRecording;
  readonly log: ActiveLog;
  /** What output has to wait for: the durability of everything it rests on. */
  readonly gate: DurableOutputOptions["log"];
  readonly ids: IdSource;
  /** Writes what the program put aside for later runs, if that is not written yet. */
  saveState(): void;
  /** Resolves when all output is out, everything is durable, and everything held is released. */
  close(): Promise<void>;
}
