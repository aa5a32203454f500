// Long because it is a table.

/**
 * The record types that every program can name, and that signatures name (`options?: LlmCallOptions`): a field for each word, `?`
 * behind its name where it may be missing. At run time such a record is any dict, and whoever takes it decides what it reads.
 */
const recordTypes: Readonly<Record<string, string>> = {
  AgentSessionAddRootOpts: "mount_mode?:string reason?:string",
  AgentSessionCompactOpts:
    "keep_last?:int token_threshold?:int tool_output_max_chars?:int compact_strategy?:string hard_limit_tokens?:int " +
    "hard_limit_strategy?:string custom_compactor?:closure mask_callback?:closure compress_callback?:closure " +
    "policy?:CompactionPolicy compaction_policy?:CompactionPolicy compaction_request?:CompactionRequest " +
    "instructions?:string mode?:string scope?:string preserve?:string|list drop?:string|list " +
    "extend_default_instructions?:bool author?:string system?:string model?:string provider?:string max_tokens?:int " +
    "temperature?:float",
  AgentSessionListRootsResult: "primary:string additional:list",
  AgentSessionOpenOpts: "workspace_anchor?:WorkspaceAnchorInput workspace_policy?:WorkspacePolicy",
  AgentSessionRootMutationResult: "ok:bool mounted_at?:string error?:string",
  AgentSessionSeedOpts:
    "truncate_to_last?:int drop_tool_calls?:bool rename_session?:string validate?:bool model?:string provider?:string",
  AgentSpawnConfig:
    "task:string name?:string wait?:bool graph?:any node?:any artifacts?:list transcript?:any permissions?:any " +
    "options?:dict execution?:dict audit?:dict carry?:dict policy?:any tools?:list",
  CancelInFlightToolCallOpts: "reason?:string inject_reminder?:bool timeout_ms?:int",
  CompactionPolicy:
    "instructions?:string mode?:string scope?:string preserve?:string|list drop?:string|list " +
    "extend_default_instructions?:bool author?:string",
  CompactionRequest: "mode?:string policy?:CompactionPolicy",
  DaemonConfig:
    "task:string persist_path:string name?:string session_id?:string system?:string event_queue_capacity?:int model?:string " +
    "model_alias?:string model_tier?:string provider?:string max_tokens?:int temperature?:float top_p?:float top_k?:int " +
    "stop?:string|list seed?:int frequency_penalty?:float presence_penalty?:float response_format?:string|dict schema?:any " +
    "thinking?:any reasoning_effort?:string reasoning_policy?:any thinking_policy?:any reasoning_scale?:any " +
    "problem_scale?:any reasoning_task?:string tools?:list|dict tool_choice?:string|dict cache?:bool|dict timeout?:any " +
    "structural_experiment?:any loop_until_done?:bool max_iterations?:int max_nudges?:int nudge?:any turn_policy?:string " +
    "stop_after_successful_tools?:any require_successful_tools?:any tool_retries?:int tool_backoff_ms?:int " +
    "tool_format?:string native_tool_fallback?:string llm_caller?:any tool_caller?:any llm_options?:dict " +
    "iteration_budget?:any loop_control?:any verify_completion?:any verify_completion_judge?:any done_judge?:any " +
    "done_sentinel?:any max_verify_attempts?:int llm_retries?:int llm_backoff_ms?:int context_callback?:any " +
    "context_filter?:any timestamp_messages?:bool message_decorator?:any prompts?:dict prompt_overrides?:dict " +
    "llm_transcript_dir?:string stall_diagnostics?:any skills?:any skill_match?:any working_files?:list mcp_servers?:any " +
    "tool_search?:any tool_search_limit?:int tool_search_strategy?:string autonomy_budget?:any policy?:any " +
    "approval_policy?:any command_policy?:any permissions?:any daemon?:bool wake_interval_ms?:int watch_paths?:list|string " +
    "consolidate_on_idle?:bool compaction?:any compact_threshold?:int compact_keep_first?:int compact_keep_last?:int " +
    "idle_watchdog_attempts?:int profile?:string options?:dict",
  DaemonSummary:
    "id:string name:string status:string session_id:string persist_path:string snapshot_path:string pending_event_count:int " +
    "queued_event_count:int event_queue_capacity:int error?:string? result?:any daemon_state?:any saved_at?:string? " +
    "inflight_event?:dict?",
  IoResultEnvelope: "ok:bool status:string value?:string error?:string",
  LlmCallError:
    "category:string kind:string reason:string message:string retry_after_ms?:int provider?:string model?:string",
  LlmCallOptions:
    "model?:string model_tier?:string provider?:string api_mode?:string api?:string route_policy?:string|dict " +
    "prefer?:string|list fallback_strategy?:string strategy?:string fallback_chain?:string|list budget_usd?:float|int " +
    "routing?:dict system?:string messages?:list session_id?:string system_preamble?:any system_prefix?:any " +
    "system_context?:any system_prompt_parts?:any system_appendix?:any system_suffix?:any previous_response_id?:string " +
    "max_tokens?:int temperature?:float top_p?:float top_k?:int logprobs?:bool top_logprobs?:int stop?:string|list " +
    "seed?:int frequency_penalty?:float presence_penalty?:float response_format?:string|dict output_format?:string|dict " +
    "schema?:any json_schema?:any output_schema?:any output_validation?:string schema_retries?:int " +
    "schema_retry_nudge?:bool|string schema_stream_abort?:bool retries?:int schema_recover?:bool repair?:bool|dict llm_repair?:bool|dict " +
    "thinking?:bool|string|dict reasoning_effort?:string reasoning_policy?:any thinking_policy?:any reasoning_scale?:string " +
    "problem_scale?:string reasoning_task?:string task_kind?:string task?:string timeout_ms?:int|float " +
    "interleaved_thinking?:bool anthropic_beta_features?:string|list vision?:bool audio?:bool pdf?:bool tools?:list|dict provider_tools?:list|dict hosted_tools?:list|dict " +
    "tool_choice?:string|dict tool_search?:bool|string|dict tool_format?:string cache?:bool|dict budget?:float|int|dict " +
    "llm_retries?:int llm_backoff_ms?:int timeout?:int|float idle_timeout?:int|float stream?:bool store?:bool|dict " +
    "response_store?:bool responses_store?:bool background?:bool truncation?:string compact?:bool include?:list " +
    "max_tool_calls?:int anthropic?:dict openai?:dict openrouter?:dict together?:dict groq?:dict cerebras?:dict " +
    "deepseek?:dict fireworks?:dict huggingface?:dict local?:dict mlx?:dict vllm?:dict tgi?:dict dashscope?:dict " +
    "gemini?:dict azure_openai?:dict bedrock?:dict ollama?:dict vertex?:dict mock?:any fake?:dict prefill?:string " +
    "structural_experiment?:string|dict|closure transcript?:any metadata?:dict _iteration?:int",
  LlmCallResult:
    "text:string model:string provider:string input_tokens:int output_tokens:int cache_read_tokens:int " +
    "cache_write_tokens:int cache_creation_input_tokens:int cache_hit_ratio:float cache_savings_usd:float usage:LlmUsage " +
    "native_tool_calls:list prose:string visible_text:string blocks:list data?:any tool_calls:list " +
    "protocol_violations?:list tool_parse_errors?:list done_marker?:string canonical_text?:string thinking?:string " +
    "private_reasoning?:string thinking_summary?:string stop_reason?:string transcript:Transcript logprobs?:list schema_stream_aborted?:dict",
  LlmCallSafeResult: "ok:bool response:LlmCallResult error:LlmCallError",
  LlmUsage:
    "input_tokens:int output_tokens:int cache_read_tokens:int cache_write_tokens:int cache_creation_input_tokens:int " +
    "cache_hit_ratio:float cache_savings_usd:float",
  PagerOptions: "body:string title?:string footer?:string format?:string no_pager?:bool",
  ReadLineOptions: "prompt?:string timeout_ms?:int|duration trim?:bool echo?:bool raw?:bool",
  ResumeConditions: "trigger?:dict timeout?:ResumeTimeoutSpec on_event?:string",
  ResumeTimeoutSpec: "duration_minutes:int on_timeout?:'resume_with_summary'|'fail'|'resume_with_input'",
  SchemaRecoverEnvelope:
    "ok:bool data:T? raw_text:string error:string error_category:string? attempts:int stage:string repaired:bool",
  SessionAncestry: "parent_id:string? child_ids:list root_id:string",
  SessionSnapshot:
    "_type:'transcript' version:int id:string length:int messages:list events:list assets:list created_at:string " +
    "parent_id:string? child_ids:list branched_at_event_index:int? system_prompt:string? tool_format:string? " +
    "pinned_model:string? pinned_reasoning_policy:string? workspace_anchor:WorkspaceAnchorSnapshot? " +
    "workspace_policy:WorkspacePolicy summary?:string metadata?:dict state?:string",
  SignalHandlerOptions: "once?:bool restore?:bool",
  SubAgentOptions:
    "_type?:string name?:string system?:string session_id?:string background?:bool carry?:dict allowed_tools?:list " +
    "policy?:any anchor?:WorkspaceAnchorInput reminder_propagation?:list resume_when?:ResumeConditions returns_schema?:any " +
    "returns?:dict execution?:dict request?:any research_questions?:list questions?:list action_items?:list actions?:list " +
    "workflow_stages?:list stages?:list verification_steps?:list verification?:list model?:string provider?:string " +
    "max_tokens?:int temperature?:float top_p?:float top_k?:int stop?:string|list seed?:int frequency_penalty?:float " +
    "presence_penalty?:float response_format?:string|dict schema?:any schema_retries?:int schema_recover?:bool " +
    "cache?:bool|dict transcript?:any budget?:int|float|dict budget_usd?:int|float mock?:any messages?:list metadata?:dict " +
    "tool_choice?:string|dict thinking?:any reasoning_effort?:string interleaved_thinking?:bool " +
    "anthropic_beta_features?:list profile?:string loop_until_done?:bool done_sentinel?:string? max_iterations?:int " +
    "iteration_budget?:string|dict|nil loop_control?:any max_nudges?:int nudge?:string llm_caller?:any tool_caller?:any " +
    "llm_retries?:int llm_backoff_ms?:int reasoning_policy?:any thinking_policy?:any reasoning_scale?:string " +
    "problem_scale?:string reasoning_task?:string task_kind?:string tools?:list|dict subagents?:bool subagent_tools?:bool " +
    "tool_format?:string native_tool_fallback?:string tool_search?:dict tool_retries?:int tool_backoff_ms?:int " +
    "stop_after_successful_tools?:list require_successful_tools?:list turn_policy?:dict require_action_or_yield?:bool " +
    "tool_examples?:string shared_types?:string stall_diagnostics?:bool|dict|nil permissions?:any approval_policy?:any " +
    "command_policy?:any autonomy_budget?:any token_budget?:int output_format?:any json_schema?:any output_schema?:any " +
    "root_task?:string deliverables?:list task_ledger?:dict persona?:string daemon?:bool persist_path?:string " +
    "resume_path?:string wake_interval_ms?:int watch_paths?:list|string consolidate_on_idle?:bool " +
    "compaction?:string|dict|bool auto_compact?:bool|dict compact_threshold?:int compact_keep_first?:int " +
    "compact_keep_last?:int compact_strategy?:string compact_callback?:any idle_watchdog_attempts?:int " +
    "context_callback?:any context_filter?:any timestamp_messages?:bool message_timestamps?:bool message_decorator?:any " +
    "decorate_message?:any prompts?:dict prompt_overrides?:dict post_turn_callback?:any verify_completion?:any " +
    "verify_completion_judge?:bool|dict done_judge?:bool|dict max_verify_attempts?:int llm_transcript_dir?:string " +
    "skills?:any skill_registry?:any skill_match?:dict skill_catalog_limit?:int skill_catalog_budget?:int " +
    "skill_catalog_always?:bool working_files?:list|string mcp_servers?:list mcp_initialize_advisory?:bool " +
    "mcp_context?:dict system_preamble?:any system_prefix?:any system_context?:any system_prompt_parts?:any " +
    "system_appendix?:any system_suffix?:any",
  SubAgentResult:
    "ok:bool summary:string artifacts:list evidence_added:int tokens_used:int budget_exceeded:bool data:any error:any " +
    "session_id:string transcript:Transcript",
  ToolRegistry: "_type:'tool_registry' tools:list",
  Transcript:
    "_type:'transcript' version:int id:string messages:list events:list assets:list summary?:string metadata?:dict " +
    "state?:string archived_messages?:int",
  WorkerSummary:
    "_type:'agent_handle' id:string name:string task:string mode:string status:string created_at:string started_at:string " +
    "finished_at?:string? awaiting_started_at?:string? history:list request?:dict? provenance:dict result?:any " +
    "error?:string? artifact_count:int has_transcript:bool parent_worker_id?:string? parent_stage_id?:string? " +
    "child_run_id?:string? child_run_path?:string? execution:dict snapshot_path:string audit:dict suspension?:dict?",
  WorkspaceAnchorInput: "primary:string additional_roots?:list anchored_at?:string",
  WorkspaceAnchorSnapshot: "primary:string additional_roots:list anchored_at:string",
  WorkspacePolicy: "default_mount_mode?:string",
};

export interface RecordField {
  readonly name: string;
  readonly isOptional: boolean;
  /** As it is written above: names and texts in quotes, parted by `|`, with `?` behind what may be nil. */
  readonly type: string;
}

/** The fields of a record type in the order of its declaration; undefined where the name is none. */
export function recordFields(name: string): readonly RecordField[] | undefined {
  const text = Object.hasOwn(recordTypes, name) ? recordTypes[name] : undefined;
  return text?.split(" ").map((word) => {
    const colon = word.indexOf(":");
    const field = word.slice(0, colon);
    const isOptional = field.endsWith("?");
    return { name: isOptional ? field.slice(0, -1) : field, isOptional, type: word.slice(colon + 1) };
  });
}

/** The names of a record's fields, sorted; undefined where the name is no record type. */
export function optionKeys(record: string): readonly string[] | undefined {
  return recordFields(record)
    ?.map(({ name }) => name)
    .sort();
}
