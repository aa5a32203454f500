import { encodeJson, isJsonObject, type Json } from "../../../eventlog/index.ts";
import type { Codec } from "../../../records/schema/codec.ts";
import { ShapeError } from "../../../records/schema/codec.ts";
import { handoff } from "../../../records/shapes/handoff.ts";
import { toolApprovalPolicy } from "../../../records/shapes/policy.ts";
import { AgentEventError, anyJson, count, nullable, object, orElse, type Shape, text, word } from "./shape.ts";

export const toolKind = word("read", "edit", "delete", "move", "search", "execute", "think", "fetch", "other");
export const toolCallStatus = word("pending", "in_progress", "completed", "failed");

export const toolCallErrorCategory = word(
  "schema_validation",
  "tool_error",
  "mcp_server_error",
  "host_bridge_error",
  "permission_denied",
  "rejected_loop",
  "parse_aborted",
  "timeout",
  "network",
  "cancelled",
  "unknown",
);

/** Who ran a tool. */
export type ToolExecutor =
  | { readonly kind: "harn_builtin" | "host_bridge" | "provider_native" }
  | { readonly kind: "mcp_server"; readonly server_name: string };

const plainExecutor = object("a tool executor", { kind: word("harn_builtin", "host_bridge", "provider_native") });
const mcpExecutor = object("a tool executor", { kind: word("mcp_server"), server_name: text });

function isMcp(executor: ToolExecutor): executor is Extract<ToolExecutor, { readonly kind: "mcp_server" }> {
  return executor.kind === "mcp_server";
}

export const toolExecutor: Shape<ToolExecutor> = {
  expected: "a tool executor",
  read: (json) =>
    isJsonObject(json) && json.kind === "mcp_server" ? mcpExecutor.read(json) : plainExecutor.read(json),
  write: (value) => (isMcp(value) ? mcpExecutor.write(value) : plainExecutor.write(value)),
  print: (value) => (isMcp(value) ? mcpExecutor.print(value) : plainExecutor.print(value)),
  encode: (value) => (isMcp(value) ? mcpExecutor.encode(value) : plainExecutor.encode(value)),
};

/** A shape that run records describe too. */
export function recorded<T>(codec: Codec<T>): Shape<T> {
  const write = (value: T): Json => codec.toJson(value);
  return {
    expected: codec.expected,
    read(json) {
      try {
        return codec.read(json, "");
      } catch (error) {
        throw error instanceof ShapeError ? new AgentEventError(error.message) : error;
      }
    },
    write,
    print: (value) => encodeJson(write(value)),
    encode: (value) => encodeJson(write(value)),
  };
}

export const handoffArtifact = recorded(handoff);

/** On whose behalf files are changed. */
export const mutationSession = object("a mutation session", {
  session_id: orElse(text, ""),
  parent_session_id: nullable(text),
  run_id: nullable(text),
  worker_id: nullable(text),
  execution_kind: nullable(text),
  mutation_scope: orElse(text, ""),
  approval_policy: nullable(recorded(toolApprovalPolicy)),
});

export const toolCallReceipt = object("a tool call receipt", {
  schema_version: count,
  session_id: text,
  run_id: nullable(text),
  tool_call_id: text,
  tool_name: text,
  iteration: count,
  turn_index: nullable(count),
  emit_order: count,
  reason: nullable(text),
  kind: nullable(toolKind),
  executor: nullable(word("harn", "host_bridge", "mcp_server", "provider_native")),
  status: word("ok", "schema_violation", "consent_denied", "timeout", "error"),
  error_category: nullable(toolCallErrorCategory),
  duration_ms: count,
  args_hash: text,
  result_hash: nullable(text),
  audit: anyJson,
  emitted_at: text,
  model: nullable(text),
  provider: nullable(text),
});

export type ToolCallErrorCategory = ReturnType<typeof toolCallErrorCategory.read>;

/** The category of a tool's failure, from the category of the error that the machine raised. */
export function toolErrorCategory(category: string): ToolCallErrorCategory {
  switch (category) {
    case "timeout":
      return "timeout";
    case "rate_limit":
    case "overloaded":
    case "server_error":
    case "transient_network":
      return "network";
    case "schema_validation":
    case "schema_stream_aborted":
      return "schema_validation";
    case "tool_error":
      return "tool_error";
    case "tool_rejected":
      return "permission_denied";
    case "cancelled":
      return "cancelled";
    default:
      return "host_bridge_error";
  }
}
