// Long because it is a table: every agent event with its fields, in the order in which they are written. `session_id` comes
// before all of them.
import { compositionChildCall, compositionChildResult, compositionRun } from "./shapes/composition.ts";
import { anyJson, bool, count, float, listOf, nullable, object, optional, text, unless, word } from "./shapes/shape.ts";
import {
  handoffArtifact,
  mutationSession,
  toolCallErrorCategory,
  toolCallReceipt,
  toolCallStatus,
  toolExecutor,
  toolKind,
} from "./shapes/tool-calls.ts";
import { workerEvent } from "./shapes/workers.ts";

const call = { tool_call_id: text, tool_name: text };
const cached = { key: text, backend: text, namespace: text, payload: anyJson };

const fsWatchEvent = object("a file watch event", {
  kind: text,
  paths: listOf(text),
  relative_paths: listOf(text),
  raw_kind: text,
  error: nullable(text),
});

export const variants = {
  // Messages, tools, plan
  agent_message_chunk: { content: text },
  agent_thought_chunk: { content: text },
  user_message: { message_id: text, content: listOf(anyJson) },
  tool_call: {
    ...call,
    kind: nullable(toolKind),
    status: toolCallStatus,
    raw_input: anyJson,
    /** True: found in a text that is still arriving. Absent: an ordinary call. */
    parsing: optional(bool),
    audit: optional(mutationSession),
  },
  tool_call_update: {
    ...call,
    status: toolCallStatus,
    raw_output: nullable(anyJson),
    error: nullable(text),
    duration_ms: optional(count),
    execution_duration_ms: optional(count),
    error_category: optional(toolCallErrorCategory),
    executor: optional(toolExecutor),
    /** False: what was found in the text is now a call, or none. */
    parsing: optional(bool),
    raw_input: optional(anyJson),
    raw_input_partial: optional(text),
    audit: optional(mutationSession),
  },
  plan: { plan: anyJson },
  progress_reported: { message: nullable(text), entries: anyJson, replace: bool, metadata: anyJson },
  tool_call_audit: { ...call, audit: anyJson, receipt: optional(toolCallReceipt) },
  tool_search_query: { tool_use_id: text, name: text, query: anyJson, strategy: text, mode: text },
  tool_search_result: { tool_use_id: text, promoted: listOf(text), strategy: text, mode: text },

  // Milestones and budgets of a loop
  iteration_start: { iteration: count, provider: unless(text, ""), model: unless(text, "") },
  iteration_end: { iteration: count, iteration_info: anyJson },
  loop_checkpoint: {
    iteration: count,
    kind: text,
    delivered: count,
    inbox_delivered: unless(count, 0),
    dispatch_skipped: unless(bool, false),
  },
  loop_control_decision: {
    iteration: count,
    action: text,
    old_limit: count,
    new_limit: count,
    reason: text,
    status: text,
  },
  agent_loop_stall_warning: { warning: anyJson },
  budget_exhausted: { max_iterations: count },
  loop_stuck: { max_nudges: count, last_iteration: count, tail_excerpt: text },
  daemon_watchdog_tripped: { attempts: count, elapsed_ms: count },
  feedback_injected: { kind: text, content: text },
  session_closed: { reason: text, status: text, metadata: anyJson },
  anchor_changed: {
    previous: nullable(anyJson),
    current: anyJson,
    carry_transcript: bool,
    compacted: bool,
    reason: nullable(text),
  },
  typed_checkpoint: { checkpoint: anyJson },

  // Judges and classifiers
  judge_decision: {
    iteration: count,
    verdict: text,
    reasoning: text,
    next_step: nullable(text),
    judge_duration_ms: count,
    trigger: optional(text),
  },
  step_judge_decision: {
    iteration: count,
    verdict: text,
    reasoning: text,
    critique: text,
    confidence: float,
    judge_duration_ms: count,
    vetoed: bool,
    skipped: unless(bool, false),
    reason: optional(text),
    on_veto: text,
    input_tokens: count,
    output_tokens: count,
    cost_usd: float,
    provider: text,
    model: text,
  },
  structural_validator_decision: {
    iteration: count,
    rule: text,
    diagnostic: text,
    recommended_action: text,
    vetoed: bool,
    skipped: unless(bool, false),
    reason: optional(text),
    on_failure: text,
    attempts: count,
    max_attempts: count,
  },
  scope_classifier_verdict: {
    iteration: count,
    label: text,
    original_label: text,
    confidence: float,
    confidence_threshold: float,
    evidence: text,
    skip_main_turn: bool,
    classifier_kind: optional(text),
    model: optional(text),
    error: optional(text),
  },

  // Skills, capabilities, caching
  skill_activated: { skill_name: text, iteration: count, reason: text },
  skill_deactivated: { skill_name: text, iteration: count },
  skill_scope_tools: { skill_name: text, allowed_tools: listOf(text) },
  capability_gap: {
    level: text,
    capability: text,
    provider: text,
    model: text,
    fallback_tool_format: text,
    requested_tool_format: optional(text),
    message: text,
  },
  tool_format_override: {
    provider: text,
    model: text,
    requested_format: text,
    recommended_format: text,
    catalog_parity: text,
    override_reason: optional(text),
  },
  cache_hit: cached,
  cache_miss: cached,

  // Transcript, reminders, files
  transcript_compacted: {
    mode: text,
    strategy: text,
    archived_messages: count,
    estimated_tokens_before: count,
    estimated_tokens_after: count,
    snapshot_asset_id: nullable(text),
    instruction_mode: optional(text),
    instruction_source: optional(text),
    compaction_policy: optional(anyJson),
  },
  transcript_projected: {
    policy: text,
    reason: text,
    prefix_hash: text,
    kept_count: count,
    dropped_count: count,
    provider_safety_blocked: bool,
  },
  reminder_emitted: {
    reminder_id: text,
    tags: listOf(text),
    body: text,
    role_hint: text,
    rendered_role: text,
    source: text,
    ttl_turns: nullable(count),
  },
  fs_watch: { subscription_id: text, events: listOf(fsWatchEvent) },
  staged_writes_pending: { pending_count: count, total_bytes: count },

  // Workers, handoffs, humans, control
  handoff: { artifact_id: text, handoff: handoffArtifact },
  /** `session_id` is that of the session which owns the worker. */
  worker_update: {
    worker_id: text,
    worker_name: text,
    worker_task: text,
    worker_mode: text,
    event: workerEvent,
    status: text,
    metadata: anyJson,
    audit: nullable(anyJson),
  },
  hitl_requested: { request_id: text, kind: text, payload: anyJson },
  hitl_resolved: { request_id: text, kind: text, outcome: word("answered", "timeout", "cancelled", "error") },
  control_outcome: {
    control_id: text,
    method: text,
    outcome: text,
    status: text,
    actor: anyJson,
    target: anyJson,
    reason: optional(text),
    metadata: optional(anyJson),
  },

  // Composition
  composition_start: { run: compositionRun },
  composition_finish: { run: compositionRun },
  composition_error: { run: compositionRun },
  composition_child_call: { call: compositionChildCall },
  composition_child_result: { result: compositionChildResult },
};
