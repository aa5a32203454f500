import { agentService } from "../agents/key.ts";
import {
  egressKey,
  FileEdits,
  fileEditsKey,
  type Host,
  longRunningKey,
  OpenConnections,
  openConnections,
  type ServiceKey,
  Services,
} from "../builtin/index.ts";
import {
  activeLogKey,
  channelsKey,
  type Json,
  jsonOfValue,
  runWatchers,
  stepsKey,
  topic,
  uuidSource,
} from "../eventlog/index.ts";
import { humanDesk } from "../hitl/key.ts";
import { lifecycleKey } from "../lifecycle/index.ts";
import type { CallTranscript } from "../llm/index.ts";
import { llmService } from "../llm/key.ts";
import { recordServicesKey } from "../records/key.ts";
import { runFolderOf } from "../records/services.ts";
import {
  declaredCallObserverKey,
  type EgressPolicy,
  type ExecutionPolicies,
  executionPoliciesKey,
} from "../runtime/index.ts";
import { type AsymmetricCrypto, asymmetricCrypto } from "../stdlib/host/crypto/asymmetric.ts";
import { gitAudit } from "../stdlib/host/git/audit.ts";
import type { HostServices } from "../stdlib/host/services.ts";
import { messageOf } from "../text/index.ts";
import { triggerService } from "../triggers/key.ts";
import { ambientContext, contextField } from "../vm/index.ts";
import { ambientFields } from "./ambient-context.ts";
import { standardCatalog } from "./catalog.ts";
import { modelOverlays } from "./model-overlays.ts";
import { rooms } from "./rooms.ts";
import { recordModelCall, toolEvent } from "./run-observers.ts";
import type { OpenRuntime, RuntimeSettings } from "./runtime-settings.ts";
import { openSkillFolders } from "./skill-folders.ts";
import { type TranscriptOutlet, transcriptOutlet } from "./transcript-outlet.ts";

/** What the services of a runtime are made of. */
export interface ServiceParts extends Pick<OpenRuntime, "ids" | "lifecycle" | "log" | "record"> {
  readonly settings: RuntimeSettings;
  /** What programs see. */
  readonly host: Host;
  /** The same without what programs mock. */
  readonly outside: Host;
  readonly library: HostServices;
  /** Unix milliseconds as programs see them. */
  readonly now: () => number;
  readonly policies: ExecutionPolicies;
  readonly egress: EgressPolicy;
  readonly events: TranscriptOutlet["events"];
  readonly warn: (message: string) => void;
}

const gitReceipts = topic("stdlib.git.receipts");

/** The rooms of the core as services. Each is made when it is first asked for, and only then is its room evaluated. */
export function provideServices(parts: ServiceParts): Services {
  const { egress, events, host, ids, library, lifecycle, log, now, outside, policies, record, settings, warn } = parts;
  const services = new Services();
  for (const [key, service] of library.services) services.provide(key as ServiceKey<unknown>, () => service);
  let calls: CallTranscript | undefined;
  const transcript = (): CallTranscript => {
    const outlet = { events, log, now, keep: settings.onTranscriptLine };
    calls ??= new (rooms.llm().CallTranscript)(now, transcriptOutlet(outlet));
    return calls;
  };
  services
    .provide(activeLogKey, () => log)
    .provide(runWatchers, () => events)
    .provide(uuidSource, () => ids)
    .provide(openConnections, () => new OpenConnections())
    .provide(stepsKey, () => new (rooms.steps().Steps)(log, now, settings.name))
    .provide(lifecycleKey, () => lifecycle)
    .provide(ambientContext, () => ambientFields(lifecycle, () => services.madeBefore(agentService)))
    .provide(fileEditsKey, () => new FileEdits(() => lifecycle.hooks.has("FileEdited")))
    .provide(longRunningKey, () => services.use(agentService).longRunning)
    .provide(declaredCallObserverKey, () => new (rooms.agents().StepObserver)())
    .provide(executionPoliciesKey, () => policies)
    .provide(egressKey, () => egress)
    .provide(gitAudit, () => ({
      receipt(receipt, headers) {
        log.getOrCreate().append(gitReceipts, { kind: "stdlib.git.receipt", payload: jsonOfValue(receipt), headers });
      },
    }))
    .provide(humanDesk, () =>
      rooms.humanDesk().openHumanDesk({
        log,
        now,
        lifecycle,
        agents: services.use(agentService),
        asksTerminal: settings.asksTerminal === true,
      }),
    )
    .provide(triggerService, () => {
      const machineNow = (): number => outside.clock.now();
      return rooms.triggerParts().openTriggers({ log, now, machineNow, ids, host, lifecycle, services });
    })
    .provide(llmService, () =>
      rooms.llm().createLlmService({
        signAwsRequest: (request) => rooms.awsSigning().signAwsRequest(request),
        signRs256: rs256Of(library.services.get(asymmetricCrypto) as AsymmetricCrypto | undefined),
        typeErrors: (text) => rooms.handoffSources().typeErrors(text, settings.catalog ?? standardCatalog),
        ...settings.models,
        overlays: [...(settings.models?.overlays ?? []), ...modelOverlays(outside, library, warn)],
        host,
        observers: [
          (event) => recordModelCall(record, event),
          (event) => transcript().observe(event),
          ...(settings.modelObservers ?? []),
        ],
      }),
    )
    .provide(agentService, () =>
      rooms.agents().createAgentService({
        host,
        llm: services.use(llmService),
        log,
        observers: [
          (event) => {
            const recorder = record.observe();
            if (rooms.records().recordedEventTypes.has(event.type))
              recorder.agentEvent(rooms.agents().encodeAgentEvent(event));
          },
        ],
        onMessage: (sessionId, message, index) => transcript().message(sessionId, message, index),
        onToolCall: (event, sessionId) => record.observe().emit(toolEvent(event, now()), sessionId),
        hasBridge: () => settings.library?.bridge !== undefined,
        skillFolders: () => openSkillFolders(outside, library, settings.skillFolders ?? [], warn),
        resumeTriggers: () => rooms.triggerParts().resumeTriggers(services.use(triggerService)),
        onSinkFault: (error) => warn(`an agent event could not be kept: ${messageOf(error)}`),
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
  provideRecords(services, parts);
  return services;
}

function provideRecords(services: Services, { host, ids, library, log, now, outside, settings }: ServiceParts): void {
  const { files } = host;
  if (files === undefined) return;
  services.provide(recordServicesKey, () => {
    const readToml = (text: string): Json => jsonOfValue(rooms.toml().readToml(text));
    const runFolder = runFolderOf((name) => host.environment?.get(name));
    const notes = new (rooms.records().RunNotes)();
    return {
      ids,
      now,
      files,
      runFolder,
      log,
      notes,
      readToml,
      routeManifest: () => rooms.handoffSources().routeManifest(outside, library, readToml),
      sourceCalls: (text: string) => rooms.handoffSources().sourceCalls(text, settings.catalog ?? standardCatalog),
    };
  });
}

function randomBytes({ random }: Host, count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  random.fill(bytes);
  return bytes;
}

function rs256Of(crypto: AsymmetricCrypto | undefined): ((pem: string, message: Uint8Array) => Uint8Array) | undefined {
  return crypto && ((pem, message) => crypto.signJwt("RS256", pem, message));
}
