import type { CallContext } from "../../builtin/index.ts";
import { boolAt, dictAt, record, textAt } from "../../llm/fields.ts";
import { textContract } from "../../llm/tools/text-contract.ts";
import { renderPrompt } from "../prompts/render.ts";
import type { PromptId } from "../prompts/texts.ts";
import type { LoopState } from "./state.ts";

/**
 * What a loop adds to the system text it was given: how to say that the task is done, what the turn has to hold, the program's types
 * and examples, and how to keep the ledger. It stays the same from turn to turn.
 */
export async function loopSystem(context: CallContext, state: LoopState, given: string | undefined): Promise<string> {
  const { options, toolFormat, sentinel } = state;
  const policy = dictAt(options.given, "turn_policy");
  const prompt = (id: PromptId): Promise<string> =>
    renderPrompt(context, options.prompts, id, record({ done_sentinel: sentinel ?? "" }));
  const parts = [given ?? ""];
  if (options.prompts.has("agent.turn_preamble")) parts.unshift(await prompt("agent.turn_preamble"));
  if (sentinel !== undefined) parts.push(await doneContract(context, state, sentinel));
  const mustAct = boolAt(policy, "require_action_or_yield") ?? boolAt(options.given, "require_action_or_yield");
  if (mustAct === true)
    parts.push(
      await prompt(toolFormat === "text" ? "agent.tool_contract_action_text" : "agent.tool_contract_action_native"),
    );
  if (state.ledger !== undefined) parts.push(await prompt("agent.tool_contract_task_ledger"));
  if (toolFormat === "native" && options.prompts.has("agent.tool_contract_native"))
    parts.push(await prompt("agent.tool_contract_native"));
  parts.push(section("Shared types", textAt(options.given, "shared_types")));
  parts.push(section("Examples of calls", textAt(policy, "tool_examples") ?? textAt(options.given, "tool_examples")));
  return parts.filter((part) => part !== "").join("\n\n");
}

function section(title: string, text: string | undefined): string {
  return text === undefined || text.trim() === "" ? "" : `## ${title}\n\n${text.trim()}`;
}

function doneContract(context: CallContext, state: LoopState, sentinel: string): Promise<string> | string {
  const { prompts } = state.options;
  if (state.toolFormat === "native" && !prompts.has("agent.loop_contract"))
    return `When the whole task is complete, and only then, write ${sentinel} in your answer.`;
  return renderPrompt(context, prompts, "agent.loop_contract", record({ done_sentinel: sentinel }));
}

/** The program's own contract of calls by text, where it has one; `undefined` leaves ours. */
export async function ownTextContract(context: CallContext, state: LoopState): Promise<string | undefined> {
  const { prompts } = state.options;
  const isOwn = prompts.has("agent.tool_contract_text") || prompts.has("agent.tool_contract_text_response_protocol");
  if (state.toolFormat !== "text" || !isOwn) return undefined;
  const bindings = {
    done_sentinel: state.sentinel ?? "",
    mode: "text",
    native_mode: false,
    expanded_schemas: textContract(state.tools.visible()),
    task_ledger_contract: "",
  };
  const protocol = await renderPrompt(context, prompts, "agent.tool_contract_text_response_protocol", record(bindings));
  return renderPrompt(
    context,
    prompts,
    "agent.tool_contract_text",
    record({ ...bindings, text_response_protocol: protocol }),
  );
}
