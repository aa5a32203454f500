import type { AgentEventSink } from "../agents/index.ts";
import type { Host } from "../builtin/index.ts";
import { type Diagnostic, diagnosticToJson, plainPalette, renderDiagnostics } from "../diagnostics/index.ts";
import { type RunEvent, RunEventStream } from "../eventlog/index.ts";
import type { ModuleReader } from "../modules/index.ts";
import type { RunRecord } from "../records/index.ts";
import type { HostServicesOptions } from "../stdlib/host/index.ts";
import { Analysis } from "../types/index.ts";
import { type Raise, show } from "../value/index.ts";
import { extendCatalog, standardCatalog } from "./catalog.ts";
import { type CompiledProgram, compileProgram } from "./compile-program.ts";
import { type HostFunction, hostFunctionBuiltins } from "./host-functions.ts";
import { openRuntime } from "./open-runtime.ts";
import { fromPlain, type PlainInput, type PlainOutput, toPlain } from "./plain-values.ts";
import { type ProjectCode, readProject } from "./project-code.ts";
import { rooms } from "./rooms.ts";
import { type RunResult, runProgram } from "./run-program.ts";
import type { OpenRuntime, RuntimeSettings } from "./runtime-settings.ts";

export interface HarnOptions {
  /** What programs may reach. Confine it first: nothing is refused here that the host allows. */
  readonly host: Host;
  /** Where imports are found. */
  readonly reader: ModuleReader;
  readonly library?: HostServicesOptions;
  /** Path of a project's `harn.toml`: its triggers and hooks are those of every run. `start` throws a `ProjectError` for a wrong one. */
  readonly manifest?: string;
  /** Functions of the embedding program, callable from Harn by these names. */
  readonly functions?: Readonly<Record<string, HostFunction>>;
  /** Builtins that programs may not call. */
  readonly denied?: ReadonlySet<string>;
  readonly models?: RuntimeSettings["models"];
  readonly openLog?: RuntimeSettings["openLog"];
  /** `never` where code must not be made from text, such as a page whose content policy forbids it; a refusal is noticed too. */
  readonly compiling?: RuntimeSettings["compiling"];
}

/** Program text under the path that messages and relative imports use. */
export interface ProgramSource {
  readonly path: string;
  readonly text: string;
}

export interface StartOptions {
  /** Which pipeline; `default` or the first otherwise. */
  readonly pipeline?: string;
  /** Names that the program sees without declaring them, such as its pipeline's parameters. */
  readonly inputs?: Readonly<Record<string, PlainInput>>;
  readonly argv?: readonly string[];
  /**
   * Seed of the order in which ready tasks run, instead of first come, first served. The same seed gives the same order: a
   * test that tries many finds races, and can repeat the one that failed.
   */
  readonly interleaving?: number;
  /** Told of everything that agents of the run tell, as it happens, and flushed when it ends. */
  readonly agentEvents?: readonly AgentEventSink[];
  /** Aborting it cancels the run: waits and loops in it end with an error, and `finally` and `defer` still run. */
  readonly signal?: AbortSignal;
}

/** How a run ended, in plain values. */
export type RunOutcome =
  | { readonly kind: "completed"; readonly value: PlainOutput; readonly record: RunRecord }
  /** The program called `exit(status)`. */
  | { readonly kind: "exited"; readonly status: number; readonly record: RunRecord }
  | { readonly kind: "failed"; readonly error: HarnError; readonly record: RunRecord }
  | { readonly kind: "cancelled"; readonly error: HarnError; readonly record: RunRecord };

/** A place in a program; lines and columns count from 1. */
export interface ErrorPlace {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** The function that was running. */
  readonly name: string;
}

/** An error that left a program: what was thrown, and where. */
export class HarnError extends Error {
  override readonly name = "HarnError";
  /** What a `catch` in the program would have bound. */
  readonly value: PlainOutput;
  /** `timeout`, `rate_limit` … where the error has a category. */
  readonly category: string | undefined;
  /** Whether the program failed, took longer than a `deadline` allows, or was cancelled. */
  readonly kind: "error" | "deadline" | "cancelled";
  /** Active calls, innermost first. */
  readonly places: readonly ErrorPlace[];

  /** `cause`: what a host function threw, or the reason of the signal that cancelled. */
  constructor(error: Raise, cause: unknown = error.cause) {
    super(show(error.value), cause === undefined ? {} : { cause });
    this.kind = error.kind === "deadline" || error.kind === "cancelled" ? error.kind : "error";
    this.value = toPlain(error.value);
    this.category = error.category;
    this.places = error.trace.map(({ name, source, span }) => ({
      name,
      path: source.path,
      ...source.lines.positionAt(span.start),
    }));
  }
}

/** A program that cannot run: it has errors. `message` is their terminal rendering. */
export class HarnCompileError extends Error {
  override readonly name = "HarnCompileError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(program: CompiledProgram) {
    const problems = program.problems.map(({ message, source, span }) => {
      const { line, column } = source.lines.positionAt(span.start);
      return `error: ${message} at ${source.path}:${line}:${column}\n`;
    });
    super([renderDiagnostics(program.diagnostics, plainPalette), ...problems].join(""));
    this.diagnostics = program.diagnostics;
  }

  /** One plain object for each finding, as `harn check --json` prints them. */
  toJSON(): readonly ReturnType<typeof diagnosticToJson>[] {
    return this.diagnostics.map(diagnosticToJson);
  }
}

/** A run under way. Its events wait until they are read; iterating is optional. */
export interface Run {
  readonly events: AsyncIterable<RunEvent>;
  /** Never rejects for an error of the program: that is an outcome. */
  readonly outcome: Promise<RunOutcome>;
}

/**
 * Compiles and runs Harn programs inside a JavaScript program. Each run has a runtime of its own: two of them share
 * nothing but what the host gives both.
 */
export class Harn {
  readonly #options: HarnOptions;
  readonly #catalog: typeof standardCatalog;
  /** Read at the first run. */
  #project: { readonly code: ProjectCode | undefined } | undefined;

  constructor(options: HarnOptions) {
    this.#options = options;
    const { functions } = options;
    this.#catalog = functions ? extendCatalog({ builtins: hostFunctionBuiltins(functions) }) : standardCatalog;
  }

  /** Everything that the parser and the checker find, errors and warnings, sorted by place. */
  check(source: ProgramSource): readonly Diagnostic[] {
    return this.#compile(source).diagnostics;
  }

  /** Checks programs again and again while they are written: what has not changed is not looked at again. */
  analysis(): Analysis {
    return new Analysis(this.#options.reader, this.#catalog, { ambientStdio: "warn" });
  }

  /** A program ready to run, any number of times. Throws a `HarnCompileError`. */
  compile(source: ProgramSource): CompiledProgram {
    const program = this.#compile(source);
    if (program.hasErrors) throw new HarnCompileError(program);
    return program;
  }

  /** Starts a program at once. Its output and everything else it does are events. */
  start(program: CompiledProgram | ProgramSource, options: StartOptions = {}): Run {
    const compiled = "modules" in program ? program : this.compile(program);
    const { code: project } = this.#readProject();
    const opened = openRuntime({
      ...this.#settings(compiled),
      argv: options.argv ?? [],
      ...(options.interleaving !== undefined && { interleaving: options.interleaving }),
      globals: new Map(Object.entries(options.inputs ?? {}).map(([name, input]) => [name, fromPlain(input, name)])),
    });
    const events = RunEventStream.of(opened.runtime.events);
    const sink = options.agentEvents && observeAgents(opened, options.agentEvents);
    const perform = async (): Promise<RunOutcome> => {
      try {
        await project?.install(opened.runtime.machine);
        const result = await runProgram(opened.runtime.machine, compiled, options);
        return outcomeOf(result, opened.record, options.signal);
      } finally {
        events.end();
        await sink?.flush?.();
        await opened.close();
      }
    };
    return { events, outcome: perform() };
  }

  /** Runs a program to its end. Throws a `HarnError` when the program fails; an exit gives its status. */
  async run(program: CompiledProgram | ProgramSource, options: StartOptions = {}): Promise<PlainOutput> {
    const outcome = await this.start(program, options).outcome;
    switch (outcome.kind) {
      case "completed":
        return outcome.value;
      case "exited":
        return outcome.status;
      default:
        throw outcome.error;
    }
  }

  #readProject(): { readonly code: ProjectCode | undefined } {
    const { manifest, reader } = this.#options;
    this.#project ??= { code: manifest === undefined ? undefined : readProject(manifest, reader) };
    return this.#project;
  }

  #compile(source: ProgramSource): CompiledProgram {
    return compileProgram(source, { reader: this.#options.reader, catalog: this.#catalog });
  }

  #settings(program: CompiledProgram): RuntimeSettings {
    const { host, library, denied, models, openLog, compiling } = this.#options;
    return {
      host,
      name: program.graph.entry.source.path,
      catalog: this.#catalog,
      // Somebody listens to every run, so nothing is written past the events.
      output: () => {},
      ...(library && { library }),
      ...(denied && { denied }),
      ...(models && { models }),
      ...(openLog && { openLog }),
      ...(compiling && { compiling }),
    };
  }
}

function observeAgents({ agents }: OpenRuntime, sinks: readonly AgentEventSink[]): AgentEventSink {
  const all = new (rooms.agents().MultiSink)();
  for (const sink of sinks) all.push(sink);
  agents.events.observe((event) => all.handle(event));
  return all;
}

function outcomeOf(
  result: RunResult,
  recorder: { finish(end: { status: "completed" | "failed" | "cancelled"; exitCode?: number }): RunRecord },
  signal: AbortSignal | undefined,
): RunOutcome {
  switch (result.kind) {
    case "value":
      return { kind: "completed", value: toPlain(result.value), record: recorder.finish({ status: "completed" }) };
    case "exit":
      return {
        kind: "exited",
        status: result.status,
        record: recorder.finish({ status: "completed", exitCode: result.status }),
      };
    case "error": {
      const isCancelled = signal?.aborted === true && result.error.kind === "cancelled";
      const error = isCancelled ? new HarnError(result.error, signal.reason) : new HarnError(result.error);
      const kind = isCancelled ? "cancelled" : "failed";
      return { kind, error, record: recorder.finish({ status: kind }) };
    }
  }
}
