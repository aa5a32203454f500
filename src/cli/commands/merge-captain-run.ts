import {
  type Backend,
  backendOf,
  RunRecordError,
  runSweep,
  type Sweep,
  sweepSummary,
  writeRecord,
} from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { recordServices } from "../run-files.ts";

/** Sweeps, and writes transcript, receipt and summary. Status 1 where the oracle found an error. */
export function execute(invocation: Invocation, { cwd, output }: CommandContext): number {
  const services = recordServices(cwd);
  const route = invocation.text("model-route");
  const tier = invocation.text("timeout-tier");
  const transcriptPath = invocation.text("transcript-out");
  const receiptPath = invocation.text("receipt-out");
  try {
    const sweep = runSweep(
      {
        backend: backendIn(invocation),
        runRoot: services.files.resolve(services.runFolder),
        ...(invocation.has("watch") ? { watch: watchIn(invocation) } : {}),
        ...(route === undefined ? {} : { modelRoute: route }),
        ...(tier === undefined ? {} : { timeoutTier: tier }),
        ...(transcriptPath === undefined ? {} : { transcriptPath }),
        ...(receiptPath === undefined ? {} : { receiptPath }),
      },
      services,
    );
    const isStreamed = !invocation.has("no-stdout");
    if (isStreamed) output.write("stdout", sweep.transcript);
    const path = invocation.text("summary-out");
    if (path !== undefined) writeRecord(path, sweepSummary, sweep.summary, services);
    else if (isStreamed) output.write("stderr", summaryLine(sweep));
    else output.write("stdout", `${sweepSummary.print(sweep.summary, "")}\n`);
    return sweep.summary.pass ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("sweep_failed", error.message, { cause: error });
  }
}

/** The same on one line, for whoever reads the transcript from standard output. */
function summaryLine({ summary }: Sweep): string {
  return `${JSON.stringify(JSON.parse(sweepSummary.print(summary, "")))}\n`;
}

function backendIn(invocation: Invocation): Backend {
  const source = invocation.positionals[0] ?? null;
  const kind = invocation.text("backend") as string;
  if (kind === "live" && source !== null) throw new UsageError("--backend live does not accept SOURCE");
  return backendOf(kind, source, () => `--backend ${kind} requires SOURCE, ${sources[kind]}`);
}

const sources: Readonly<Record<string, string>> = { mock: "a playground", replay: "a transcript" };

function watchIn(invocation: Invocation): { readonly sweeps: number; readonly backoffMs: number } {
  return { sweeps: invocation.count("max-sweeps") ?? 1, backoffMs: invocation.count("watch-backoff-ms") ?? 0 };
}
