import type { CallContext } from "../../builtin/index.ts";
import { dictAt, intAt, isCallable, isDict, itemsAt, record, textAt } from "../../llm/fields.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { BuiltinValue, DictValue, Raise, runtimeError, show, thrown, typeName, type Value } from "../../value/index.ts";
import type { CalledTool } from "./dispatch.ts";
import { describeError, failed, outcomeDict, type ToolOutcome } from "./outcome.ts";

/** The end of a chain of tool callers: a builtin that is bound to the number of the call that waits. */
export const nextTool = "%tool_next";

export type MakeCall = (call: CalledTool) => Promise<ToolOutcome>;

/** Calls that a program's `tool_caller` holds in its hands. */
export class PendingCalls {
  readonly #waiting = new Map<number, { readonly call: CalledTool; readonly make: MakeCall }>();
  #last = 0;

  open(call: CalledTool, make: MakeCall): number {
    this.#waiting.set(++this.#last, { call, make });
    return this.#last;
  }

  close(id: number): void {
    this.#waiting.delete(id);
  }

  /** Makes the call as the envelope now says it, as often as the program asks. */
  async make(id: number, envelope: Value): Promise<DictValue> {
    const pending = this.#waiting.get(id);
    if (pending === undefined) throw runtimeError("tool_caller: `next` was called after the call had ended");
    const given = isDict(envelope) ? envelope : new DictValue();
    const call: CalledTool = {
      id: textAt(given, "call_id") ?? pending.call.id,
      name: textAt(given, "tool_name") ?? pending.call.name,
      arguments: given.get("tool_args") ?? pending.call.arguments,
    };
    return outcomeDict(await pending.make(call));
  }
}

/** What a caller is told of the turn, besides the call. */
export type TurnFields = Readonly<Record<string, Value>>;

/** Has the program's `tool_caller` make a call. What it throws is the call's error; a cancellation goes on. */
export async function callThrough(
  context: CallContext,
  pending: PendingCalls,
  caller: Value,
  call: CalledTool,
  entry: ToolEntry | undefined,
  turn: TurnFields,
  make: MakeCall,
): Promise<ToolOutcome> {
  const begun = context.host.clock.monotonic();
  const elapsed = (): number => context.host.clock.monotonic() - begun;
  const id = pending.open(call, make);
  let answer: Value;
  try {
    answer = await context.callAsync(caller, [envelopeOf(call, entry, turn), new BuiltinValue(nextTool, [id])]);
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    const { message, category } = describeError(error);
    if (category === "cancelled") throw error;
    const ran = { toolName: call.name, callId: call.id, arguments: call.arguments, executor: undefined };
    return failed({ ...ran, approval: null, durationMs: elapsed() }, message, "tool_middleware_exception");
  } finally {
    pending.close(id);
  }
  return readAnswer(call, answer, elapsed());
}

function envelopeOf(call: CalledTool, entry: ToolEntry | undefined, turn: TurnFields): DictValue {
  return record({
    tool_name: call.name,
    tool_args: call.arguments,
    call_id: call.id,
    declared_executor: entry?.executor ?? null,
    schema: entry?.parameters ?? null,
    annotations: dictAt(entry?.entry, "annotations") ?? null,
    description: entry?.description ?? "",
    turn: record(turn),
  });
}

function readAnswer(call: CalledTool, answer: Value, durationMs: number): ToolOutcome {
  if (!isDict(answer)) throw thrown(`agent_loop: tool_caller must return a dict; got ${typeName(answer)}`);
  const said = answer.get("ok") ?? answer.get("success");
  const status = textAt(answer, "status");
  if (said === undefined && status === undefined)
    throw thrown("agent_loop: tool_caller result missing `ok`/`success`/`status`");
  if (said !== undefined && typeof said !== "boolean")
    throw thrown(`agent_loop: tool_caller result \`ok\` must be a bool; got ${typeName(said)}`);
  const isOk = said ?? status === "ok";
  const toolName = textAt(answer, "tool_name") ?? call.name;
  const result = answer.get("result") ?? null;
  const error = answer.get("error") ?? null;
  const rendered = textAt(answer, "rendered_result") ?? show(isOk ? result : error);
  return {
    isOk,
    status: status === "cancelled" ? "cancelled" : isOk ? "ok" : "error",
    toolName,
    callId: textAt(answer, "tool_call_id") ?? call.id,
    arguments: answer.get("arguments") ?? call.arguments,
    result,
    rendered,
    observation: textAt(answer, "observation") ?? observed(toolName, rendered, isOk),
    error: isOk ? null : error,
    category: textAt(answer, "error_category"),
    executor: dictAt(answer, "executor"),
    approval: answer.get("approval") ?? null,
    durationMs: intAt(answer, "execution_duration_ms") ?? durationMs,
    originalSize: rendered.length,
    audit: answer.get("audit"),
    flushes: flushesOf(answer),
  };
}

/** What middleware left to be done once the turn is over: writing down an audit, mostly. */
function flushesOf(answer: DictValue): readonly Value[] {
  const single = answer.get("_audit_flush");
  return [single, ...(itemsAt(answer, "_audit_flushes") ?? [])].filter((each) => isCallable(each)) as Value[];
}

function observed(name: string, rendered: string, isOk: boolean): string {
  const [begin, end] = isOk ? ["result of", "result"] : ["error from", "error"];
  return `[${begin} ${name}]\n${rendered}\n[end of ${name} ${end}]\n`;
}
