import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { record, textAt } from "../../llm/fields.ts";
import { type DictValue, thrown } from "../../value/index.ts";

const agents = declare("agent-harn");

/** What of an agent's configuration is an option of the loop that runs it. */
const optionKeys = [
  "provider",
  "model",
  "model_tier",
  "temperature",
  "top_p",
  "top_k",
  "max_tokens",
  "stop",
  "seed",
  "thinking",
  "reasoning_effort",
  "reasoning_policy",
  "timeout",
  "cache",
  "budget",
  "llm_retries",
  "llm_backoff_ms",
  "output_schema",
  "output_format",
  "output_validation",
  "schema_retries",
  "tools",
  "tool_format",
  "tool_choice",
  "max_iterations",
  "max_nudges",
  "loop_until_done",
  "done_sentinel",
  "profile",
  "policy",
  "approval_policy",
  "permissions",
  "skills",
  "skill_match",
  "session_id",
  "auto_compact",
  "compaction",
  "compact_threshold",
  "compact_strategy",
  "stop_after_successful_tools",
  "require_successful_tools",
];

function requireAgent(builtin: string, agent: DictValue): DictValue {
  if (agent.get("_type") === "agent") return agent;
  throw thrown(`${builtin}: first argument must be an agent (created with agent())`);
}

export const agentValueBuiltins: readonly Builtin[] = [
  agents({
    name: "agent",
    summary: "A named configuration for loops.",
    params: [req("name", t.string), opt("config", t.dict)],
    returns: t.dict,
    run: (_context, name, config) => record({ ...Object.fromEntries(config?.toMap() ?? []), _type: "agent", name }),
  }),
  agents({
    name: "agent_name",
    summary: "The name of an agent.",
    params: [req("agent", t.dict)],
    returns: t.nilable(t.string),
    run: (_context, agent) => textAt(agent, "name") ?? null,
  }),
  agents({
    name: "agent_config",
    summary: "Prompt, system text and options of a loop that runs the agent on a task.",
    params: [req("agent", t.dict), req("prompt", t.any)],
    returns: t.dict,
    run: (_context, agent, prompt) => {
      const known = requireAgent("agent_config", agent);
      const options = record(Object.fromEntries(optionKeys.map((key) => [key, known.get(key)])));
      return record({ prompt, system: known.get("system") ?? null, options });
    },
  }),
];
