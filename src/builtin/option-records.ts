/**
 * The keys of the option records that signatures name (`options?: LlmCallOptions`): what a literal dict may say there. At run time such
 * a record is any dict, and whoever takes it decides what it reads.
 */
const optionRecords: Readonly<Record<string, string>> = {
  AgentSessionAddRootOpts: "mount_mode reason",
  AgentSessionCompactOpts:
    "author compact_strategy compaction_policy compaction_request compress_callback custom_compactor drop " +
    "extend_default_instructions hard_limit_strategy hard_limit_tokens instructions keep_last " +
    "mask_callback max_tokens mode model policy preserve provider scope system temperature " +
    "token_threshold tool_output_max_chars",
  AgentSessionOpenOpts: "workspace_anchor workspace_policy",
  AgentSessionSeedOpts: "drop_tool_calls model provider rename_session truncate_to_last validate",
  AgentSpawnConfig:
    "artifacts audit carry execution graph name node options permissions policy task tools transcript " + "wait",
  CancelInFlightToolCallOpts: "inject_reminder reason timeout_ms",
  DaemonConfig:
    "approval_policy autonomy_budget cache command_policy compact_keep_first compact_keep_last " +
    "compact_threshold compaction consolidate_on_idle context_callback context_filter daemon done_judge " +
    "done_sentinel event_queue_capacity frequency_penalty idle_watchdog_attempts iteration_budget " +
    "llm_backoff_ms llm_caller llm_options llm_retries llm_transcript_dir loop_control loop_until_done " +
    "max_iterations max_nudges max_tokens max_verify_attempts mcp_servers message_decorator model " +
    "model_alias model_tier name native_tool_fallback nudge options permissions persist_path policy " +
    "presence_penalty problem_scale profile prompt_overrides prompts provider reasoning_effort " +
    "reasoning_policy reasoning_scale reasoning_task require_successful_tools response_format schema seed " +
    "session_id skill_match skills stall_diagnostics stop stop_after_successful_tools " +
    "structural_experiment system task temperature thinking thinking_policy timeout timestamp_messages " +
    "tool_backoff_ms tool_caller tool_choice tool_format tool_retries tool_search tool_search_limit " +
    "tool_search_strategy tools top_k top_p turn_policy verify_completion verify_completion_judge " +
    "wake_interval_ms watch_paths working_files",
  LlmCallOptions:
    "_iteration anthropic anthropic_beta_features api api_mode audio azure_openai background bedrock " +
    "budget budget_usd cache cerebras compact dashscope deepseek fake fallback_chain fallback_strategy " +
    "fireworks frequency_penalty gemini groq hosted_tools huggingface idle_timeout include " +
    "interleaved_thinking json_schema llm_backoff_ms llm_repair llm_retries local logprobs max_tokens " +
    "max_tool_calls messages metadata mlx mock model model_tier ollama openai openrouter output_format " +
    "output_schema output_validation pdf prefer prefill presence_penalty previous_response_id provider " +
    "provider_tools reasoning_effort repair response_format response_store responses_store retries " +
    "route_policy routing schema schema_recover schema_retries schema_retry_nudge seed session_id stop " +
    "store strategy stream structural_experiment system system_appendix system_context system_preamble " +
    "system_prefix system_prompt_parts system_suffix temperature tgi thinking timeout together " +
    "tool_choice tool_format tool_search tools top_k top_logprobs top_p transcript truncation vertex " +
    "vision vllm",
  PagerOptions: "body footer format no_pager title",
  ReadLineOptions: "echo prompt raw timeout_ms trim",
  SignalHandlerOptions: "once restore",
  SubAgentOptions:
    "_type action_items actions allowed_tools anchor anthropic_beta_features approval_policy auto_compact " +
    "autonomy_budget background budget budget_usd cache carry command_policy compact_callback " +
    "compact_keep_first compact_keep_last compact_strategy compact_threshold compaction " +
    "consolidate_on_idle context_callback context_filter daemon decorate_message deliverables done_judge " +
    "done_sentinel execution frequency_penalty idle_watchdog_attempts interleaved_thinking " +
    "iteration_budget json_schema llm_backoff_ms llm_caller llm_retries llm_transcript_dir loop_control " +
    "loop_until_done max_iterations max_nudges max_tokens max_verify_attempts mcp_context " +
    "mcp_initialize_advisory mcp_servers message_decorator message_timestamps messages metadata mock " +
    "model name native_tool_fallback nudge output_format output_schema permissions persist_path persona " +
    "policy post_turn_callback presence_penalty problem_scale profile prompt_overrides prompts provider " +
    "questions reasoning_effort reasoning_policy reasoning_scale reasoning_task reminder_propagation " +
    "request require_action_or_yield require_successful_tools research_questions response_format " +
    "resume_path resume_when returns returns_schema root_task schema schema_recover schema_retries seed " +
    "session_id shared_types skill_catalog_always skill_catalog_budget skill_catalog_limit skill_match " +
    "skill_registry skills stages stall_diagnostics stop stop_after_successful_tools subagent_tools " +
    "subagents system system_appendix system_context system_preamble system_prefix system_prompt_parts " +
    "system_suffix task_kind task_ledger temperature thinking thinking_policy timestamp_messages " +
    "token_budget tool_backoff_ms tool_caller tool_choice tool_examples tool_format tool_retries " +
    "tool_search tools top_k top_p transcript turn_policy verification verification_steps " +
    "verify_completion verify_completion_judge wake_interval_ms watch_paths workflow_stages working_files",
};

/** The keys of a record, sorted; undefined where the name is not one of options. */
export function optionKeys(record: string): readonly string[] | undefined {
  return Object.hasOwn(optionRecords, record) ? optionRecords[record]?.split(" ") : undefined;
}
