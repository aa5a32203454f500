import { evaluateRun, type ReplayReport, type RunRecord, type StageRecord } from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { plainJson, readRunRecord } from "../run-record-file.ts";

/** Runs a recorded program again, or judges a run by the fixture in its record. What does not agree fails the command. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  if (!invocation.has("program")) return judge(invocation, context);
  const { replayProgram } = await import("../running/replay-program.ts");
  return replayProgram(invocation, context);
}

function judge(invocation: Invocation, { output, cwd }: CommandContext): number {
  const run = readRunRecord(invocation.positionals[0] as string, cwd);
  const report: ReplayReport =
    run.replay_fixture === null
      ? { pass: true, failures: [], stage_count: run.stages.length }
      : evaluateRun(run, run.replay_fixture);
  output.write("stdout", invocation.has("json") ? asJson(run, report) : asText(run, report));
  return report.pass ? 0 : 1;
}

function asText(run: RunRecord, report: ReplayReport): string {
  const lines = [
    `Replay: ${run.id}`,
    ...run.stages.flatMap(stageLines),
    ...(run.transcript === null ? [] : [`Transcript events persisted: ${transcriptLength(run)}`]),
    `Embedded replay fixture: ${report.pass ? "PASS" : "FAIL"}`,
    ...report.failures.map((reason) => `  ${reason}`),
    ...run.transitions.map(
      ({ from_node_id, to_node_id, branch }) =>
        `transition ${from_node_id ?? "start"} -> ${to_node_id} (${branch ?? "default"})`,
    ),
  ];
  return `${lines.join("\n")}\n`;
}

function stageLines({ node_id, status, outcome, branch, visible_text, verification }: StageRecord): string[] {
  return [
    `[${node_id}] status=${status} outcome=${outcome} branch=${branch ?? "-"}`,
    ...(visible_text === null ? [] : [`  visible: ${visible_text}`]),
    ...(verification === null ? [] : [`  verification: ${JSON.stringify(plainJson(verification))}`]),
  ];
}

function asJson(run: RunRecord, report: ReplayReport): string {
  const data = {
    run_id: run.id,
    status: run.status,
    stage_count: run.stages.length,
    stages: run.stages.map(({ node_id, status, outcome, branch, visible_text, verification }) => ({
      node_id,
      status,
      outcome,
      ...(branch === null ? {} : { branch }),
      ...(visible_text === null ? {} : { visible_text }),
      ...(verification === null ? {} : { verification: plainJson(verification) }),
    })),
    transitions: run.transitions.map(({ from_node_id, to_node_id, branch }) => ({
      ...(from_node_id === null ? {} : { from_node_id }),
      to_node_id,
      ...(branch === null ? {} : { branch }),
    })),
    transcript_event_count: transcriptLength(run),
    fixture: report,
  };
  if (report.pass) return success(data);
  return failure({ code: "replay_fixture_failed", message: "embedded replay fixture did not pass" }, data);
}

function transcriptLength({ transcript }: RunRecord): number {
  const events = (plainJson(transcript) as { readonly events?: unknown } | null)?.events;
  return Array.isArray(events) ? events.length : 0;
}
