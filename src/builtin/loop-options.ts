import { optionKeys } from "./record-types.ts";

/** Options of `agent_loop` that neither a model call nor a child agent has. */
const own =
  "active_skills compaction_policy compress_callback custom_compactor " +
  "hard_limit_strategy hard_limit_tokens initial_user_content llm_options loop_detect_block loop_detect_skip loop_detect_warn " +
  "mask_callback max_concurrent_tools persistent policy pre_turn_scope_classifier prefetch_next_turn progress_tool reminders " +
  "resume_by run_id step_judge structural_validator summarize_prompt tool_format_override_reason tool_output_max_chars " +
  "tool_search_limit tool_search_strategy total_budget_usd transcript_projection";

let keys: readonly string[] | undefined;

/** Every name that `agent_loop` reads among its options. A dict may hold others, for callbacks of the program. */
export function loopOptionKeys(): readonly string[] {
  keys ??= [
    ...new Set([...own.split(" "), ...(optionKeys("SubAgentOptions") ?? []), ...(optionKeys("LlmCallOptions") ?? [])]),
  ].sort();
  return keys;
}
