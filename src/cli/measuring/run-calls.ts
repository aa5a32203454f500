import { jsonNumber } from "../../eventlog/index.ts";
import type { RunRecord } from "../../records/index.ts";

/** One call of a model. */
export interface ModelCall {
  readonly spanId: number;
  readonly model: string;
  readonly milliseconds: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
}

/** One call of a tool. */
export interface ToolCall {
  readonly spanId: number;
  readonly tool: string;
  readonly milliseconds: number;
}

/** What a run asked of models and tools. */
export interface RunCalls {
  readonly models: readonly ModelCall[];
  readonly tools: readonly ToolCall[];
}

/** The calls in the record of a run; a run without one made none. */
export function callsOf(record: RunRecord | undefined): RunCalls {
  const spans = record?.trace_spans ?? [];
  return {
    models: spans.filter(({ kind }) => kind === "llm_call").map(modelCallOf),
    tools: spans
      .filter(({ kind }) => kind === "tool_call")
      .map(({ span_id, name, duration_ms }) => ({ spanId: span_id, tool: name, milliseconds: duration_ms })),
  };
}

function modelCallOf({ span_id, name, duration_ms, metadata }: RunRecord["trace_spans"][number]): ModelCall {
  const number = (key: string): number => jsonNumber(metadata[key]) ?? 0;
  return {
    spanId: span_id,
    model: name,
    milliseconds: duration_ms,
    inputTokens: number("input_tokens"),
    outputTokens: number("output_tokens"),
    costUsd: number("cost_usd"),
  };
}

export function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
