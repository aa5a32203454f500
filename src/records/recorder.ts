import {
  encodeJson,
  isJsonObject,
  type Json,
  type JsonObject,
  type RunEvent,
  type RunEventSink,
  rfc3339,
  sha256,
} from "../eventlog/index.ts";
import { FloatValue } from "../value/index.ts";
import { type RunRecord, runRecord } from "./shapes/run-record.ts";
import { type StageRecord, stage as stageShape, type UsageRecord, usage as usageShape } from "./shapes/stage.ts";
import type { HitlQuestionRecord, ToolRecording, TraceSpanRecord } from "./shapes/trace.ts";
import { StageRecorder } from "./stage-recorder.ts";

export interface RunRecorderOptions {
  readonly id: string;
  readonly traceId: string;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** When the run began, if that was before now. */
  readonly startedAt?: number;
  /** The program: what the record calls the workflow. */
  readonly workflowId: string;
  readonly workflowName?: string;
  readonly task?: string;
  readonly parentRunId?: string;
  readonly rootRunId?: string;
  readonly policy?: RunRecord["policy"];
  readonly metadata?: JsonObject;
}

/** A call of a model that has ended, however it ended. */
export interface RecordedModelCall {
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly sessionId?: string;
  /** Why it failed; a failed call costs nothing. */
  readonly error?: string;
}

/** An agent event as JSON: `type`, `session_id`, and that type's fields. */
export type RecordedAgentEvent = JsonObject & { readonly type: string; readonly session_id: string };

export interface RunEnd {
  readonly status: "completed" | "failed" | "cancelled" | "paused";
  readonly exitCode?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly transcript?: Json;
}

interface OpenTool {
  readonly name: string;
  readonly args: Json;
  readonly startedAt: number;
  readonly sessionId: string | undefined;
}

interface EndedTool {
  readonly tool: OpenTool;
  readonly callId: string;
  readonly result: Json;
  readonly isRejected: boolean;
  /** Milliseconds. */
  readonly duration: number;
  readonly iteration: number;
}

/** The agent events that a record is made from: whoever has them in another form need not turn the others into JSON. */
export const recordedEventTypes: ReadonlySet<string> = new Set([
  "iteration_start",
  "agent_message_chunk",
  "tool_call",
  "tool_call_update",
  "transcript_compacted",
  "budget_exhausted",
  "loop_stuck",
  "session_closed",
  "hitl_requested",
]);

/**
 * Builds the record of a run from what is observed while it runs: each agent session is a stage, each model and tool call
 * a span. What is known so far can be had at any time, so that a run which never ends has a record too.
 */
export class RunRecorder implements RunEventSink {
  readonly id: string;
  readonly #options: RunRecorderOptions;
  readonly #startedAt: number;
  readonly #stages = new Map<string, StageRecorder>();
  readonly #openTools = new Map<string, OpenTool>();
  readonly #endedTools: EndedTool[] = [];
  /** Of the first of `#endedTools`: those that somebody has asked for. */
  readonly #recordings: ToolRecording[] = [];
  readonly #spans: TraceSpanRecord[] = [];
  readonly #questions: HitlQuestionRecord[] = [];
  readonly #totals: StageRecorder;
  #end: (RunEnd & { readonly at: number }) | undefined;

  constructor(options: RunRecorderOptions) {
    this.id = options.id;
    this.#options = options;
    this.#startedAt = options.startedAt ?? options.now();
    this.#totals = new StageRecorder(options.id, "run", this.#startedAt);
  }

  /** For the run-event bus: tool calls and their results, with the session they belong to where that is known. */
  emit(event: RunEvent, sessionId?: string): void {
    if (event.event_type === "tool_call") this.#startTool(event.call_id, event.name, event.args, sessionId);
    if (event.event_type === "tool_result") this.#endTool(event.call_id, event.result, !event.ok, undefined);
  }

  modelCall(call: RecordedModelCall): void {
    this.#totals.addCall(call);
    if (call.sessionId !== undefined) this.#stageOf(call.sessionId).addCall(call);
    this.#addSpan("llm_call", call.model, call.startedAt, call.durationMs, {
      provider: call.provider,
      model: call.model,
      input_tokens: call.inputTokens,
      output_tokens: call.outputTokens,
      cost_usd: new FloatValue(call.costUsd),
      status: call.error === undefined ? "ok" : "error",
      ...(call.error === undefined ? {} : { error: call.error }),
      ...(call.sessionId === undefined ? {} : { session_id: call.sessionId }),
    });
  }

  agentEvent(event: RecordedAgentEvent): void {
    switch (event.type) {
      case "iteration_start":
        this.#stageOf(event.session_id).startIteration();
        break;
      case "agent_message_chunk":
        this.#stageOf(event.session_id).addText(textOf(event.content));
        break;
      case "tool_call":
        this.#startTool(textOf(event.tool_call_id), textOf(event.tool_name), event.raw_input ?? null, event.session_id);
        break;
      case "tool_call_update":
        this.#updateTool(event);
        break;
      case "transcript_compacted":
        this.#stageOf(event.session_id).compactions++;
        break;
      case "budget_exhausted":
      case "loop_stuck":
        this.#stageOf(event.session_id).end("failed", event.type, this.#options.now());
        break;
      case "session_closed":
        this.#stageOf(event.session_id).end(endStatus(textOf(event.status)), textOf(event.reason), this.#options.now());
        break;
      case "hitl_requested":
        this.#ask(event);
        break;
      default:
    }
  }

  /** Ends the run. Stages that are still open end with it. */
  finish(end: RunEnd): RunRecord {
    const at = this.#options.now();
    this.#end = { ...end, at };
    for (const stage of this.#stages.values())
      stage.end(end.status, end.status === "completed" ? "success" : end.status, at);
    for (const callId of [...this.#openTools.keys()])
      this.#endTool(callId, "the run ended before the tool did", true, undefined);
    return this.snapshot();
  }

  /** The record of what has happened so far. */
  snapshot(): RunRecord {
    const { metadata, parentRunId, policy, rootRunId, task, traceId, workflowId, workflowName } = this.#options;
    const end = this.#end;
    const stages = [...this.#stages.values()].map((stage, index) =>
      stageRecord(stage, `${this.id}:${stage.name}:${index + 1}`),
    );
    return {
      ...runRecord.empty,
      _type: "run_record",
      id: this.id,
      workflow_id: workflowId,
      workflow_name: workflowName ?? null,
      task: task ?? "",
      status: end?.status ?? "running",
      started_at: rfc3339(this.#startedAt),
      finished_at: end === undefined ? null : rfc3339(end.at),
      parent_run_id: parentRunId ?? null,
      root_run_id: rootRunId ?? this.id,
      stages,
      completed_nodes: stages.filter((stage) => stage.status === "completed").map((stage) => stage.node_id),
      ...(policy === undefined ? {} : { policy }),
      transcript: end?.transcript ?? null,
      usage: usageRecord(this.#totals),
      trace_spans: [...this.#spans, ...(end === undefined ? [] : [this.#rootSpan(end.at)])],
      tool_recordings: this.#toolRecordings(),
      hitl_questions: this.#questions,
      metadata: {
        ...(metadata as RunRecord["metadata"] | undefined),
        trace_id: traceId,
        ...(end?.exitCode === undefined ? {} : { exit_code: end.exitCode }),
        ...(end?.error === undefined ? {} : { error: end.error }),
      },
    };
  }

  #stageOf(sessionId: string): StageRecorder {
    const known = this.#stages.get(sessionId);
    if (known !== undefined) return known;
    const stage = new StageRecorder(sessionId, "agent", this.#options.now());
    this.#stages.set(sessionId, stage);
    return stage;
  }

  #startTool(callId: string, name: string, args: Json, sessionId: string | undefined): void {
    // A call may be announced twice: while it is still being written, and when it is whole.
    const known = this.#openTools.get(callId);
    this.#openTools.set(callId, {
      name: name === "" ? (known?.name ?? "") : name,
      args,
      startedAt: known?.startedAt ?? this.#options.now(),
      sessionId: sessionId ?? known?.sessionId,
    });
  }

  #updateTool(event: RecordedAgentEvent): void {
    const isFailed = event.status === "failed";
    if (!isFailed && event.status !== "completed") return;
    const callId = textOf(event.tool_call_id);
    if (!this.#openTools.has(callId))
      this.#startTool(callId, textOf(event.tool_name), event.raw_input ?? null, event.session_id);
    const duration = typeof event.duration_ms === "number" ? event.duration_ms : undefined;
    this.#endTool(callId, (isFailed ? event.error : event.raw_output) ?? null, isFailed, duration);
  }

  #endTool(callId: string, result: Json, isRejected: boolean, reportedMs: number | undefined): void {
    const tool = this.#openTools.get(callId);
    if (tool === undefined) return;
    this.#openTools.delete(callId);
    const duration = Math.trunc(reportedMs ?? this.#options.now() - tool.startedAt);
    const stage = tool.sessionId === undefined ? undefined : this.#stageOf(tool.sessionId);
    stage?.addTool(tool.name, isRejected);
    this.#endedTools.push({ tool, callId, result, isRejected, duration, iteration: stage?.iterations ?? 0 });
    this.#addSpan("tool_call", tool.name, tool.startedAt, duration, {
      call_id: callId,
      args: tool.args,
      status: isRejected ? "error" : "ok",
    });
  }

  /** Hashed and put into words when the record is asked for, each once: a run is recorded to its end far more often than read. */
  #toolRecordings(): readonly ToolRecording[] {
    for (let at = this.#recordings.length; at < this.#endedTools.length; at++)
      this.#recordings.push(toolRecording(this.#endedTools[at] as EndedTool));
    return [...this.#recordings];
  }

  #ask(event: RecordedAgentEvent): void {
    if (event.kind !== "question") return;
    const prompt = isJsonObject(event.payload) ? textOf(event.payload.prompt) : "";
    const asked = {
      prompt,
      agent: event.session_id,
      trace_id: this.#options.traceId,
      asked_at: rfc3339(this.#options.now()),
    };
    this.#questions.push({ request_id: textOf(event.request_id), ...asked });
  }

  #addSpan(kind: string, name: string, startedAt: number, durationMs: number, metadata: JsonObject): void {
    const start = Math.max(0, Math.trunc(startedAt - this.#startedAt));
    const duration = Math.max(0, Math.trunc(durationMs));
    this.#spans.push({
      trace_id: this.#options.traceId,
      span_id: this.#spans.length + 2,
      parent_id: rootSpanId,
      kind,
      name,
      start_ms: start,
      duration_ms: duration,
      metadata: metadata as TraceSpanRecord["metadata"],
      links: [],
    });
  }

  #rootSpan(endedAt: number): TraceSpanRecord {
    const { traceId, workflowId, workflowName } = this.#options;
    const duration = Math.max(0, Math.trunc(endedAt - this.#startedAt));
    const common = { trace_id: traceId, span_id: rootSpanId, parent_id: null, kind: "pipeline" };
    return { ...common, name: workflowName ?? workflowId, start_ms: 0, duration_ms: duration, metadata: {}, links: [] };
  }
}

const rootSpanId = 1;

function toolRecording({ callId, duration, isRejected, iteration, result, tool }: EndedTool): ToolRecording {
  return {
    tool_name: tool.name,
    tool_use_id: callId,
    args_hash: hashArguments(tool.name, tool.args),
    result: typeof result === "string" ? result : encodeJson(result),
    is_rejected: isRejected,
    duration_ms: Math.max(0, duration),
    iteration,
    timestamp: rfc3339(tool.startedAt),
  };
}

function stageRecord(stage: StageRecorder, id: string): StageRecord {
  return {
    ...stageShape.empty,
    id,
    node_id: stage.name,
    kind: stage.kind,
    status: stage.status,
    outcome: stage.outcome,
    started_at: rfc3339(stage.startedAt),
    finished_at: stage.endedAt === undefined ? null : rfc3339(stage.endedAt),
    visible_text: stage.text === "" ? null : stage.text,
    usage: usageRecord(stage),
    metadata: { trace: stage.trace(), ...(stage.error === undefined ? {} : { error: stage.error }) },
  };
}

function usageRecord(stage: StageRecorder): UsageRecord | null {
  if (stage.calls === 0) return null;
  return {
    ...usageShape.empty,
    input_tokens: stage.inputTokens,
    output_tokens: stage.outputTokens,
    total_duration_ms: Math.trunc(stage.modelMs),
    call_count: stage.calls,
    total_cost: stage.cost,
    models: [...stage.models],
  };
}

function endStatus(reported: string): "completed" | "failed" {
  return ["failed", "error", "stuck", "cancelled", "budget_exhausted"].includes(reported) ? "failed" : "completed";
}

/** The same for equal arguments, whatever the order of their keys. */
export function hashArguments(tool: string, args: Json): string {
  return sha256(`${tool}\u0000${encodeJson(args)}`).slice(0, 16);
}

function textOf(json: Json | undefined): string {
  return typeof json === "string" ? json : "";
}
