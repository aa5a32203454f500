import type { Builtin, Effect } from "../../builtin/index.ts";
import {
  allowsCapability,
  allowsSideEffect,
  type CapabilityPolicy,
  type SideEffectLevel,
} from "./capability-policy.ts";

/** What a builtin needs of a policy. */
interface Ceiling {
  /** What the refusal names: `builtin 'x' exceeds … ceiling`. */
  readonly words: string;
  readonly capability?: readonly [name: string, operation: string];
  readonly sideEffect?: SideEffectLevel;
}

const read: Ceiling = { words: "workspace.read_text", capability: ["workspace", "read_text"], sideEffect: "read_only" };
const list: Ceiling = { words: "workspace.list", capability: ["workspace", "list"], sideEffect: "read_only" };
const exists: Ceiling = { words: "workspace.exists", capability: ["workspace", "exists"], sideEffect: "read_only" };
const write: Ceiling = {
  words: "workspace write",
  capability: ["workspace", "write_text"],
  sideEffect: "workspace_write",
};
const remove: Ceiling = {
  words: "workspace.delete",
  capability: ["workspace", "delete"],
  sideEffect: "workspace_write",
};
const edit: Ceiling = {
  words: "workspace.apply_edit",
  capability: ["workspace", "apply_edit"],
  sideEffect: "workspace_write",
};
const exec: Ceiling = { words: "process.exec", capability: ["process", "exec"], sideEffect: "process_exec" };
const network: Ceiling = { words: "network", sideEffect: "network" };
const model: Ceiling = { words: "llm.call", capability: ["llm", "call"] };

/** Builtins whose need is not what their effect says. */
const byName: ReadonlyMap<string, Ceiling> = new Map([
  ...named(
    list,
    "list_dir",
    "walk_dir",
    "glob",
    "project_fingerprint",
    "project_scan_native",
    "project_scan_tree_native",
  ),
  ...named(list, "project_walk_tree_native", "project_catalog_native"),
  ...named(exists, "file_exists", "stat"),
  ...named(remove, "delete_file"),
  ...named(edit, "apply_edit"),
  ...named(
    exec,
    "mcp_connect",
    "mcp_ensure_active",
    "mcp_call",
    "mcp_list_tools",
    "mcp_list_resources",
    "mcp_read_resource",
  ),
  ...named(
    exec,
    "mcp_list_resource_templates",
    "mcp_list_prompts",
    "mcp_get_prompt",
    "mcp_server_info",
    "mcp_disconnect",
  ),
  // The ambient names need the network level; the harness's twins are judged by the egress policy alone.
  ...named(network, "http_get", "http_post", "http_put", "http_patch", "http_delete", "http_request", "http_download"),
  ...named(
    network,
    "http_session_request",
    "http_stream_open",
    "http_stream_read",
    "http_stream_close",
    "http_stream_info",
  ),
  ...named(network, "sse_connect", "sse_receive", "websocket_accept", "websocket_connect", "websocket_route"),
  ...named(network, "websocket_send", "websocket_receive", "websocket_server"),
  ...named(
    { words: "connector.call/network", capability: ["connector", "call"], sideEffect: "network" },
    "connector_call",
  ),
  ...named({ words: "connector.secret_get", capability: ["connector", "secret_get"] }, "secret_get"),
  ...named({ words: "connector.event_log_emit", capability: ["connector", "event_log_emit"] }, "event_log_emit"),
  ...named({ words: "connector.metrics_inc", capability: ["connector", "metrics_inc"] }, "metrics_inc"),
  ...named({ words: "vision.ocr/process", capability: ["vision", "ocr"], sideEffect: "process_exec" }, "vision_ocr"),
  ...named({ words: "host.tool_call", capability: ["host", "tool_call"] }, "host_tool_list", "host_tool_call"),
]);

function named(ceiling: Ceiling, ...names: string[]): [string, Ceiling][] {
  return names.map((name) => [name, ceiling]);
}

const byEffect: Partial<Record<Effect, Ceiling>> = {
  "fs.read": read,
  "fs.write": write,
  process: exec,
  llm: model,
};

/** The ceiling that a builtin comes under, if any. */
export function ceilingOf(builtin: Builtin): Ceiling | undefined {
  return byName.get(builtin.name) ?? byEffect[builtin.effect];
}

/** Why the policy refuses a builtin, or `undefined` when it allows it. */
export function exceedsCeiling(policy: CapabilityPolicy, builtin: Builtin): string | undefined {
  const ceiling = ceilingOf(builtin);
  if (ceiling === undefined) return undefined;
  const { capability, sideEffect, words } = ceiling;
  // No host of this runtime confines programs by the system's means, whatever the environment says.
  if (policy.sandbox_profile === "os_hardened" && sideEffect === "process_exec")
    return `builtin '${builtin.name}' needs confinement by the operating system (sandbox_profile "os_hardened"), which this runtime does not have`;
  const isAllowed =
    (capability === undefined || allowsCapability(policy, ...capability)) &&
    (sideEffect === undefined || allowsSideEffect(policy, sideEffect));
  return isAllowed ? undefined : `builtin '${builtin.name}' exceeds ${words} ceiling`;
}
