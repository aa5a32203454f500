import type { ToolObserver } from "../agents/index.ts";
import { type JsonObject, jsonOfValue, type RunEvent, rfc3339 } from "../eventlog/index.ts";
import type { InFlightCall, ModelCallEvent } from "../llm/index.ts";
import type { RunRecording } from "./run-recording.ts";

/** A tool call in the words of run events, which is what records are made from. */
export function toolEvent(event: Parameters<ToolObserver>[0], at: number): RunEvent {
  if (event.kind === "begun") {
    const { id, name, arguments: args } = event.call;
    return { event_type: "tool_call", call_id: id, name, args: jsonOfValue(args), started_at: rfc3339(at) };
  }
  const { callId, isOk, result } = event.outcome;
  return { event_type: "tool_result", call_id: callId, ok: isOk, result: jsonOfValue(result) };
}

/** What a model call adds to the record: its end, or the failure that nobody tries again after. */
export function recordModelCall(record: RunRecording, event: ModelCallEvent): void {
  if (event.kind !== "model-call-end" && event.kind !== "model-call-error") return;
  const { request, startedAt, durationMs, sessionId } = event;
  const base = {
    provider: request.provider,
    model: request.model,
    startedAt,
    durationMs,
    ...(sessionId === undefined ? {} : { sessionId }),
  };
  if (event.kind === "model-call-end") {
    const { inputTokens, outputTokens } = event.reply;
    record.observe().modelCall({ ...base, inputTokens, outputTokens, costUsd: event.costUsd });
  } else if (event.retryInMs === undefined) {
    record.observe().modelCall({ ...base, inputTokens: 0, outputTokens: 0, costUsd: 0, error: event.failure.message });
  }
}

/** A model call that has not ended, as the unsettled state of a pipeline lists it. */
export function inFlightItem({ id, model, role, startedAt }: InFlightCall, now: number): JsonObject {
  return { call_id: id, model, role, started_at_ms: startedAt, age_ms: Math.max(0, now - startedAt) };
}
