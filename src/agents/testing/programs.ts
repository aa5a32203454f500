import {
  Catalog,
  FileEdits,
  fileEditsKey,
  type HttpRequest,
  type HttpResponse,
  longRunningKey,
} from "../../builtin/index.ts";
import { ActiveLog, type EventLog } from "../../eventlog/index.ts";
import { nodeRegexEngine } from "../../host/node/index.ts";
import { type MemoryFiles, type MemoryHostOptions, memoryHost } from "../../host/testing/index.ts";
import { Lifecycle, lifecycleCatalog, lifecycleKey } from "../../lifecycle/index.ts";
import { createLlmService, type LlmService, type LlmServiceOptions, llmCatalog, llmService } from "../../llm/index.ts";
import type { ModuleReader } from "../../modules/index.ts";
import { compileProgram, runProgram } from "../../program/index.ts";
import { recordCatalog, recordServicesKey } from "../../records/index.ts";
import { createEffectBoundary } from "../../runtime/effects.ts";
import { IdSource } from "../../runtime/ids.ts";
import {
  declaredCallObserverKey,
  declaredCatalog,
  ExecutionPolicies,
  executionPoliciesKey,
  policyCatalog,
} from "../../runtime/index.ts";
import { Runtime } from "../../runtime/runtime.ts";
import { createHostServices, hostStdlib, stdioCatalog } from "../../stdlib/host/index.ts";
import { pureStdlib } from "../../stdlib/index.ts";
import { lateStdlib } from "../../stdlib/late.ts";
import { show } from "../../value/index.ts";
import { machineCatalog } from "../../vm/catalog.ts";
import { FlyingClock } from "../../vm/testing/flying-clock.ts";
import {
  type AgentEvent,
  type AgentService,
  type Approver,
  agentService,
  agentsCatalog,
  createAgentService,
  StepObserver,
} from "../index.ts";

export interface ProgramOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Answers requests in order. */
  readonly http?: (request: HttpRequest) => HttpResponse;
  readonly llm?: Omit<LlmServiceOptions, "host">;
  /** Timers fire at once, as if time flew. */
  readonly fliesThroughTimers?: boolean;
  /** Where events of sessions are kept; nowhere without it. */
  readonly log?: EventLog;
  readonly files?: Readonly<Record<string, string>>;
  readonly approver?: Approver;
  /** What every process answers; without it there is none to start. */
  readonly process?: Exclude<MemoryHostOptions["process"], undefined>;
}

export interface ProgramRun {
  readonly lines: readonly string[];
  readonly requests: readonly HttpRequest[];
  readonly events: readonly AgentEvent[];
  readonly llm: LlmService;
  readonly agents: AgentService;
  readonly files: MemoryFiles;
  /** Waits that were asked of the clock, in milliseconds. */
  readonly waits: readonly number[];
  /** What was said on standard error, line by line. */
  readonly warnings: readonly string[];
}

const catalog = new Catalog([
  machineCatalog,
  ...pureStdlib,
  stdioCatalog,
  ...hostStdlib,
  lateStdlib,
  policyCatalog,
  declaredCatalog,
  lifecycleCatalog,
  llmCatalog,
  agentsCatalog,
  recordCatalog,
]);

/** Programs of these tests import nothing. */
const noFiles: ModuleReader = {
  read: (path) => {
    throw new Error(`there is no ${path}`);
  },
  exists: () => false,
  isFolder: () => false,
  realPath: (path) => path,
  dirname: () => "/desk",
  join: (...parts) => parts.join("/"),
  stdSource: () => undefined,
};

/** Runs the body of a pipeline on a host in memory. `lines` are what it printed; an error that comes out is the last of them. */
export async function runBody(body: string, options: ProgramOptions = {}): Promise<ProgramRun> {
  const requests: HttpRequest[] = [];
  const waits: number[] = [];
  const events: AgentEvent[] = [];
  const memory = memoryHost({
    environment: options.environment ?? {},
    files: options.files ?? {},
    ...(options.process && { process: options.process }),
  });
  const clock = memory.clock;
  const flying = new FlyingClock();
  const place = createHostServices(
    {
      ...memory,
      clock: {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        schedule: (milliseconds, callback) => {
          // Bounds of requests are not waits: they are longer than any back-off.
          if (options.fliesThroughTimers !== true || milliseconds >= 120_000)
            return clock.schedule(milliseconds, callback);
          waits.push(milliseconds);
          return flying.schedule(milliseconds, callback);
        },
      },
      http: {
        send: async (request) => {
          requests.push(request);
          if (options.http === undefined) throw new Error("connect ECONNREFUSED");
          return options.http(request);
        },
      },
    },
    { requiresEgressPolicy: false, regexEngine: nodeRegexEngine() },
  );
  const { host } = place;
  const llm = createLlmService({ host, ...options.llm });
  const log = new ActiveLog({ now: () => host.clock.now(), onOpenFailure: () => {} });
  if (options.log !== undefined) log.install(options.log);
  const agents = createAgentService({
    host,
    llm,
    log,
    ...(options.approver && { approver: options.approver }),
    observers: [(event) => events.push(event)],
  });
  const services = new Map<string, unknown>([...place.services].map(([key, service]) => [key.name, service]));
  const policies = new ExecutionPolicies();
  const lifecycle = new Lifecycle({
    log,
    now: () => host.clock.now(),
    machineNow: () => host.clock.now(),
    matchesRegex: (pattern, text) => new RegExp(pattern).test(text),
    emit: () => {},
    isObserved: () => false,
  });
  services
    .set(llmService.name, llm)
    .set(agentService.name, agents)
    .set(lifecycleKey.name, lifecycle)
    .set(executionPoliciesKey.name, policies)
    .set(longRunningKey.name, agents.longRunning)
    .set(declaredCallObserverKey.name, new StepObserver())
    .set(fileEditsKey.name, new FileEdits(() => lifecycle.hooks.has("FileEdited")))
    .set(recordServicesKey.name, {
      ids: new IdSource(host.clock, host.random),
      now: () => host.clock.now(),
      files: memory.files,
      runFolder: ".harn-runs",
      log,
    });
  let output = "";
  let said = "";
  const runtime = new Runtime({
    host,
    catalog,
    boundary: createEffectBoundary({ now: () => host.clock.now(), policies }),
    services,
    globals: new Map([["harness", place.harness]]),
    output: (stream, text) => {
      if (stream === "stdout") output += text;
      else said += text;
    },
  });
  const text = /^\s*pipeline\b/m.test(body) ? body : `pipeline main(task) {\n${body}\n}\n`;
  const compiled = compileProgram({ path: "/desk/main.harn", text }, { reader: noFiles, catalog });
  if (compiled.hasErrors)
    throw new Error(compiled.diagnostics.map((found) => `${found.code} ${JSON.stringify(found)}`).join("\n"));
  const result = await runProgram(runtime.machine, compiled);
  if (result.kind === "error") output += `ERROR ${show(result.error.value)}\n`;
  const lines = output.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const warnings = said.split("\n").filter((line) => line !== "");
  return { lines, requests, events, llm, agents, files: memory.files, waits, warnings };
}
