import { diffRuns, type RunDiff } from "../../records/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { readRunRecord } from "../run-record-file.ts";

/** What differs between two run records. Status 1 when something does. */
export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const [left, right] = invocation.positionals as readonly [string, string];
  const diff = diffRuns(readRunRecord(left, cwd), readRunRecord(right, cwd));
  output.write("stdout", invocation.has("json") ? success(diff) : diffText(diff));
  return diff.identical ? 0 : 1;
}

/** A comparison in lines. */
export function diffText(diff: RunDiff): string {
  const lines = [
    `Diff: ${diff.left_run_id} -> ${diff.right_run_id}`,
    `Identical: ${diff.identical}`,
    ...(diff.status_changed ? [`Status: ${diff.left_status} -> ${diff.right_status}`] : []),
    `Transitions: ${signed(diff.transition_count_delta)}, artifacts: ${signed(diff.artifact_count_delta)}, checkpoints: ${signed(diff.checkpoint_count_delta)}`,
    ...diff.stage_diffs.map(({ change, details, node_id }) => `- ${node_id} [${change}] ${details.join("; ")}`),
    ...diff.tool_diffs.map(
      ({ args_hash, left_result, right_result, tool_name }) =>
        `- tool ${tool_name} [${args_hash}] ${left_result ?? "-"} -> ${right_result ?? "-"}`,
    ),
    ...diff.observability_diffs.map(({ details, label, section }) => `- ${section} ${label}: ${details.join("; ")}`),
  ];
  return `${lines.join("\n")}\n`;
}

function signed(delta: number): string {
  return delta > 0 ? `+${delta}` : String(delta);
}
