import { EventLogError } from "../../eventlog/index.ts";
import type { StopSignal } from "../../runtime/stop-signal.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { sideReportNames } from "../arguments/side-report-flags.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import type { RunMeasurer } from "../measuring/run-measurer.ts";
import type { SideReports } from "../measuring/side-reports.ts";
import type { RunProfiler } from "../profiling/run-profiler.ts";
import type { Attestation } from "../running/attestation.ts";
import { Interruption } from "../running/interruption.ts";
import { jsonReport } from "../running/json-report.ts";
import { performRun, type RunWatch } from "../running/perform-run.ts";
import { saveFixtures } from "../running/recorded-fixtures.ts";
import type { RunReport } from "../running/report.ts";
import { type RunRequest, requestOf, requireEntry } from "../running/run-request.ts";
import { textReport } from "../running/text-report.ts";

export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  if (invocation.text("resume") === undefined) requireEntry(invocation, "harn run");
  const sides = await sideReportsFor(invocation, context);
  const own = reportFor(invocation, context);
  const report = sides?.around(own) ?? own;
  const interruption = new Interruption(context, (status) => process.exit(status));
  try {
    return interruption.statusFor(await runEntry(invocation, context, { report, sides }, interruption.signal));
  } catch (error) {
    if (error instanceof CommandFailure) return report.failed(error.code, error.message);
    // The disk is full or failing: what was told so far is kept, the rest cannot be.
    if (error instanceof EventLogError) return report.failed("event_log", error.message);
    throw error;
  } finally {
    interruption.stop();
  }
}

function reportFor(invocation: Invocation, context: CommandContext): RunReport {
  if (!invocation.has("json")) return textReport(context);
  context.output.ignoreBrokenPipe();
  return jsonReport(context, { isQuiet: invocation.has("quiet") });
}

async function runEntry(
  invocation: Invocation,
  context: CommandContext,
  { report, sides }: { readonly report: RunReport; readonly sides: SideReports | undefined },
  signal: StopSignal,
): Promise<number> {
  const fixtures = invocation.text("llm-mock-record");
  const request = await requestFor(invocation, context, report);
  if (typeof request === "number") return request;
  sides?.read(request.source.text);
  const attestation = await attestationFor(invocation, context);
  const profiler = await profilerFor(invocation);
  const measurer = await measurerFor(invocation);
  const watches = [profiler, measurer, sides].flatMap((one) => (one ? [one.watch] : []));
  const performance = await performRun(request, context, report, signal, {
    keepsRecord: true,
    ...(attestation && { attestation }),
    ...(profiler && { marks: profiler.marks }),
    ...(watches.length > 0 && { watch: allOf(watches) }),
    recordsFixtures: fixtures !== undefined,
    onResult: (session) => {
      saveFixtures(session, fixtures);
      measurer?.ended(session);
      sides?.ended(session);
    },
  });
  measurer?.report(invocation.text("profile-json") as string, context);
  profiler?.report(invocation.text("profile") as string, context);
  if (performance.kind === "ended") return performance.status;
  const { stopText } = await import("../running/stop-text.ts");
  return report.failed("run_stopped", stopText(performance.reason));
}

async function profilerFor(invocation: Invocation): Promise<RunProfiler | undefined> {
  if (invocation.text("profile") === undefined) return undefined;
  const { RunProfiler } = await import("../profiling/run-profiler.ts");
  return new RunProfiler();
}

async function measurerFor(invocation: Invocation): Promise<RunMeasurer | undefined> {
  if (invocation.text("profile-json") === undefined) return undefined;
  const { RunMeasurer } = await import("../measuring/run-measurer.ts");
  return new RunMeasurer();
}

async function sideReportsFor(invocation: Invocation, context: CommandContext): Promise<SideReports | undefined> {
  if (!sideReportNames.some((name) => invocation.has(`emit-${name}-json`))) return undefined;
  const { SideReports } = await import("../measuring/side-reports.ts");
  return new SideReports(invocation, context);
}

function allOf(watches: readonly RunWatch[]): RunWatch {
  return {
    found: (isKnown) => {
      for (const watch of watches) watch.found(isKnown);
    },
    timed: (phase, work) =>
      watches.reduce(
        (inner, { timed }) =>
          () =>
            timed(phase, inner),
        work,
      )(),
  };
}

/** What serves recordings and bundles is loaded for runs that have one. A status: there is nothing to run. */
async function requestFor(
  invocation: Invocation,
  context: CommandContext,
  report: RunReport,
): Promise<RunRequest | number> {
  if (invocation.text("resume") !== undefined) {
    const { resuming } = await import("../running/recorded-request.ts");
    return resuming(invocation, context);
  }
  const request = await newRequest(invocation, context, report);
  if (!invocation.has("record") || typeof request === "number") return request;
  const { recording } = await import("../running/recorded-request.ts");
  return recording(request);
}

async function newRequest(
  invocation: Invocation,
  context: CommandContext,
  report: RunReport,
): Promise<RunRequest | number> {
  const [file] = invocation.positionals;
  if (file === undefined || file.endsWith(".harn")) return requestOf(invocation, context, file);
  const { isBundle, openBundle } = await import("../running/bundle.ts");
  if (!isBundle(file)) return requestOf(invocation, context, file);
  const isDryRun = invocation.has("dry-run-verify");
  const allowsUnsigned = invocation.has("allow-unsigned");
  const { entry, event, folder, warnings } = openBundle(file, context, { allowsUnsigned, isDryRun });
  for (const warning of warnings) report.warn(warning);
  report.unpacked(event);
  if (isDryRun) return report.verified(event);
  // The project is where the bundle is run, not where it was unpacked; the files that it brought may be read.
  const { placesOf } = await import("../running/session.ts");
  const request = await requestOf(invocation, context, entry);
  const rules = { ...request.rules, readable: [...request.rules.readable, folder] };
  return { ...request, rules, places: placesOf(undefined, context.cwd) };
}

async function attestationFor(invocation: Invocation, { cwd }: CommandContext): Promise<Attestation | undefined> {
  if (!invocation.has("attest")) return undefined;
  const { openAttestation } = await import("../running/attestation.ts");
  return openAttestation({ cwd, agent: invocation.text("attest-agent"), path: invocation.text("receipt-out") });
}
