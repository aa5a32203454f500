import type { AgentService } from "../agents/index.ts";
import { agentService } from "../agents/key.ts";
import { openConnections, type RegexEngine } from "../builtin/index.ts";
import type { RunEvent } from "../eventlog/index.ts";
import { Lifecycle, type LifecycleOptions } from "../lifecycle/index.ts";
import type { LlmService } from "../llm/index.ts";
import { llmService } from "../llm/key.ts";
import {
  type AppendGate,
  afterAppends,
  auditEgress,
  createEffectBoundary,
  DurableOutput,
  durableHost,
  EgressPolicy,
  ExecutionPolicies,
  IdSource,
  Runtime,
} from "../runtime/index.ts";
import { snippetCompiler } from "../stdlib/composition/snippet.ts";
import { createHostServices, type HostServicesOptions } from "../stdlib/host/services.ts";
import { type ProgramState, programState } from "../stdlib/host/state/state.ts";
import { messageOf } from "../text/index.ts";
import { ListValue, Raise, type Value } from "../value/index.ts";
import { standardCatalog } from "./catalog.ts";
import { rooms } from "./rooms.ts";
import { openRunLog } from "./run-log.ts";
import { inFlightItem } from "./run-observers.ts";
import { RunRecording } from "./run-recording.ts";
import { provideServices } from "./run-services.ts";
import type { OpenRuntime, RuntimeSettings } from "./runtime-settings.ts";

/** The one place where the rooms of the core become a runtime. The command line and the embedding door both come here. */
export function openRuntime(settings: RuntimeSettings): OpenRuntime {
  const { journal } = settings;
  const warn = settings.warn ?? ((): void => {});
  const now = (): number => host.clock.now();
  const { appends, gate, log } = openRunLog(settings, now, warn);
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
    isObserved: () => runtime.events.isActive,
  });
  const services = provideServices({
    settings,
    host,
    outside,
    library,
    log,
    now,
    ids,
    record,
    lifecycle,
    policies,
    egress,
    events: () => runtime.events,
    warn,
  });
  const models = (): LlmService => services.use(llmService);
  const agents = (): AgentService => services.use(agentService);
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
    onFailure: (error) => warn(`events could not be kept: ${messageOf(error)}`),
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
      await services.madeBefore(openConnections)?.closeAll();
      await output.drained();
      await log.reset()?.close();
    },
  });
  const catalog = settings.catalog ?? standardCatalog;
  services.provide(snippetCompiler, () => rooms.handoffSources().snippetCompilerOf(() => runtime.machine, catalog));
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
