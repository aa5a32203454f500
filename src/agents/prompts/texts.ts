/** What models are told around a task, by id. `{{name}}` stands for a binding. Programs put their own in place of each of them. */
export const promptTexts = {
  "agent.action_required_feedback":
    "That answer does not count yet: this stage has to use a tool before it answers. {{guidance}}",
  "agent.action_turn_nudge": "Call the next tool now, or give the answer if nothing is left to do. {{guidance}}",
  "agent.completion_judge_feedback": "The task is not complete yet. Go on with what is missing.",
  "agent.completion_judge_system":
    'You decide whether an agent\'s task is complete. Judge only by the conversation. Answer with JSON alone: {"verdict": "done" | "continue", "reasoning": string, "next_step": string}.',
  "agent.completion_judge_user":
    "Task:\n{{task}}\n\nConversation:\n{{transcript}}\n\nLast answer:\n{{last_text}}\n\nTools that succeeded: {{successful_tools_used}}",
  "agent.daemon_timer_feedback": "The timer woke this agent. Look whether anything is due, and act only on that.",
  "agent.daemon_watch_feedback":
    "Watched paths changed: {{changed_paths}}. Look at them, and act only on what changed.",
  "agent.default_nudge": "Go on with the task: take the next step in your answer.",
  "agent.deferred_tool_listing":
    "## Tools to be found with `{{search_name}}`\n\nThese are not shown yet. Search for what one does, and it can be called from the next turn on:\n\n{{list}}",
  "agent.loop_contract":
    "When the whole task is complete, and only then, end your answer with <done>{{done_sentinel}}</done>.",
  "agent.native_tool_contract_feedback":
    "Tool calls written as text are not run. Use the tool-calling interface of this conversation, one call at a time or several.",
  "agent.parse_guidance":
    "A tool call could not be read: {{error_summary}}\n\nWrite one call per <tool_call> block, with its arguments as one object. Text over several lines goes in as a heredoc: <<TAG, the lines, TAG alone on the last.",
  "agent.protocol_violation_feedback":
    "The answer left the response protocol:\n- {{violations}}\n\nWrite prose inside <assistant_prose>, the answer for the user inside <user_response>, and each call in a <tool_call> block of its own.\n{{done_line}}",
  "agent.step_judge_system":
    'You judge one step of an agent before its tools run. Pass a step that moves the task forward, or does no harm. Ask for a revision when it goes the wrong way. Answer with JSON alone: {"verdict": "pass" | "revise", "reasoning": string, "critique": string, "confidence": 0..1}.',
  "agent.step_judge_system_adversarial":
    'You judge one step of an agent before its tools run. Look for what is wrong with it: unfounded claims, the wrong tool or arguments, work that was not asked for. Pass it only if you find nothing. Answer with JSON alone: {"verdict": "pass" | "revise", "reasoning": string, "critique": string, "confidence": 0..1}.',
  "agent.step_judge_user":
    "Task:\n{{task}}\n\nConversation so far:\n{{transcript}}\n\nThe step:\n{{latest_response}}\n\n{{tool_calls}}",
  "agent.tool_contract_action_native": "Call at least one tool in this turn. Words alone do not count as progress.",
  "agent.tool_contract_action_text":
    "Write at least one <tool_call> block in this turn. Words alone do not count as progress.",
  "agent.tool_contract_deferred_tools":
    "More tools exist than are shown. Find them with `{{search_name}}` before you say that something cannot be done.",
  "agent.tool_contract_native": "Call tools through the tool-calling interface of this conversation, never as text.",
  "agent.tool_contract_task_ledger":
    'The `<task_ledger>` block holds what the user is to get. Keep it with the `ledger` tool: {action: "add", text}, {action: "mark", id, status: "done" | "blocked" | "dropped", note}, {action: "rationale", text}, {action: "note", text}. Mark an entry done once a tool has shown that it is; the run does not end while one is open.',
  "agent.tool_contract_text":
    "## Tool Calling Contract\n\n{{text_response_protocol}}\n\n{{task_ledger_contract}}\n\n## Available tools\n\n{{expanded_schemas}}",
  "agent.tool_contract_text_response_protocol":
    'Call a tool by a block of its own:\n\n<tool_call>\ntool_name({ key: "value" })\n</tool_call>\n\nWrite what is meant for the user inside <assistant_prose>.',
  "agent.turn_preamble": "You work on one task with the tools given, turn by turn, until it is done.",
  "agent.verification_gate_feedback":
    "The task is not done: its verification has not passed (last exit code {{code}}). Find out why, mend it, and finish when it passes.",
} as const;

export type PromptId = keyof typeof promptTexts;

export const promptIds = Object.keys(promptTexts).sort() as PromptId[];

export function isPromptId(id: string): id is PromptId {
  return Object.hasOwn(promptTexts, id);
}
