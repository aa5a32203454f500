import type { CallContext } from "../../builtin/index.ts";
import { boolAt, dictAt, intAt, isCallable, isDict, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, thrown, typeName, type Value } from "../../value/index.ts";
import { emit } from "./checkpoints.ts";
import type { LoopState } from "./state.ts";

/** How many iterations a loop may take, and by how much that may grow while it makes progress. */
export interface IterationBudget {
  readonly mode: "fixed" | "adaptive";
  readonly initial: number;
  readonly max: number;
  readonly extendBy: number;
  /** Whether the result tells of each decision. */
  readonly isExposed: boolean;
}

const adaptiveMax = 16;
const adaptiveStep = 2;

export function readBudget(options: DictValue, maxIterations: number): IterationBudget {
  const given = options.get("iteration_budget");
  const dict = isDict(given) ? given : undefined;
  const mode =
    typeof given === "string" ? given : (textAt(dict, "mode") ?? (dict === undefined ? "fixed" : "adaptive"));
  if (mode === "fixed")
    return { mode: "fixed", initial: maxIterations, max: maxIterations, extendBy: 0, isExposed: false };
  if (mode !== "adaptive")
    throw thrown(`agent_loop: iteration_budget mode must be one of fixed, adaptive; got ${mode}`);
  const max = atLeastOne(intAt(dict, "max") ?? intAt(options, "max_iterations") ?? adaptiveMax);
  return {
    mode: "adaptive",
    max,
    initial: Math.min(max, atLeastOne(intAt(dict, "initial") ?? Math.max(1, Math.floor(max / 4)))),
    extendBy: atLeastOne(intAt(dict, "extend_by") ?? adaptiveStep),
    isExposed: boolAt(dict, "expose_decisions") ?? true,
  };
}

function atLeastOne(value: number): number {
  if (value < 1) throw thrown(`agent_loop: iteration_budget numbers must be >= 1; got ${value}`);
  return value;
}

export interface Progress {
  /** Tools ran in this turn. */
  readonly hasTools: boolean;
  /** A proposed end was refused, or required tools are missing. */
  readonly isRefused: boolean;
}

/** What the program's control or the adaptive budget makes of a loop that goes on. True: the loop has ended. */
export async function controlLoop(context: CallContext, state: LoopState, progress: Progress): Promise<boolean> {
  const control = state.options.given.get("loop_control");
  if (isCallable(control)) return applyControl(context, state, control as Value, progress);
  const { budget } = state;
  const remaining = state.maxIterations - state.iteration;
  if (budget.mode !== "adaptive" || remaining > 0 || state.maxIterations >= budget.max) return false;
  if (!progress.hasTools && !progress.isRefused) return false;
  await extend(context, state, budget.extendBy, progress.isRefused ? "completion was refused" : "tools made progress");
  return false;
}

async function applyControl(
  context: CallContext,
  state: LoopState,
  control: Value,
  progress: Progress,
): Promise<boolean> {
  const answer = await context.callAsync(control, [snapshot(state, progress)]);
  if (answer === null) return false;
  if (!isDict(answer)) throw thrown(`agent_loop: loop_control must return a dict or nil; got ${typeName(answer)}`);
  const action = textAt(answer, "action") ?? "none";
  const reason = textAt(answer, "reason") ?? "";
  switch (action) {
    case "none":
      return false;
    case "extend": {
      const until = intAt(answer, "until");
      const by = until === undefined ? (intAt(answer, "by") ?? adaptiveStep) : until - state.maxIterations;
      await extend(context, state, by, reason);
      return false;
    }
    case "stop": {
      const status = textAt(answer, "status") ?? "stopped";
      await decide(context, state, "stop", state.maxIterations, reason, status);
      state.end(status === "done" ? "" : status, reason === "" ? "loop_control" : reason);
      return true;
    }
    default:
      throw thrown(`agent_loop: loop_control action must be one of none, extend, stop; got ${action}`);
  }
}

function snapshot(state: LoopState, progress: Progress): DictValue {
  return record({
    session_id: state.session.id,
    iteration: state.iteration,
    limit: state.maxIterations,
    remaining: state.maxIterations - state.iteration,
    max: state.budget.max,
    has_tool_calls: progress.hasTools,
    completion_refused: progress.isRefused,
    successful_tools: list(state.successful),
    rejected_tools: list(state.rejected),
    input_tokens: state.inputTokens,
    output_tokens: state.outputTokens,
    last_text: state.lastText,
  });
}

/** Never beyond the maximum of an adaptive budget; a fixed one has none. */
async function extend(context: CallContext, state: LoopState, by: number, reason: string): Promise<void> {
  const { budget } = state;
  const ceiling = budget.mode === "adaptive" ? budget.max : Number.MAX_SAFE_INTEGER;
  const limit = Math.min(ceiling, state.maxIterations + Math.max(0, by));
  if (limit === state.maxIterations) return;
  await decide(context, state, "extend", limit, reason, "");
  state.maxIterations = limit;
  state.extensions++;
}

async function decide(
  context: CallContext,
  state: LoopState,
  action: string,
  limit: number,
  reason: string,
  status: string,
): Promise<void> {
  const about = {
    iteration: state.iteration,
    action,
    old_limit: state.maxIterations,
    new_limit: limit,
    reason,
    status,
  };
  const dict = record(about);
  state.decisions.push(dict);
  state.note("loop_control_decision", dict);
  await emit(context, state, { type: "loop_control_decision", ...about });
}

/** What the result says of an adaptive budget. */
export function budgetField(state: LoopState): Record<string, Value> {
  const { budget } = state;
  if (budget.mode === "fixed") return {};
  return {
    adaptive_budget: record({
      mode: budget.mode,
      initial: budget.initial,
      max: budget.max,
      final_limit: state.maxIterations,
      extensions_used: state.extensions,
      decisions: budget.isExposed ? list(state.decisions) : undefined,
    }),
  };
}

/** The most that a loop may cost, as `budget.total_budget_usd` or at the top. */
export function totalBudgetUsd(options: DictValue): Value | undefined {
  return dictAt(options, "budget")?.get("total_budget_usd") ?? options.get("total_budget_usd") ?? undefined;
}

export const noProgress: Progress = { hasTools: false, isRefused: false };
