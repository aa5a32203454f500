import { auditText, auditTranscript, loadGolden, loadTranscript, RunRecordError } from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { recordServices } from "../run-files.ts";
import { printJson } from "../running/project-runtime.ts";

/** Judges a transcript. Status 1 with an error among the findings; with --strict, with any but a remark. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const path = invocation.positionals[0] as string;
  const services = recordServices(context.cwd);
  const golden = invocation.text("golden");
  try {
    const events = loadTranscript(path, services);
    const report = auditTranscript(events, golden === undefined ? undefined : loadGolden(golden, services), path);
    if (invocation.has("json")) printJson(context, report);
    else context.output.write("stdout", auditText(report));
    const isStrict = invocation.has("strict") && report.findings.some(({ severity }) => severity === "warn");
    return report.pass && !isStrict ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RunRecordError)) throw error;
    throw new CommandFailure("audit_failed", error.message, { cause: error });
  }
}
