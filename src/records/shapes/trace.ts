import { anyJson, bool, count, type Infer, list, map, nullable, omitEmpty, text } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const spanLink = record("TraceSpanLink", { trace_id: text, span_id: text, attributes: omitEmpty(map(text)) });

export const traceSpan = record("RunTraceSpanRecord", {
  trace_id: text,
  span_id: count,
  parent_id: nullable(count),
  kind: text,
  name: text,
  start_ms: count,
  duration_ms: count,
  metadata: map(anyJson),
  links: list(spanLink),
});

/** One tool call with its result; `args_hash` is opaque and the same for the same arguments. */
export const toolRecording = record("ToolCallRecord", {
  tool_name: text,
  tool_use_id: text,
  args_hash: text,
  result: text,
  is_rejected: bool,
  duration_ms: count,
  iteration: count,
  timestamp: text,
});

export const hitlQuestion = record("RunHitlQuestionRecord", {
  request_id: text,
  prompt: text,
  agent: text,
  trace_id: nullable(text),
  asked_at: text,
});

export type TraceSpanRecord = Infer<typeof traceSpan>;
export type ToolRecording = Infer<typeof toolRecording>;
export type HitlQuestionRecord = Infer<typeof hitlQuestion>;
