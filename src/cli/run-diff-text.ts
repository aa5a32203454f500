import type { RunDiff } from "../records/index.ts";

/** A comparison of two runs in lines, each class of differences with its count first. */
export function diffText(diff: RunDiff): string {
  const lines = [
    `Diff: ${diff.left_run_id} -> ${diff.right_run_id} [${diff.left_status} -> ${diff.right_status}]`,
    `Identical: ${diff.identical}`,
    `Stage diffs: ${diff.stage_diffs.length}`,
    `Tool diffs: ${diff.tool_diffs.length}`,
    `Observability diffs: ${diff.observability_diffs.length}`,
    `Transition delta: ${diff.transition_count_delta}`,
    `Artifact delta: ${diff.artifact_count_delta}`,
    `Checkpoint delta: ${diff.checkpoint_count_delta}`,
    ...diff.stage_diffs.flatMap(({ change, details, node_id }) => [`- ${node_id} [${change}]`, ...indented(details)]),
    ...diff.tool_diffs.flatMap(({ args_hash, left_result, right_result, tool_name }) => [
      `- tool ${tool_name} [${args_hash}]`,
      ...indented([`left: ${optional(left_result)}`, `right: ${optional(right_result)}`]),
    ]),
    ...diff.observability_diffs.flatMap(({ details, label, section }) => [
      `- ${label} [${section}]`,
      ...indented(details),
    ]),
  ];
  return `${lines.join("\n")}\n`;
}

function indented(details: readonly string[]): string[] {
  return details.map((detail) => `  ${detail}`);
}

function optional(text: string | null): string {
  return text === null ? "None" : `Some(${JSON.stringify(text)})`;
}
