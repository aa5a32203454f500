import { anyJson, anyObject, count, type Field, listOf, nullable, object, orElse, text, word } from "./shape.ts";
import { toolCallErrorCategory, toolCallStatus, toolExecutor } from "./tool-calls.ts";

const sideEffectLevel = word("none", "read_only", "workspace_write", "process_exec", "network");
const name: Field<string, "required"> = orElse(text, "");
const position: Field<number, "required"> = orElse(count, 0);

/** One run of a snippet that composes tool calls. */
export const compositionRun = object("a composition run", {
  run_id: name,
  language: name,
  snippet_hash: name,
  binding_manifest_hash: name,
  requested_side_effect_ceiling: orElse(sideEffectLevel, "read_only"),
  stdout: nullable(text),
  stderr: nullable(text),
  artifacts: orElse(listOf(anyJson), []),
  result: nullable(anyJson),
  failure_category: nullable(
    word(
      "unsupported_language",
      "schema_validation",
      "policy_denied",
      "child_tool_error",
      "execution_error",
      "timeout",
      "cancelled",
      "unknown",
    ),
  ),
  error: nullable(text),
  duration_ms: nullable(count),
  metadata: orElse(anyObject, {}),
});

export const compositionChildCall = object("a composition child call", {
  run_id: name,
  tool_call_id: name,
  tool_name: name,
  operation_index: position,
  annotations: nullable(anyJson),
  requested_side_effect_level: orElse(sideEffectLevel, "none"),
  policy_context: orElse(anyObject, {}),
  raw_input: orElse(anyJson, null),
});

export const compositionChildResult = object("a composition child result", {
  run_id: name,
  tool_call_id: name,
  tool_name: name,
  operation_index: position,
  status: orElse(toolCallStatus, "pending"),
  raw_output: nullable(anyJson),
  error: nullable(text),
  error_category: nullable(toolCallErrorCategory),
  executor: nullable(toolExecutor),
  duration_ms: nullable(count),
  execution_duration_ms: nullable(count),
});
