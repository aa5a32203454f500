import { change, pairUp, showOptional } from "./comparison.ts";
import { diffObservability, type ObservabilityDiff } from "./observability/diff.ts";
import type { RunRecord } from "./shapes/run-record.ts";
import type { StageRecord } from "./shapes/stage.ts";
import type { ToolRecording } from "./shapes/trace.ts";

export interface StageDiff {
  readonly node_id: string;
  readonly change: "added" | "removed" | "changed";
  readonly details: readonly string[];
}

export interface ToolDiff {
  readonly tool_name: string;
  readonly args_hash: string;
  readonly result_changed: true;
  readonly left_result: string | null;
  readonly right_result: string | null;
}

/** What differs between two runs, left to right. */
export interface RunDiff {
  readonly left_run_id: string;
  readonly right_run_id: string;
  readonly identical: boolean;
  readonly status_changed: boolean;
  readonly left_status: string;
  readonly right_status: string;
  readonly stage_diffs: readonly StageDiff[];
  readonly tool_diffs: readonly ToolDiff[];
  readonly observability_diffs: readonly ObservabilityDiff[];
  readonly transition_count_delta: number;
  readonly artifact_count_delta: number;
  readonly checkpoint_count_delta: number;
}

export function diffRuns(left: RunRecord, right: RunRecord): RunDiff {
  const parts = {
    stage_diffs: diffStages(left, right),
    tool_diffs: diffTools(left, right),
    observability_diffs: diffObservability(left, right),
  };
  const deltas = {
    transition_count_delta: right.transitions.length - left.transitions.length,
    artifact_count_delta: right.artifacts.length - left.artifacts.length,
    checkpoint_count_delta: right.checkpoints.length - left.checkpoints.length,
  };
  const isSame =
    left.status === right.status &&
    Object.values(parts).every((diffs) => diffs.length === 0) &&
    Object.values(deltas).every((delta) => delta === 0);
  return {
    left_run_id: left.id,
    right_run_id: right.id,
    identical: isSame,
    status_changed: left.status !== right.status,
    left_status: left.status,
    right_status: right.status,
    ...parts,
    ...deltas,
  };
}

function diffStages(left: RunRecord, right: RunRecord): StageDiff[] {
  const byNode = (run: RunRecord) => new Map(run.stages.map((stage) => [stage.node_id, stage]));
  return pairUp(byNode(left), byNode(right)).flatMap(([node, a, b]) => stageDiff(node, a, b));
}

function stageDiff(node: string, left: StageRecord | undefined, right: StageRecord | undefined): StageDiff[] {
  if (right === undefined) return [{ node_id: node, change: "removed", details: ["stage missing from right run"] }];
  if (left === undefined) return [{ node_id: node, change: "added", details: ["stage missing from left run"] }];
  const details = [
    ...change("status", left.status, right.status),
    ...change("outcome", left.outcome, right.outcome),
    ...change("branch", showOptional(left.branch), showOptional(right.branch)),
    ...change("produced_artifacts", left.produced_artifact_ids.length, right.produced_artifact_ids.length),
    ...change("artifact_records", left.artifacts.length, right.artifacts.length),
  ];
  return details.length === 0 ? [] : [{ node_id: node, change: "changed", details }];
}

/** Calls with equal arguments count as the same call, and the last of them speaks. */
function diffTools(left: RunRecord, right: RunRecord): ToolDiff[] {
  const byCall = (run: RunRecord) =>
    new Map(run.tool_recordings.map((tool) => [`${tool.tool_name}\u0000${tool.args_hash}`, tool]));
  return pairUp(byCall(left), byCall(right)).flatMap(([, a, b]) => toolDiff(a, b));
}

function toolDiff(left: ToolRecording | undefined, right: ToolRecording | undefined): ToolDiff[] {
  const tool = left ?? right;
  if (tool === undefined || left?.result === right?.result) return [];
  const { tool_name, args_hash } = tool;
  return [
    {
      tool_name,
      args_hash,
      result_changed: true,
      left_result: left?.result ?? null,
      right_result: right?.result ?? null,
    },
  ];
}
