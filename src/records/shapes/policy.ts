import { sandboxProfiles } from "../../runtime/policy/capability-policy.ts";
import { anyJson, bool, count, list, map, nullable, text, word } from "../schema/codec.ts";
import { record } from "../schema/record.ts";

const [unrestricted, , ...otherProfiles] = sandboxProfiles;

const toolArgConstraint = record("ToolArgConstraint", {
  tool: text,
  arg_patterns: list(text),
  arg_key: nullable(text),
});

/** What a run was allowed to do at most. Side effect levels are not judged here: files outlive their names. */
export const capabilityPolicy = record("CapabilityPolicy", {
  tools: list(text),
  capabilities: map(list(text)),
  workspace_roots: list(text),
  side_effect_level: nullable(text),
  recursion_limit: nullable(count),
  tool_arg_constraints: list(toolArgConstraint),
  tool_annotations: map(anyJson),
  sandbox_profile: word("worktree", unrestricted, ...otherProfiles),
});

export const toolApprovalPolicy = record(
  "ToolApprovalPolicy",
  {
    rules: list(anyJson),
    auto_approve: list(text),
    auto_deny: list(text),
    require_approval: list(text),
    write_path_allowlist: list(text),
    allow_sensitive_paths: bool,
    sensitive_path_patterns: list(text),
    allow_external_paths: bool,
    external_roots: list(text),
    repeat_limit: nullable(count),
    repeat_action: nullable(word("allow", "ask", "deny")),
  },
  { repeated_call_limit: "repeat_limit", repeated_call_action: "repeat_action" },
);
