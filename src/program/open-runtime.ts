import type { AgentService, ToolObserver } from "../agents/index.ts";
import { agentService } from "../agents/key.ts";
import { type Catalog, egressKey, type Host, type ServiceKey, Services } from "../builtin/index.ts";
import {
  ActiveLog,
  activeLogKey,
  channelsKey,
  type EventLog,
  type Json,
  type JsonObject,
  jsonOfValue,
  MemoryEventLog,
  type RunEvent,
  rfc3339,
  stepsKey,
  topic,
  uuidSource,
} from "../eventlog/index.ts";
import { humanDesk } from "../hitl/key.ts";
import { Lifecycle, type LifecycleOptions, lifecycleKey } from "../lifecycle/index.ts";
import type { CallTranscript, InFlightCall, LlmService, LlmServiceOptions, ModelCallEvent } from "../llm/index.ts";
import { llmService } from "../llm/key.ts";
import { recordServicesKey } from "../records/key.ts";
import { runFolderOf } from "../records/services.ts";
import {
  type AppendGate,
  afterAppends,
  auditEgress,
  type CapabilityPolicy,
  createEffectBoundary,
  DurableOutput,
  type DurableOutputOptions,
  durableHost,
  type EffectObserver,
  type EffectSubstitute,
  EgressPolicy,
  ExecutionPolicies,
  executionPoliciesKey,
  IdSource,
  type RunJournal,
  Runtime,
} from "../runtime/index.ts";
import { type AsymmetricCrypto, asymmetricCrypto } from "../stdlib/host/crypto/asymmetric.ts";
import { gitAudit } from "../stdlib/host/git/audit.ts";
import type { RegexEngine } from "../stdlib/host/regex-engine.ts";
import { createHostServices, type HostServicesOptions } from "../stdlib/host/services.ts";
import { type ProgramState, programState } from "../stdlib/host/state/state.ts";
import { triggerService } from "../triggers/key.ts";
import { ListValue, Raise, type Value } from "../value/index.ts";
import { ambientContext, type CodeMarks, type Compiling, contextField } from "../vm/index.ts";
import { ambientFields } from "./ambient-context.ts";
import { standardCatalog } from "./catalog.ts";
import { modelOverlays } from "./model-overlays.ts";
import { rooms } from "./rooms.ts";
import { RunRecording } from "./run-recording.ts";
import { openSkillFolders } from "./skill-folders.ts";
import { transcriptOutlet } from "./transcript-outlet.ts";

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
}

const gitReceipts = topic("stdlib.git.receipts");

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

/** The one place where the rooms of the core become a runtime. The command line and the embedding door both come here. */
export function openRuntime(settings: RuntimeSettings): OpenRuntime {
  const { journal } = settings;
  const warn = settings.warn ?? ((): void => {});
  const now = (): number => host.clock.now();
  const { appends, gate, log } = activeLog(settings, now, warn);
  const machine = durableHost(settings.host, appends);
  const outside = journal === undefined ? machine : journal.host(machine);
  const library = createHostServices(outside, libraryOptions(settings, appends));
  const { host } = library;
  const ids = new IdSource(host.clock, host.random);
  const state = library.services.get(programState) as ProgramState;
  const saveState = (): void => {
    for (const file of [state.store, state.checkpoints]) if (!file.isDurable) attemptSave(file);
  };
  if (journal === undefined) {
    log.join(state.store);
    log.join(state.checkpoints);
  }
  const record = new RunRecording(ids, now, settings.name, settings.runId);
  const policies = new ExecutionPolicies(settings.policy);
  const egress = new EgressPolicy({
    environment: (name) => host.environment?.get(name),
    isSandboxed: settings.library?.requiresEgressPolicy === true,
    onBlocked: auditEgress(log),
  });
  const lifecycle = new Lifecycle({
    log,
    now,
    machineNow: () => outside.clock.now(),
    matchesRegex: regexMatcher(settings.library?.regexEngine),
    emit: (event) => runtime.events.emit(event),
  });
  const services = new Services();
  for (const [key, service] of library.services) services.provide(key as ServiceKey<unknown>, () => service);
  const models = (): LlmService => services.use(llmService);
  const agents = (): AgentService => services.use(agentService);
  let calls: CallTranscript | undefined;
  const transcript = (): CallTranscript => {
    const outlet = { events: () => runtime.events, log, now, keep: settings.onTranscriptLine };
    calls ??= new (rooms.llm().CallTranscript)(now, transcriptOutlet(outlet));
    return calls;
  };
  services
    .provide(activeLogKey, () => log)
    .provide(uuidSource, () => ids)
    .provide(stepsKey, () => new (rooms.steps().Steps)(log, now, settings.name))
    .provide(lifecycleKey, () => lifecycle)
    .provide(ambientContext, () => ambientFields(lifecycle, () => services.madeBefore(agentService)))
    .provide(executionPoliciesKey, () => policies)
    .provide(egressKey, () => egress)
    .provide(gitAudit, () => ({
      receipt(receipt, headers) {
        log.getOrCreate().append(gitReceipts, { kind: "stdlib.git.receipt", payload: jsonOfValue(receipt), headers });
      },
    }))
    .provide(humanDesk, () => rooms.humanDesk().openHumanDesk({ log, now, lifecycle, agents: agents() }))
    .provide(triggerService, () => {
      const machineNow = (): number => outside.clock.now();
      return rooms.triggerParts().openTriggers({ log, now, machineNow, ids, host, lifecycle, services });
    })
    .provide(llmService, () =>
      rooms.llm().createLlmService({
        signAwsRequest: (request) => rooms.awsSigning().signAwsRequest(request),
        signRs256: rs256Of(library.services.get(asymmetricCrypto) as AsymmetricCrypto | undefined),
        ...settings.models,
        overlays: [...(settings.models?.overlays ?? []), ...modelOverlays(outside, library, warn)],
        host,
        observers: [(event) => recordModelCall(record, event), (event) => transcript().observe(event)],
      }),
    )
    .provide(agentService, () =>
      rooms.agents().createAgentService({
        host,
        llm: models(),
        log,
        observers: [(event) => record.observe().agentEvent(rooms.agents().encodeAgentEvent(event))],
        onMessage: (sessionId, message, index) => transcript().message(sessionId, message, index),
        onToolCall: (event, sessionId) => record.observe().emit(toolEvent(event, now()), sessionId),
        skillFolders: () => openSkillFolders(outside, library, warn),
        resumeTriggers: () => rooms.triggerParts().resumeTriggers(services.use(triggerService)),
        onSinkFault: (error) => warn(`an agent event could not be kept: ${textOf(error)}`),
      }),
    )
    .provide(
      channelsKey,
      () =>
        new (rooms.channels().Channels)({
          log,
          now,
          ids,
          key: randomBytes(host, 32),
          field: contextField,
          audit: (kind, payload) => void lifecycle.audits.record(kind, payload),
          warn,
        }),
    );
  if (host.files) {
    const { files } = host;
    services.provide(recordServicesKey, () => {
      const runFolder = runFolderOf((name) => host.environment?.get(name));
      const notes = new (rooms.records().RunNotes)();
      return {
        ids,
        now,
        files,
        runFolder,
        log,
        notes,
        readToml: (text: string): Json => jsonOfValue(rooms.toml().readToml(text)),
      };
    });
  }
  lifecycle.sources.inFlightModelCalls = (at) =>
    services
      .madeBefore(llmService)
      ?.inFlight.list()
      .map((call) => inFlightItem(call, at)) ?? [];
  settleAgents(lifecycle, () => services.madeBefore(agentService), agents);
  // What is wrong with the answers that somebody configured is told at the start.
  if (settings.models?.fixtures !== undefined) models();
  const output = new DurableOutput({
    now: () => settings.host.clock.monotonic(),
    log: gate,
    write: settings.output,
    onFailure: (error) => warn(`events could not be kept: ${textOf(error)}`),
  });
  const runtime: Runtime = new Runtime({
    host,
    catalog: settings.catalog ?? standardCatalog,
    boundary: createEffectBoundary({
      now,
      policies,
      ...(settings.denied && { denied: settings.denied }),
      ...(settings.observers && { observers: settings.observers }),
      ...(settings.substitutes && { substitutes: settings.substitutes }),
    }),
    services,
    ...(settings.interleaving !== undefined && { interleaving: settings.interleaving }),
    ...(settings.compiling && { compiling: settings.compiling }),
    ...(settings.marks && { marks: settings.marks }),
    lateGlobals: new Map([["skills", () => services.use(agentService).folderRegistry()]]),
    globals: new Map<string, Value>([
      ["argv", new ListValue([...(settings.argv ?? [])])],
      ["harness", library.harness],
      ...(settings.globals ?? []),
    ]),
    output: (stream, text) => output.write(stream, text),
    ...(journal && {
      turns: journal.turns,
      witness: (event: RunEvent) => {
        // What the program put aside is written before anything is shown, at a moment that a replay finds again.
        saveState();
        journal.witness(event);
      },
    }),
    release: async () => {
      await output.drained();
      await log.reset()?.close();
    },
  });
  return {
    runtime,
    get models() {
      return models();
    },
    get agents() {
      return agents();
    },
    lifecycle,
    record,
    log,
    gate,
    ids,
    saveState,
    close: () => runtime.close(),
  };
}

/** Workers and pools tell the lifecycle of what they have not finished, and are steered by it. */
function settleAgents(lifecycle: Lifecycle, made: () => AgentService | undefined, agents: () => AgentService): void {
  lifecycle.sources.suspendedSubagents = (at) => made()?.workers.unsettled(at) ?? [];
  lifecycle.sources.poolPendingTasks = (at) => made()?.pools.pending(at) ?? [];
  lifecycle.subagents = {
    resume: (context, handle, input) =>
      agents().workers.resume(context, handle, { input, continueTranscript: true, initiator: undefined }),
    cancel: async (context, handle) => agents().workers.close(context, agents().workers.find(handle)),
  };
}

/** A failure is told to the program by whatever it does next with its state. */
function attemptSave(file: ProgramState["store"]): void {
  try {
    file.save();
  } catch (error) {
    if (!(error instanceof Raise)) throw error;
  }
}

/** The state of programs as the journal sees it, and an embedder's bridge as part of the outside. */
function libraryOptions({ journal, library = {} }: RuntimeSettings, appends: AppendGate): HostServicesOptions {
  const { bridge, state } = library;
  return {
    ...library,
    ...(state && journal && { state: { ...state, files: journal.files(state.files) } }),
    ...(bridge && {
      bridge: {
        capabilities: bridge.capabilities,
        call: (...call) => afterAppends(appends, () => bridge.call(...call)),
        tools: () => bridge.tools(),
        callTool: (...call) => afterAppends(appends, () => bridge.callTool(...call)),
      },
    }),
  };
}

function activeLog(
  settings: RuntimeSettings,
  now: () => number,
  warn: (message: string) => void,
): Pick<OpenRuntime, "log" | "gate"> & { readonly appends: AppendGate } {
  const log = new ActiveLog({
    now,
    onOpenFailure: (error) => warn(`the event log could not be opened: ${textOf(error)}`),
  });
  const { journal, openLog } = settings;
  if (openLog === undefined || journal === undefined) {
    log.installLazily(openLog ?? (() => new MemoryEventLog({ now, queueDepth: 64 })));
    return { log, gate: journal ?? log, appends: log };
  }
  let real: EventLog | undefined;
  log.installLazily(() => journal.log(() => (real = openLog())));
  // The outside waits for the log itself: how long that takes is no part of the run.
  const appends: AppendGate = {
    get isDurable() {
      return real?.isDurable ?? true;
    },
    durable: async () => await real?.durable(),
    durableNow: () => real?.durableNow(),
  };
  const gate: OpenRuntime["gate"] = {
    get isDurable() {
      return journal.isDurable && appends.isDurable;
    },
    async durable() {
      await journal.durable();
      await appends.durable();
    },
  };
  return { log, gate, appends };
}

/** The session that an agent's task works in, where nothing else says so. */
function randomBytes({ random }: Host, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  random.fill(bytes);
  return bytes;
}

function inFlightItem({ id, model, role, startedAt }: InFlightCall, now: number): JsonObject {
  return { call_id: id, model, role, started_at_ms: startedAt, age_ms: Math.max(0, now - startedAt) };
}

/** A pattern that the engine refuses fits nothing. */
function regexMatcher(engine: RegexEngine | undefined): LifecycleOptions["matchesRegex"] {
  return (pattern, text) => {
    try {
      const regex = engine?.compile(pattern);
      const isFound = regex?.findAll(text).length;
      regex?.dispose();
      return isFound === undefined ? undefined : isFound > 0;
    } catch {
      return undefined;
    }
  };
}

/** A tool call in the words of run events, which is what records are made from. */
function toolEvent(event: Parameters<ToolObserver>[0], at: number): RunEvent {
  if (event.kind === "begun") {
    const { id, name, arguments: args } = event.call;
    return { event_type: "tool_call", call_id: id, name, args: jsonOfValue(args), started_at: rfc3339(at) };
  }
  const { callId, isOk, result } = event.outcome;
  return { event_type: "tool_result", call_id: callId, ok: isOk, result: jsonOfValue(result) };
}

function recordModelCall(record: RunRecording, event: ModelCallEvent): void {
  if (event.kind !== "model-call-end" && event.kind !== "model-call-error") return;
  const { request, startedAt, durationMs, sessionId } = event;
  const base = {
    provider: request.provider,
    model: request.model,
    startedAt,
    durationMs,
    ...(sessionId === undefined ? {} : { sessionId }),
  };
  if (event.kind === "model-call-end") {
    const { inputTokens, outputTokens } = event.reply;
    record.observe().modelCall({ ...base, inputTokens, outputTokens, costUsd: event.costUsd });
  } else if (event.retryInMs === undefined) {
    record.observe().modelCall({ ...base, inputTokens: 0, outputTokens: 0, costUsd: 0, error: event.failure.message });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function rs256Of(crypto: AsymmetricCrypto | undefined): ((pem: string, message: Uint8Array) => Uint8Array) | undefined {
  return crypto && ((pem, message) => crypto.signJwt("RS256", pem, message));
}
