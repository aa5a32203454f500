import type { JsonObject } from "../eventlog/index.ts";
import { showDaemonKind } from "./comparison.ts";
import { textOf } from "./observability/fields.ts";
import type { ObservabilityRecord, PlannerRound } from "./shapes/observability.ts";
import type { RunRecord } from "./shapes/run-record.ts";
import type { StageRecord } from "./shapes/stage.ts";
import { elapsedMs, errorsOf, type ModelCallSummary, modelCalls, totalUsage, workerOf } from "./summary.ts";

/** What `harn runs inspect` prints: the run in a page, one fact a line. */
export function inspectRecord(run: RunRecord): string {
  const lines = [...headLines(run), ...usageLines(run), ...stageLines(run), ...observationLines(run.observability)];
  return `${lines.join("\n")}\n`;
}

function headLines(run: RunRecord): string[] {
  const seen = run.observability;
  const duration = elapsedMs(run.started_at, run.finished_at);
  return [
    `Run: ${run.id}`,
    `Workflow: ${run.workflow_name ?? run.workflow_id}`,
    `Status: ${run.status}`,
    ...errorsOf(run).map(({ where, message }) => `Error: ${where === "run" ? "" : `[${where}] `}${indented(message)}`),
    `Task: ${run.task}`,
    ...(duration === null ? [] : [`Duration: ${showMs(duration)}`]),
    `Stages: ${run.stages.length}`,
    `Artifacts: ${run.artifacts.length}`,
    `Transitions: ${run.transitions.length}`,
    `Checkpoints: ${run.checkpoints.length}`,
    `HITL questions: ${run.hitl_questions.length}`,
    `Planner rounds: ${seen?.planner_rounds.length ?? 0}`,
    `Research facts: ${seen?.research_fact_count ?? 0}`,
    `Workers: ${seen?.worker_lineage.length ?? 0}`,
    `Action graph: ${seen?.action_graph_nodes.length ?? 0} nodes / ${seen?.action_graph_edges.length ?? 0} edges`,
    `Transcript pointers: ${seen?.transcript_pointers.length ?? 0}`,
    `Daemon events: ${seen?.daemon_events.length ?? 0}`,
    ...optional("Parent worker", textOf(run.metadata.parent_worker_id)),
    ...optional("Parent stage", textOf(run.metadata.parent_stage_id)),
    ...(run.metadata.delegated === true ? ["Delegated: true"] : []),
    `Pending nodes: ${run.pending_nodes.length === 0 ? "-" : run.pending_nodes.join(", ")}`,
    ...(run.replay_fixture === null ? [] : ["Replay fixture: embedded"]),
  ];
}

function usageLines(run: RunRecord): string[] {
  const calls = modelCalls(run);
  const usage = totalUsage(run);
  const rejected = run.tool_recordings.filter((tool) => tool.is_rejected).length;
  const lines: string[] = [];
  if (usage.call_count > 0 || calls.length > 0) {
    lines.push(
      `LLM calls: ${Math.max(usage.call_count, calls.length)}${usage.models.length === 0 ? "" : ` (${usage.models.join(", ")})`}`,
      `Tokens: ${usage.input_tokens} in / ${usage.output_tokens} out`,
      `Cost: $${usage.total_cost.toFixed(6)}`,
    );
  }
  if (run.tool_recordings.length > 0)
    lines.push(`Tool calls: ${run.tool_recordings.length}${rejected === 0 ? "" : ` (${rejected} failed)`}`);
  return [...lines, ...calls.map(modelCallLine), ...run.tool_recordings.map(toolLine)];
}

function modelCallLine(call: ModelCallSummary): string {
  const provider = call.provider === null ? "" : `${call.provider}/`;
  const figures = `${showMs(call.durationMs)}, ${call.inputTokens} in / ${call.outputTokens} out, $${call.costUsd.toFixed(6)}`;
  return `- llm ${provider}${call.model} at +${showMs(call.startMs)}: ${call.error === null ? figures : `failed after ${showMs(call.durationMs)}: ${indented(call.error)}`}`;
}

function toolLine(tool: RunRecord["tool_recordings"][number]): string {
  const result = tool.is_rejected ? `failed: ${indented(tool.result)}` : "ok";
  return `- tool ${tool.tool_name} [${tool.tool_use_id}] ${showMs(tool.duration_ms)} ${result}`;
}

function stageLines(run: RunRecord): string[] {
  return run.stages.flatMap((stage) => [stageLine(stage), ...stageDetails(stage)]);
}

function stageLine(stage: StageRecord): string {
  const worker = workerOf(stage);
  const name = worker === undefined ? null : textOf(worker.name);
  const facts = `status=${stage.status} outcome=${stage.outcome} branch=${stage.branch ?? "-"}`;
  return `- ${stage.node_id} [${stage.kind}] ${facts}${name === null ? "" : ` worker=${name}`}`;
}

function stageDetails(stage: StageRecord): string[] {
  const worker: JsonObject = workerOf(stage) ?? {};
  const duration = elapsedMs(stage.started_at, stage.finished_at);
  const detail = (label: string, value: string | null): string[] => optional(`  ${label}`, value);
  return [
    ...detail("worker_id", textOf(worker.id)),
    ...detail("child_run_id", textOf(worker.child_run_id)),
    ...detail("child_run_path", textOf(worker.child_run_path)),
    ...detail("duration", duration === null ? null : showMs(duration)),
    ...(stage.usage === null
      ? []
      : [
          `  llm: ${stage.usage.call_count} calls, ${stage.usage.input_tokens} in / ${stage.usage.output_tokens} out, $${stage.usage.total_cost.toFixed(6)}`,
        ]),
    ...(stage.attempts.length > 1 ? [`  attempts: ${stage.attempts.length}`] : []),
  ];
}

function observationLines(seen: ObservabilityRecord | null): string[] {
  if (seen === null) return [];
  return [
    ...seen.planner_rounds.map(plannerLine),
    ...seen.transcript_pointers.map(
      (pointer) =>
        `- transcript ${pointer.label} [${pointer.kind}] available=${pointer.available} ${pointer.path ?? pointer.location}`,
    ),
    ...seen.daemon_events.flatMap((event) => [
      `- daemon ${event.name} [${showDaemonKind(event.kind)}] at ${event.timestamp}`,
      `  id: ${event.daemon_id}`,
      `  persist_path: ${event.persist_path}`,
      ...optional("  payload", event.payload_summary),
    ]),
  ];
}

function plannerLine(round: PlannerRound): string {
  const facts = `iterations=${round.iteration_count} llm_calls=${round.llm_call_count} tools=${round.tool_execution_count} research_facts=${round.research_facts.length}`;
  return `- planner ${round.node_id} ${facts}${round.tool_rejection_count === 0 ? "" : ` rejected=${round.tool_rejection_count}`}`;
}

function optional(label: string, value: string | null): string[] {
  return value === null ? [] : [`${label}: ${value}`];
}

function showMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.trunc(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

/** Later lines stay recognisable as part of the first. */
function indented(text: string): string {
  return text.trimEnd().replaceAll("\n", "\n    ");
}
