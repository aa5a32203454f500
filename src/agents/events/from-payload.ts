import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonNumber } from "../../eventlog/index.ts";
import type { AgentEvent, AgentEventType } from "./event.ts";
import { AgentEventError } from "./shapes/shape.ts";
import { toolCallReceipt } from "./shapes/tool-calls.ts";

/** What a program may say happened: fields by their names; what is missing or of another kind counts as nothing. */
class Payload {
  readonly whole: Json;
  readonly #fields: JsonObject;

  constructor(json: Json) {
    this.whole = json;
    this.#fields = isJsonObject(json) ? json : {};
  }

  text(key: string): string {
    return this.optionalText(key) ?? "";
  }

  optionalText(key: string): string | undefined {
    const value = this.#fields[key];
    return typeof value === "string" ? value : undefined;
  }

  count(key: string): number {
    const value = jsonNumber(this.#fields[key]) ?? 0;
    return Number.isInteger(value) && value > 0 ? value : 0;
  }

  float(key: string, fallback = 0): number {
    return jsonNumber(this.#fields[key]) ?? fallback;
  }

  flag(key: string, fallback = false): boolean {
    const value = this.#fields[key];
    return typeof value === "boolean" ? value : fallback;
  }

  json(key: string, fallback: Json = null): Json {
    return this.#fields[key] ?? fallback;
  }

  texts(key: string): readonly string[] {
    const value = this.#fields[key];
    return isJsonArray(value) ? value.filter((item) => typeof item === "string") : [];
  }
}

type Builder = (payload: Payload, session_id: string) => AgentEvent;

function cached(type: "cache_hit" | "cache_miss"): Builder {
  return (of, session_id) => ({
    type,
    session_id,
    key: of.text("key"),
    backend: of.text("backend"),
    namespace: of.text("namespace"),
    payload: of.whole,
  });
}

const builders: Readonly<Record<string, Builder>> = {
  iteration_start: (of, session_id) => ({
    type: "iteration_start",
    session_id,
    iteration: of.count("iteration"),
    provider: of.text("provider"),
    model: of.text("model"),
  }),
  iteration_end: (of, session_id) => ({
    type: "iteration_end",
    session_id,
    iteration: of.count("iteration"),
    iteration_info: of.json("iteration_info"),
  }),
  loop_checkpoint: (of, session_id) => ({
    type: "loop_checkpoint",
    session_id,
    iteration: of.count("iteration"),
    kind: of.text("kind"),
    delivered: of.count("delivered"),
    inbox_delivered: of.count("inbox_delivered"),
    dispatch_skipped: of.flag("dispatch_skipped"),
  }),
  loop_control_decision: (of, session_id) => ({
    type: "loop_control_decision",
    session_id,
    iteration: of.count("iteration"),
    action: of.text("action"),
    old_limit: of.count("old_limit"),
    new_limit: of.count("new_limit"),
    reason: of.text("reason"),
    status: of.text("status"),
  }),
  judge_decision: (of, session_id) => ({
    type: "judge_decision",
    session_id,
    iteration: of.count("iteration"),
    verdict: of.text("verdict"),
    reasoning: of.text("reasoning"),
    next_step: of.optionalText("next_step") ?? null,
    judge_duration_ms: of.count("judge_duration_ms"),
    trigger: of.optionalText("trigger"),
  }),
  step_judge_decision: (of, session_id) => ({
    type: "step_judge_decision",
    session_id,
    iteration: of.count("iteration"),
    verdict: of.text("verdict"),
    reasoning: of.text("reasoning"),
    critique: of.text("critique"),
    confidence: of.float("confidence"),
    judge_duration_ms: of.count("judge_duration_ms"),
    vetoed: of.flag("vetoed"),
    skipped: of.flag("skipped"),
    reason: of.optionalText("reason"),
    on_veto: of.text("on_veto"),
    input_tokens: of.count("input_tokens"),
    output_tokens: of.count("output_tokens"),
    cost_usd: of.float("cost_usd"),
    provider: of.text("provider"),
    model: of.text("model"),
  }),
  structural_validator_decision: (of, session_id) => ({
    type: "structural_validator_decision",
    session_id,
    iteration: of.count("iteration"),
    rule: of.text("rule"),
    diagnostic: of.text("diagnostic"),
    recommended_action: of.text("recommended_action"),
    vetoed: of.flag("vetoed"),
    skipped: of.flag("skipped"),
    reason: of.optionalText("reason"),
    on_failure: of.text("on_failure"),
    attempts: of.count("attempts"),
    max_attempts: of.count("max_attempts"),
  }),
  scope_classifier_verdict: (of, session_id) => ({
    type: "scope_classifier_verdict",
    session_id,
    iteration: of.count("iteration"),
    label: of.text("label"),
    original_label: of.text("original_label"),
    confidence: of.float("confidence"),
    confidence_threshold: of.float("confidence_threshold", 0.65),
    evidence: of.text("evidence"),
    skip_main_turn: of.flag("skip_main_turn"),
    classifier_kind: of.optionalText("classifier_kind"),
    model: of.optionalText("model"),
    error: of.optionalText("error"),
  }),
  capability_gap: (of, session_id) => ({
    type: "capability_gap",
    session_id,
    level: of.text("level"),
    capability: of.text("capability"),
    provider: of.text("provider"),
    model: of.text("model"),
    fallback_tool_format: of.text("fallback_tool_format"),
    requested_tool_format: of.optionalText("requested_tool_format"),
    message: of.text("message"),
  }),
  tool_format_override: (of, session_id) => ({
    type: "tool_format_override",
    session_id,
    provider: of.text("provider"),
    model: of.text("model"),
    requested_format: of.text("requested_format"),
    recommended_format: of.text("recommended_format"),
    catalog_parity: of.text("catalog_parity"),
    override_reason: of.optionalText("override_reason"),
  }),
  progress_reported: (of, session_id) => ({
    type: "progress_reported",
    session_id,
    message: of.optionalText("message") ?? null,
    entries: of.json("entries", []),
    replace: of.flag("replace", true),
    metadata: of.json("metadata", {}),
  }),
  tool_call_audit: (of, session_id) => ({
    type: "tool_call_audit",
    session_id,
    tool_call_id: of.text("tool_call_id"),
    tool_name: of.text("tool_name"),
    audit: of.json("audit"),
    receipt: receiptOf(of.json("receipt")),
  }),
  tool_search_query: (of, session_id) => ({
    type: "tool_search_query",
    session_id,
    tool_use_id: of.text("tool_use_id"),
    name: of.text("name"),
    query: of.json("query"),
    strategy: of.text("strategy"),
    mode: of.text("mode"),
  }),
  tool_search_result: (of, session_id) => ({
    type: "tool_search_result",
    session_id,
    tool_use_id: of.text("tool_use_id"),
    promoted: of.texts("promoted"),
    strategy: of.text("strategy"),
    mode: of.text("mode"),
  }),
  cache_hit: cached("cache_hit"),
  cache_miss: cached("cache_miss"),
  typed_checkpoint: (of, session_id) => ({ type: "typed_checkpoint", session_id, checkpoint: of.whole }),
  agent_loop_stall_warning: (of, session_id) => ({ type: "agent_loop_stall_warning", session_id, warning: of.whole }),
  completion_confirmation_nudge: (of, session_id) => ({
    type: "feedback_injected",
    session_id,
    kind: "completion_confirmation_nudge",
    content: of.text("visible_text_prefix"),
  }),
};

function receiptOf(json: Json): ReturnType<typeof toolCallReceipt.read> | undefined {
  if (json === null) return undefined;
  try {
    return toolCallReceipt.read(json);
  } catch (error) {
    if (error instanceof AgentEventError)
      throw new AgentEventError(`invalid tool_call_audit.receipt: ${error.message}`);
    throw error;
  }
}

/** The event of that name with the fields of the payload; `undefined` when programs may not emit it. */
export function eventOfPayload(name: string, sessionId: string, payload: Json): AgentEvent | undefined {
  return Object.hasOwn(builders, name) ? builders[name]?.(new Payload(payload), sessionId) : undefined;
}

/** Events that stay in the transcript too, with the role they have there. */
const transcribed: Partial<Readonly<Record<AgentEventType, "assistant" | "tool">>> = {
  tool_search_query: "assistant",
  tool_search_result: "tool",
  typed_checkpoint: "assistant",
  agent_loop_stall_warning: "assistant",
  tool_format_override: "assistant",
  tool_call_audit: "tool",
  loop_checkpoint: "assistant",
};

export function transcriptRole(type: AgentEventType): "assistant" | "tool" | undefined {
  return transcribed[type];
}
