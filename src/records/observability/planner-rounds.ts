import { isJsonArray, isJsonObject, type Json } from "../../eventlog/index.ts";
import type { PlannerRound, TaskLedger } from "../shapes/observability.ts";
import type { RunRecord } from "../shapes/run-record.ts";
import type { StageRecord } from "../shapes/stage.ts";
import { countOf, objectOf, textOf, textsOf } from "./fields.ts";

export interface PlannerSummary {
  readonly rounds: readonly PlannerRound[];
  /** Over all stages, also those that make no round. */
  readonly factCount: number;
}

/** What the agents of a run did, as far as their stages say so. */
export function plannerRounds(run: RunRecord): PlannerSummary {
  const all = run.stages.map(roundOf).filter((round) => round !== undefined);
  return {
    rounds: all.filter(isWorthTelling),
    factCount: all.reduce((sum, round) => sum + round.research_facts.length, 0),
  };
}

function roundOf(stage: StageRecord): PlannerRound | undefined {
  const payload = stage.artifacts.find((artifact) => artifact.data !== null)?.data;
  if (!isJsonObject(payload)) return undefined;
  const trace = objectOf(payload.trace);
  const tools = objectOf(payload.tools);
  const ledger = objectOf(payload.task_ledger);
  return {
    stage_id: stage.id,
    node_id: stage.node_id,
    stage_kind: stage.kind,
    status: stage.status,
    outcome: stage.outcome,
    iteration_count: countOf(trace.iterations),
    llm_call_count: countOf(trace.llm_calls),
    tool_execution_count: countOf(trace.tool_executions),
    tool_rejection_count: countOf(trace.tool_rejections),
    intervention_count: countOf(trace.interventions),
    compaction_count: countOf(trace.compactions),
    native_text_tool_fallback_count: countOf(trace.native_text_tool_fallbacks),
    native_text_tool_fallback_rejection_count: countOf(trace.native_text_tool_fallback_rejections),
    empty_completion_retry_count: countOf(trace.empty_completion_retries),
    tools_used: textsOf(tools.calls ?? trace.tools_used),
    successful_tools: textsOf(tools.successful),
    ledger_done_rejections: countOf(payload.ledger_done_rejections),
    task_ledger: ledgerOf(payload.task_ledger),
    research_facts: textsOf(ledger.observations),
  };
}

function ledgerOf(json: Json | undefined): TaskLedger | null {
  const ledger = objectOf(json);
  const deliverables = (isJsonArray(ledger.deliverables) ? ledger.deliverables : [])
    .filter(isJsonObject)
    .map((item) => ({
      id: textOf(item.id) ?? "",
      text: textOf(item.text) ?? "",
      status: textOf(item.status) ?? "",
      note: textOf(item.note),
    }));
  const rootTask = textOf(ledger.root_task) ?? "";
  const rationale = textOf(ledger.rationale) ?? "";
  const observations = textsOf(ledger.observations);
  if (rootTask === "" && rationale === "" && deliverables.length === 0 && observations.length === 0) return null;
  const blocking = deliverables.filter(({ status }) => status === "open" || status === "blocked");
  return { root_task: rootTask, rationale, deliverables, observations, blocking_count: blocking.length };
}

function isWorthTelling(round: PlannerRound): boolean {
  const counts = [
    round.iteration_count,
    round.llm_call_count,
    round.tool_execution_count,
    round.native_text_tool_fallback_count,
    round.native_text_tool_fallback_rejection_count,
    round.empty_completion_retry_count,
    round.ledger_done_rejections,
  ];
  return (
    counts.some((count) => count > 0) ||
    round.task_ledger !== null ||
    round.tools_used.length > 0 ||
    round.successful_tools.length > 0
  );
}
