import type { Observation } from "../../program/observed-reader.ts";
import { rooms } from "../../program/rooms.ts";
import { type RunResult, runProgram } from "../../program/run-program.ts";
import type { RunnableProgram } from "../../program/stored-program.ts";
import type { ReplayStop } from "../../runtime/journal/effect-journal.ts";
import type { StopSignal } from "../../runtime/stop-signal.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { type Timed, untimed } from "../measuring/phases.ts";
import type { Attestation } from "./attestation.ts";
import { findProgram, keepProgram } from "./compiled-programs.ts";
import { type ProjectCode, projectCode } from "./project-code.ts";
import type { RecordedRun } from "./recorded-run.ts";
import type { RunReport } from "./report.ts";
import type { RunRequest } from "./run-request.ts";
import { sessionRules } from "./run-rules.ts";
import { openSession, placesOf, type RunPlaces, type Session, type SessionOptions } from "./session.ts";

/** How a run came out: by itself, or cut short because it cannot go on as its recording tells. */
export type Performance =
  | { readonly kind: "ended"; readonly status: number }
  | { readonly kind: "stopped"; readonly reason: ReplayStop };

export interface PerformOptions {
  readonly recordsFixtures?: boolean;
  /** Whether the run leaves a run record. A replay does not: its run has one. */
  readonly keepsRecord: boolean;
  readonly watch?: RunWatch;
  /** Leaves a signed receipt of the run. */
  readonly attestation?: Attestation;
  /** For whoever profiles the run. */
  readonly marks?: SessionOptions["marks"];
  /** Keeps events in memory: nothing outside of the run is to see them. */
  readonly isEphemeral?: boolean;
  readonly bench?: SessionOptions["bench"];
  /** Before the session closes. */
  readonly onResult?: (session: Session) => void;
  /** How the run ended by itself, before the recording is closed. */
  readonly onEnd?: (status: number) => { readonly status: number; readonly message: string };
}

/** Whoever wants to know how long each phase of a run takes. */
export interface RunWatch {
  readonly timed: Timed;
  /** Whether the program had been compiled before. */
  readonly found: (isKnown: boolean) => void;
}

const nobody: RunWatch = { timed: untimed, found: () => {} };

/** Compiles and runs a program on this machine, and reports what it does. */
export async function performRun(
  request: RunRequest,
  context: CommandContext,
  report: RunReport,
  signal: StopSignal,
  options: PerformOptions,
): Promise<Performance> {
  const { timed } = options.watch ?? nobody;
  const found = await programOf(request, context, report, options.watch);
  if (typeof found === "number") return { kind: "ended", status: found };
  const { observations, program } = found;
  if (!request.rules.isSandboxed)
    report.warn("harn run --no-sandbox disables filesystem, process, and egress sandbox defaults");
  const places = request.places ?? placesOf(request.isInline ? undefined : request.source.path, request.cwd);
  const project = await projectCode(places, request.reader);
  const recorded = request.record?.(places, [...observations, ...(project?.observations ?? [])]);
  if (recorded !== undefined) await loadWhatComesLate(program);
  let session: Session;
  try {
    session = timed("run_setup", () => sessionFor(request, context, report, places, recorded, options));
  } catch (error) {
    // A recording that holds nothing but its start ends before the program begins.
    if (recorded?.isStop(error) !== true) throw error;
    return { kind: "stopped", reason: await recorded.stopped };
  }
  options.attestation?.begin({ ...request, project: places.project });
  report.attach(session);
  if (recorded !== undefined) report.recorded(recorded.id);
  try {
    const result = await timed("run_main", () => outcomeOf(session, { program, project, signal, recorded }));
    if (result.kind === "stopped") return result;
    if (recorded !== undefined) {
      session.saveState();
      recorded.programEnded();
    }
    options.onResult?.(session);
    if (options.keepsRecord) await keepRecord(session, result.result, report);
    if (options.attestation !== undefined) report.attested(await options.attestation.finish(result.result));
    await session.close();
    const status = report.finished(result.result);
    await recorded?.close({ status, message: "" });
    return { kind: "ended", status };
  } catch (error) {
    if (recorded?.isStop(error) !== true) throw error;
    return { kind: "stopped", reason: await recorded.stopped };
  } finally {
    const unlessStopped = (error: unknown): void => {
      if (recorded?.isStop(error) !== true) throw error;
    };
    await session.close().catch(unlessStopped);
    await recorded?.close().catch(unlessStopped);
  }
}

interface FoundProgram {
  readonly program: RunnableProgram;
  /** What decided how it compiled; a recording keeps it. */
  readonly observations: readonly Observation[];
}

/** The program to run, with what there is to say about it said; or the exit status if it cannot run. */
export async function programOf(
  { isInline, reader, record, source }: RunRequest,
  context: CommandContext,
  report: RunReport,
  { found, timed }: RunWatch = nobody,
): Promise<FoundProgram | number> {
  const mayBeKnown = !isInline && record === undefined;
  const known = mayBeKnown ? timed("bytecode_compile", () => findProgram(source, reader, context)) : undefined;
  found(known !== undefined);
  if (known !== undefined) {
    report.diagnosed(known);
    return { program: known, observations: [] };
  }
  // The front end is loaded only where something has to be compiled.
  const { compileEntry } = await timed("parse", () => import("./compile-entry.ts"));
  const { program, observations } = compileEntry(source, reader, timed);
  report.diagnosed(program);
  if (program.hasErrors) return report.refused(program);
  if (mayBeKnown) keepProgram(program, observations, context);
  return { program: { ...program, path: source.path }, observations };
}

type Outcome = { readonly kind: "ended"; readonly result: RunResult } | Extract<Performance, { kind: "stopped" }>;

interface Body {
  readonly program: RunnableProgram;
  readonly project: ProjectCode | undefined;
  readonly signal: StopSignal;
  readonly recorded: RecordedRun | undefined;
}

async function outcomeOf({ runtime }: Session, { program, project, signal, recorded }: Body): Promise<Outcome> {
  const prepare = project && { prepare: project.install };
  const run = async (given: StopSignal): Promise<Outcome> => ({
    kind: "ended",
    result: await runProgram(runtime.machine, program, { signal: given, ...prepare }),
  });
  if (recorded === undefined) return run(signal);
  const stopped = recorded.stopped.then((reason): Outcome => ({ kind: "stopped", reason }));
  recorded.begin();
  const ended = run(recorded.interrupts(signal));
  // A run that is stopped is of no interest any more, whatever it still throws.
  ended.catch(() => {});
  return Promise.race([stopped, ended]);
}

/** What is loaded at its first use would arrive at a time that no recording knows. */
async function loadWhatComesLate({ modules }: RunnableProgram): Promise<void> {
  if (!modules.some(([, { source }]) => source.text.includes("yaml"))) return;
  await rooms.library().loadYamlReader();
}

export function sessionFor(
  { argv, cwd, isInline, rules, source }: RunRequest,
  context: CommandContext,
  report: RunReport,
  places: RunPlaces,
  recorded: RecordedRun | undefined,
  { attestation, bench, isEphemeral, keepsRecord, marks, recordsFixtures = false }: PerformOptions,
): Session {
  try {
    return openSession({
      ...(isInline ? {} : { file: source.path }),
      cwd,
      argv,
      places,
      ...(recorded && { journal: recorded.journal, runId: recorded.id }),
      keepsRecord,
      ...(attestation && { openLog: () => attestation.log }),
      ...sessionRules(rules, recordsFixtures),
      ...(marks && { marks }),
      ...(isEphemeral !== undefined && { isEphemeral }),
      ...(bench && { bench }),
      write: (stream, text) => context.output.write(stream, text),
      warn: (message) => report.warn(message),
    });
  } catch (error) {
    if (error instanceof rooms.llm().FixtureError)
      throw new CommandFailure("llm_mock_install", error.message, { cause: error });
    throw error;
  }
}

async function keepRecord(session: Session, result: RunResult, report: RunReport): Promise<void> {
  try {
    const path = await session.keepRecord(result);
    if (path !== undefined) report.kept(path);
  } catch (error) {
    if (!(error instanceof rooms.records().RunRecordError)) throw error;
    throw new CommandFailure("run_record_save_failed", `the run ended, but its record is lost: ${error.message}`);
  }
}
