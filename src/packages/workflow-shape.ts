import { entriesOf, type Shape } from "./filled-shape.ts";

const toolAnnotations: Shape = {
  kind: "other",
  side_effect_level: "none",
  arg_schema: { path_params: [], arg_aliases: entriesOf(null), required: [] },
  capabilities: entriesOf([]),
  emits_artifacts: false,
  result_readers: [],
  inline_result: false,
};

const capabilityPolicy: Shape = {
  tools: [],
  capabilities: entriesOf([]),
  workspace_roots: [],
  side_effect_level: null,
  recursion_limit: null,
  tool_arg_constraints: [{ tool: "", arg_patterns: [], arg_key: null }],
  tool_annotations: entriesOf(toolAnnotations),
  sandbox_profile: "worktree",
};

const approvalPolicy: Shape = {
  rules: [],
  auto_approve: [],
  auto_deny: [],
  require_approval: [],
  write_path_allowlist: [],
  allow_sensitive_paths: false,
  sensitive_path_patterns: [],
  allow_external_paths: false,
  external_roots: [],
  repeat_limit: null,
  repeat_action: null,
};

const contract: Shape = {
  input_kinds: [],
  output_kinds: [],
  min_inputs: null,
  max_inputs: null,
  require_transcript: false,
  schema: null,
};

const modelPolicy: Shape = {
  provider: null,
  model: null,
  model_tier: null,
  temperature: null,
  max_tokens: null,
  max_iterations: null,
  iteration_budget: null,
  max_nudges: null,
  nudge: null,
  tool_examples: null,
  stop_after_successful_tools: null,
  require_successful_tools: null,
  turn_policy: null,
  tool_format: null,
  native_tool_fallback: "reject",
};

const autoCompact: Shape = {
  enabled: false,
  token_threshold: null,
  tool_output_max_chars: null,
  compact_strategy: null,
  hard_limit_tokens: null,
  hard_limit_strategy: null,
};

const contextPolicy: Shape = {
  max_artifacts: null,
  max_tokens: null,
  reserve_tokens: null,
  include_kinds: [],
  exclude_kinds: [],
  prioritize_kinds: [],
  pinned_ids: [],
  include_stages: [],
  prefer_recent: false,
  prefer_fresh: false,
  render: null,
};

const branchSemantics: Shape = {
  success: null,
  failure: null,
  verify_pass: null,
  verify_fail: null,
  condition_true: null,
  condition_false: null,
  loop_continue: null,
  loop_exit: null,
  escalation: null,
};

const node: Shape = {
  id: null,
  kind: "stage",
  mode: null,
  prompt: null,
  system: null,
  task_label: null,
  done_sentinel: null,
  tools: null,
  model_policy: modelPolicy,
  auto_compact: autoCompact,
  output_visibility: null,
  context_policy: contextPolicy,
  retry_policy: { max_attempts: 1, verify: false, repair: false, backoff_ms: null, backoff_multiplier: null },
  capability_policy: capabilityPolicy,
  approval_policy: approvalPolicy,
  input_contract: contract,
  output_contract: contract,
  branch_semantics: branchSemantics,
  map_policy: { items: [], item_artifact_kind: null, output_kind: null, max_items: null, max_concurrent: null },
  join_policy: { strategy: "", require_all_inputs: false, min_completed: null },
  reduce_policy: { strategy: "", separator: null, output_kind: null },
  escalation_policy: { level: null, queue: null, reason: null },
  verify: null,
  exit_when_verified: false,
  metadata: entriesOf(null),
};

/** A workflow as a bundle's manifest holds it. */
export const workflowShape = {
  _type: "workflow_graph",
  id: "",
  name: null,
  version: 1,
  entry: "",
  nodes: entriesOf(node),
  edges: [{ from: "", to: "", branch: null, label: null }],
  capability_policy: capabilityPolicy,
  approval_policy: approvalPolicy,
  metadata: entriesOf(null),
  audit_log: [{ id: "", op: "", node_id: null, timestamp: "", reason: null, metadata: entriesOf(null) }],
} satisfies Shape;
