import type { CallContext } from "../../builtin/index.ts";
import { callDict } from "../../llm/call/result.ts";
import { float, list, record } from "../../llm/fields.ts";
import { visibleText } from "../../llm/tools/visible-text.ts";
import type { DictValue, Value } from "../../value/index.ts";
import { budgetField } from "./control.ts";
import type { LoopState } from "./state.ts";
import { parkedFields } from "./suspension.ts";

/** The dict of `agent_loop`. */
export function loopResult(context: CallContext, state: LoopState): DictValue {
  const missing = state.missingTools();
  const isUnmet = missing.length > 0 && (state.finalStatus === "" || state.finalStatus === "budget_exhausted");
  if (isUnmet) state.end("failed", "missing_required_tools");
  const status = state.finalStatus === "" ? "done" : state.finalStatus;
  const text = visibleText(state.lastText);
  const turn = state.lastTurn;
  const { trace } = state.service.llm;
  trace.add("loop_complete", {
    status,
    iterations: state.completed,
    total_duration_ms: Math.round(context.host.clock.monotonic() - state.begun),
    tools_used: list([...new Set(state.calls.map(({ call }) => call.name))]),
    successful_tools: list(state.successful),
  });
  return record({
    status,
    final_status: state.finalStatus,
    stop_reason: state.stopReason,
    acp_stop_reason: acpStopReason(status, turn?.stopReason),
    error: isUnmet ? missingText(missing) : state.error,
    ...(isUnmet ? { missing_required_tools: list(missing), error_envelope: missingEnvelope(missing) } : {}),
    text,
    visible_text: text,
    private_reasoning: turn?.thinking ?? null,
    thinking_summary: turn?.thinkingSummary ?? null,
    llm: record({
      iterations: state.completed,
      duration_ms: 0,
      input_tokens: state.inputTokens,
      output_tokens: state.outputTokens,
    }),
    tools: record({
      calls: list(state.calls.map(({ call, isNative }) => callDict(call, isNative ? "tool_call" : undefined))),
      successful: list(state.successful),
      rejected: list(state.rejected),
      mode: state.toolFormat,
    }),
    transcript: state.session.transcript(),
    trace: trace.summary(state.traceStart),
    tokens_used: state.inputTokens + state.outputTokens,
    cost_usd: float(state.costUsd),
    session_id: state.session.id,
    task: state.task,
    started_at: state.startedAt,
    daemon_state: state.daemonState ?? null,
    daemon_snapshot_path: state.daemonSnapshotPath ?? null,
    task_ledger: state.ledger?.value(),
    ...(state.stall?.fields() ?? {}),
    ...budgetField(state),
    ...(state.parked === undefined ? {} : parkedFields(state, state.parked)),
  });
}

function missingText(missing: readonly string[]): string {
  return `required tools did not succeed: ${missing.join(", ")}`;
}

function missingEnvelope(missing: readonly string[]): Value {
  return record({
    category: "tool_error",
    reason: "missing_required_tools",
    message: missingText(missing),
    missing_required_tools: list(missing),
  });
}

/** The stop reason in the words of the Agent Client Protocol. */
export function acpStopReason(status: string, stopReason: string | undefined): string {
  if (status === "budget_exhausted") return "max_turn_requests";
  if (stopReason === "max_tokens" || stopReason === "length") return "max_tokens";
  return stopReason === "refusal" ? "refusal" : "end_turn";
}
