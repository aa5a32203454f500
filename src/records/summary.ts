import { isJsonObject, type Json, type JsonObject, jsonNumber } from "../eventlog/index.ts";
import { textOf } from "./observability/fields.ts";
import type { RunRecord } from "./shapes/run-record.ts";
import type { StageRecord, UsageRecord } from "./shapes/stage.ts";
import type { TraceSpanRecord } from "./shapes/trace.ts";

/** A call of a model, as far as the record tells. */
export interface ModelCallSummary {
  readonly model: string;
  readonly provider: string | null;
  readonly startMs: number;
  readonly durationMs: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly error: string | null;
}

export interface ErrorSummary {
  /** `run`, or the stage's node. */
  readonly where: string;
  readonly message: string;
}

/** Milliseconds between two times of a record; `null` when one of them is no time. */
export function elapsedMs(started: string, finished: string | null): number | null {
  const [from, to] = [timeOf(started), timeOf(finished)];
  return from === null || to === null ? null : Math.max(0, to - from);
}

/** Records tell times in several spellings: RFC 3339, whole seconds, and identifiers that begin with milliseconds. */
function timeOf(text: string | null): number | null {
  if (text === null || text === "") return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const uuid = /^([0-9a-f]{8})-([0-9a-f]{4})-7/.exec(text);
  if (uuid !== null) return Number.parseInt(`${uuid[1]}${uuid[2]}`, 16);
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

export function modelCalls(run: RunRecord): readonly ModelCallSummary[] {
  return run.trace_spans.filter((span) => span.kind === "llm_call").map(modelCallOf);
}

function modelCallOf({ name, metadata, start_ms, duration_ms }: TraceSpanRecord): ModelCallSummary {
  const number = (key: string): number => jsonNumber(metadata[key]) ?? 0;
  return {
    model: textOf(metadata.model) ?? name,
    provider: textOf(metadata.provider),
    startMs: start_ms,
    durationMs: duration_ms,
    inputTokens: number("input_tokens"),
    outputTokens: number("output_tokens"),
    costUsd: number("cost_usd"),
    error: textOf(metadata.error),
  };
}

/** What the whole run used: as recorded, else the sum of its stages. */
export function totalUsage(
  run: RunRecord,
): Pick<UsageRecord, "input_tokens" | "output_tokens" | "call_count" | "total_cost" | "models"> {
  if (run.usage !== null) return run.usage;
  const parts = run.stages.map((stage) => stage.usage).filter((usage) => usage !== null);
  const sum = (of: (usage: UsageRecord) => number): number => parts.reduce((total, usage) => total + of(usage), 0);
  return {
    input_tokens: sum((usage) => usage.input_tokens),
    output_tokens: sum((usage) => usage.output_tokens),
    call_count: sum((usage) => usage.call_count),
    total_cost: sum((usage) => usage.total_cost),
    models: [...new Set(parts.flatMap((usage) => usage.models))],
  };
}

/** Everything that went wrong, the run's own failure first. */
export function errorsOf(run: RunRecord): readonly ErrorSummary[] {
  const own = errorText(run.metadata.error);
  const ofStages = run.stages.flatMap((stage) =>
    stageErrors(stage).map((message) => ({ where: stage.node_id, message })),
  );
  return [...(own === null ? [] : [{ where: "run", message: own }]), ...ofStages];
}

function stageErrors(stage: StageRecord): readonly string[] {
  const own = errorText(stage.metadata.error);
  const ofAttempts = stage.attempts.map((attempt) => attempt.error).filter((error) => error !== null);
  return own === null || ofAttempts.includes(own) ? ofAttempts : [...ofAttempts, own];
}

function errorText(error: Json | undefined): string | null {
  if (typeof error === "string") return error;
  if (!isJsonObject(error)) return null;
  const message = textOf(error.message);
  const code = textOf(error.code);
  return message === null ? null : code === null ? message : `${code}: ${message}`;
}

/** The description of the worker that a stage stands for. */
export function workerOf(stage: StageRecord): JsonObject | undefined {
  return isJsonObject(stage.metadata.worker) ? stage.metadata.worker : undefined;
}
