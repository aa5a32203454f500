import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { list, record } from "../../llm/fields.ts";
import { thrown, type Value } from "../../value/index.ts";
import { runLoop } from "../loop/loop.ts";
import { entriesValue, readProgress } from "../loop/progress.ts";
import { defaultValidation, validatorDefault } from "../loop/structural-validator.ts";
import { readPromptOverrides, renderPrompt } from "../prompts/render.ts";
import { isPromptId, promptIds, promptTexts } from "../prompts/texts.ts";
import { agentService } from "../service.ts";
import { nextTool } from "../tools/middleware.ts";
import { hosted } from "./hosted.ts";

const agents = declare("agent-harn");
const internal = declare("internal");

async function reportProgress(context: CallContext, input: Value): Promise<null> {
  const service = context.service(agentService);
  // What is wrong with the report is told before where it is made: only the first is the program's to mend.
  const report = readProgress("agent_progress", input);
  const sessionId = service.currentSession(context.taskId);
  if (sessionId === undefined) throw thrown("agent_progress: no active agent session");
  await service.events.emit(context, {
    type: "progress_reported",
    session_id: sessionId,
    message: report.message,
    entries: jsonOfValue(entriesValue(report)),
    replace: report.replace,
    metadata: report.metadata,
  });
  return null;
}

export const loopBuiltins: readonly Builtin[] = [
  agents({
    name: nextTool,
    summary: "The end of a chain of tool callers: it makes the call.",
    params: [req("call", t.int), opt("envelope", t.any)],
    returns: t.dict,
    effect: "state",
    run: (context, call, envelope) =>
      context.async(() => context.service(agentService).pendingCalls.make(Number(call), envelope ?? null)),
  }),
  internal({
    name: "__host_agent_prompt_ids",
    summary: "The ids of the prompts that an agent works with.",
    params: [],
    returns: t.list,
    run: () => list(promptIds),
  }),
  internal({
    name: "__host_agent_prompt",
    summary: "A prompt by its id, with its bindings filled in; `options.prompts` may put others in their places.",
    params: [req("id", t.string), opt("bindings", t.dict), opt("options", t.dict)],
    returns: t.string,
    run: (context, id, bindings, options) => {
      if (!isPromptId(id)) throw thrown(`render_agent_prompt_id: unknown prompt id ${id}`);
      return context.async(() =>
        renderPrompt(context, readPromptOverrides("render_agent_prompt_id", options), id, bindings),
      );
    },
  }),
  internal({
    name: "__host_agent_prompt_catalog",
    summary: "What stands behind each prompt id: its own text, or what `options.prompts` puts there.",
    params: [opt("options", t.dict), opt("caller", t.string)],
    returns: t.dict,
    run: (_context, options, caller) => {
      const overrides = readPromptOverrides(caller ?? "agent_prompt_catalog", options);
      return record(
        Object.fromEntries(promptIds.map((id) => [id, overrides.get(id) ?? record({ text: promptTexts[id] })])),
      );
    },
  }),
  agents({
    name: validatorDefault,
    summary: "The end of a chain of structural validators.",
    params: [opt("call", t.any)],
    returns: t.dict,
    run: () => defaultValidation(),
  }),
  internal({
    name: "__host_agent_progress",
    summary: "Reports how far the current session's task is.",
    params: [req("input", t.any)],
    returns: t.nil,
    effect: "state",
    run: (context, input) => context.async(() => reportProgress(context, input)),
  }),
  ...hosted(
    agents({
      name: "agent_loop",
      summary: "Lets a model work on a task with tools, turn by turn, until it is done or a limit is reached.",
      params: [req("prompt", t.string), opt("system", t.string), opt("options", t.dict)],
      returns: t.dict,
      // Its model calls and what its tools do are effects of their own.
      effect: "state",
      run: (context, prompt, system, options) =>
        context.async(() => runLoop(context, context.service(agentService), { prompt, system, options })),
    }),
  ),
];
