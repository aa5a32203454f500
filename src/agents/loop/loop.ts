import type { CallContext } from "../../builtin/index.ts";
import { jsonOfValue } from "../../eventlog/index.ts";
import { selectionRequest, selectModel } from "../../llm/catalog/selection.ts";
import { record, textAt } from "../../llm/fields.ts";
import { transcriptEvent } from "../../llm/transcript/event.ts";
import { type DictValue, runtimeError, type Value } from "../../value/index.ts";
import type { AgentService } from "../service.ts";
import { claimToolFormat } from "../sessions/tool-mode.ts";
import type { ToolOutcome } from "../tools/outcome.ts";
import { checkpoint, emit } from "./checkpoints.ts";
import { compactIfNeeded } from "./compacting.ts";
import { afterTurn, confirmEnd } from "./completion.ts";
import { type LoopOptions, readLoopOptions } from "./options.ts";
import { loopResult } from "./result.ts";
import { LoopState } from "./state.ts";
import { isVetoed } from "./structural-validator.ts";
import { type ChosenCalls, chooseCalls, recordAssistant, rejectTextCalls, runCalls } from "./tools-of-turn.ts";
import { type Turn, takeTurn } from "./turn.ts";

const defaultSentinel = "##DONE##";

export interface LoopInput {
  readonly prompt: string;
  readonly system: string | undefined;
  readonly options: DictValue | undefined;
}

/** Runs an agent loop to its end: turns of the model, with the tools it calls between them. */
export async function runLoop(context: CallContext, service: AgentService, input: LoopInput): Promise<DictValue> {
  const state = begin(context, service, input, readLoopOptions(input.options));
  return service.inSession(context.taskId, state.session.id, async () => {
    await iterate(context, state);
    await checkpoint(context, state, "loop_exit");
    return loopResult(context, state);
  });
}

function begin(context: CallContext, service: AgentService, input: LoopInput, options: LoopOptions): LoopState {
  const current = service.currentSession(context.taskId);
  const session = service.sessions.open(options.sessionId ?? current ?? `agent_session_${service.newId()}`, current);
  const toolFormat = toolFormatOf(service, options);
  if (options.tools.length > 0) {
    const problem = claimToolFormat(session, toolFormat);
    if (problem !== undefined) throw runtimeError(problem);
  }
  const given = input.system ?? textAt(options.given, "system") ?? session.systemPrompt;
  if (given !== undefined) session.systemPrompt = given;
  const sentinel =
    options.doneSentinel === null
      ? undefined
      : (options.doneSentinel ?? (options.loopUntilDone && toolFormat === "text" ? defaultSentinel : undefined));
  const state = new LoopState({
    service,
    options,
    session,
    task: input.prompt,
    system: withContract(given, sentinel, toolFormat),
    toolFormat,
    providerName: textAt(options.given, "provider") ?? "",
    sentinel,
    startedAt: service.newId(),
    begun: context.host.clock.monotonic(),
  });
  session.add(record({ role: "user", content: initialContent(options, input.prompt) }));
  return state;
}

function initialContent(options: LoopOptions, prompt: string): Value {
  const content = options.given.get("initial_user_content");
  return content === undefined || content === null ? prompt : content;
}

function toolFormatOf(service: AgentService, options: LoopOptions): "native" | "text" {
  const asked = textAt(options.given, "tool_format");
  if (asked === "native" || asked === "text") return asked;
  if (options.tools.length === 0) return "text";
  const { catalog } = service.llm;
  const selection = selectModel(catalog, selectionRequest(options.callOptions));
  return catalog.toolFormat(
    selection.provider,
    selection.model,
    textAt(options.callOptions, "model") ?? selection.model,
  );
}

/** The system text, with how the model says that it is done. */
function withContract(
  system: string | undefined,
  sentinel: string | undefined,
  toolFormat: "native" | "text",
): string | undefined {
  if (sentinel === undefined) return system;
  const contract =
    toolFormat === "text"
      ? `When the whole task is complete, and only then, end your answer with <done>${sentinel}</done>.`
      : `When the whole task is complete, and only then, write ${sentinel} in your answer.`;
  return system === undefined ? contract : `${system}\n\n${contract}`;
}

async function iterate(context: CallContext, state: LoopState): Promise<void> {
  const { options } = state;
  for (state.iteration = 1; state.iteration <= options.maxIterations; state.iteration++) {
    if (await runIteration(context, state)) return;
  }
  state.iteration = options.maxIterations;
  state.end("budget_exhausted", "");
}

/** One turn and what follows from it. True: the loop has ended. */
async function runIteration(context: CallContext, state: LoopState): Promise<boolean> {
  await announceStart(context, state);
  const answer = await takeTurn(context, state);
  if (answer.kind === "failed") {
    state.end(answer.status, answer.status);
    state.error = answer.error;
    return true;
  }
  const { turn } = answer;
  state.count(turn);
  const chosen = chooseCalls(state, turn);
  recordAssistant(state, turn, chosen);
  if (await isVetoed(context, state, turn, chosen)) {
    await announceEnd(context, state, turn, [], { dispatch_skipped: true, skip_reason: "structural_validator_revise" });
    return false;
  }
  await checkpoint(context, state, "pre_tool_dispatch");
  const outcomes = await runCalls(context, state, chosen);
  await announceEnd(context, state, turn, outcomes);
  if (state.options.tokenBudget !== undefined && state.inputTokens + state.outputTokens > state.options.tokenBudget) {
    state.end("budget_exhausted", "token_budget");
    return true;
  }
  return isStuck(state, chosen) || settle(context, state, turn, chosen, outcomes);
}

async function announceStart(context: CallContext, state: LoopState): Promise<void> {
  const given = state.options.given;
  await emit(context, state, {
    type: "iteration_start",
    iteration: state.iteration,
    provider: textAt(given, "provider") ?? "",
    model: textAt(given, "model") ?? "",
  });
  await checkpoint(context, state, "iteration_start");
  await checkpoint(context, state, "pre_compact");
  await compactIfNeeded(context, state);
  await checkpoint(context, state, "post_compact");
}

async function announceEnd(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  outcomes: readonly ToolOutcome[],
  skipped: Readonly<Record<string, Value>> = {},
): Promise<void> {
  const info = record({
    ...skipped,
    tool_count: outcomes.length,
    text: turn.visible,
    provider: turn.provider,
    model: turn.model,
    response_ms: Math.round(turn.durationMs),
    input_tokens: turn.inputTokens,
    output_tokens: turn.outputTokens,
    thinking_chars: turn.thinking?.length ?? 0,
  });
  state.session.addEvent(
    transcriptEvent(state.service.newId, {
      kind: "llm_call",
      role: "assistant",
      visibility: "internal",
      text: "",
      metadata: info,
    }),
  );
  await emit(context, state, {
    type: "iteration_end",
    iteration: state.iteration,
    iteration_info: jsonOfValue(info),
  });
  await checkpoint(context, state, "post_tool_dispatch");
}

/** Too many turns in a row that only talk. */
function isStuck(state: LoopState, chosen: ChosenCalls): boolean {
  state.textTurns = chosen.calls.length > 0 ? 0 : state.textTurns + 1;
  if (!state.options.loopUntilDone || state.textTurns <= state.options.maxNudges) return false;
  state.end("stuck", "max_nudges");
  return true;
}

async function settle(
  context: CallContext,
  state: LoopState,
  turn: Turn,
  chosen: ChosenCalls,
  outcomes: readonly ToolOutcome[],
): Promise<boolean> {
  if (chosen.isRejected) {
    rejectTextCalls(state);
    return false;
  }
  const verdict = await afterTurn(context, state, turn, outcomes);
  return verdict.kind === "stop" && confirmEnd(context, state, turn, verdict.reason);
}
