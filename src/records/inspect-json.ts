import type { Json, JsonObject } from "../eventlog/index.ts";
import { FloatValue } from "../value/index.ts";
import type { RunRecord } from "./shapes/run-record.ts";
import { elapsedMs, errorsOf, modelCalls, totalUsage } from "./summary.ts";

/** The same as `inspectRecord`, for programs. */
export function inspectRecordJson(run: RunRecord): JsonObject {
  const { call_count, input_tokens, models, output_tokens, total_cost } = totalUsage(run);
  return {
    run_id: run.id,
    workflow: run.workflow_name ?? run.workflow_id,
    task: run.task,
    status: run.status,
    started_at: run.started_at,
    finished_at: run.finished_at,
    duration_ms: elapsedMs(run.started_at, run.finished_at),
    usage: { call_count, input_tokens, output_tokens, total_cost: dollars(total_cost), models },
    stages: run.stages.map((stage) => ({
      node_id: stage.node_id,
      kind: stage.kind,
      status: stage.status,
      outcome: stage.outcome,
      branch: stage.branch,
      duration_ms: elapsedMs(stage.started_at, stage.finished_at),
      llm_calls: stage.usage?.call_count ?? 0,
      input_tokens: stage.usage?.input_tokens ?? 0,
      output_tokens: stage.usage?.output_tokens ?? 0,
      cost_usd: dollars(stage.usage?.total_cost ?? 0),
    })),
    llm_calls: modelCalls(run).map((call) => ({
      provider: call.provider,
      model: call.model,
      start_ms: call.startMs,
      duration_ms: call.durationMs,
      input_tokens: call.inputTokens,
      output_tokens: call.outputTokens,
      cost_usd: dollars(call.costUsd),
      error: call.error,
    })),
    tool_calls: run.tool_recordings.map((tool) => ({
      name: tool.tool_name,
      call_id: tool.tool_use_id,
      duration_ms: tool.duration_ms,
      ok: !tool.is_rejected,
      result: tool.result,
    })),
    errors: errorsOf(run).map((error) => ({ ...error })),
    pending_nodes: run.pending_nodes,
    hitl_questions: run.hitl_questions.map(({ request_id, prompt, asked_at }) => ({ request_id, prompt, asked_at })),
    persisted_path: run.persisted_path,
  };
}

function dollars(amount: number): Json {
  return new FloatValue(amount);
}
