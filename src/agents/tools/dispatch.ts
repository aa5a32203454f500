import type { CallContext, Stop } from "../../builtin/index.ts";
import { isDict, isList, record, textAt } from "../../llm/fields.ts";
import { requiredParameters, type ToolEntry } from "../../llm/tools/registry.ts";
import { waitFor } from "../../llm/wire/waiting.ts";
import { BuiltinValue, DictValue, Raise, runtimeError, type Value } from "../../value/index.ts";
import { remind } from "../hooks/ask.ts";
import type { RepeatGuard } from "../loop/repeat-guard.ts";
import type { OwnTool } from "../loop/tool-set.ts";
import { admit, type GateSettings, openGate } from "../permissions/gate.ts";
import type { AgentService } from "../service.ts";
import { normalArguments } from "./arguments.ts";
import type { DeclaredTools } from "./declared-tools.ts";
import { outputLimit, runAfter, runBefore } from "./hooks.ts";
import { CancelledTool } from "./in-flight.ts";
import { callThrough, type TurnFields } from "./middleware.ts";
import { cancelled, denied, describeError, failed, succeeded, type ToolOutcome } from "./outcome.ts";
import { leavesScope } from "./path-scope.ts";
import type { AnswerWitness } from "./project-hooks.ts";
import { runtimeTool } from "./runtime-tools.ts";

export interface CalledTool {
  readonly id: string;
  readonly name: string;
  readonly arguments: Value;
}

export interface DispatchSettings {
  readonly service: AgentService;
  readonly tools: readonly ToolEntry[];
  /** Tools that the loop itself answers, by name. */
  readonly own?: (name: string) => OwnTool | undefined;
  /** Policies of the loop; without it only those around the task hold. */
  readonly gate?: GateSettings;
  /** How often a handler that throws is tried again. */
  readonly retries?: number;
  readonly backoffMs?: number;
  /** Stands up to a model that repeats itself. */
  readonly repeats?: RepeatGuard;
  /** The program's hand between the model's calls and the tools, and what it is told of the turn. */
  readonly caller?: Value;
  readonly turn?: TurnFields;
}

/** Reads `{id, name, arguments}`; a mistake is the program's. */
export function readCall(value: Value, builtin: string): CalledTool {
  const call = isDict(value) ? value : record({});
  const name = textAt(call, "name");
  if (name === undefined || name === "") throw runtimeError(`${builtin}: call.name must be a non-empty string`);
  return { id: textAt(call, "id") ?? "", name, arguments: call.get("arguments") ?? new DictValue() };
}

/** For records and displays. It must not throw. */
export type ToolObserver = (
  event:
    | { readonly kind: "begun"; readonly call: CalledTool }
    | { readonly kind: "ended"; readonly outcome: ToolOutcome },
  /** The session that the call belongs to. */
  sessionId: string | undefined,
) => void;

/** Makes one call, from its checks to what the model is told. Only a cancellation of the task comes out as an error. */
export async function dispatchCall(
  context: CallContext,
  given: CalledTool,
  settings: DispatchSettings,
  index = 0,
): Promise<ToolOutcome> {
  const { service } = settings;
  const sessionId = service.currentSession(context.taskId);
  service.observeTool?.({ kind: "begun", call: given }, sessionId);
  const make = (): Promise<ToolOutcome> => callOrAsk(context, given, settings, index);
  const outcome = await (settings.repeats === undefined ? make() : settings.repeats.run(given, make));
  service.observeTool?.({ kind: "ended", outcome }, sessionId);
  return outcome;
}

/** Makes the call, or lets the program's `tool_caller` make it. */
function callOrAsk(
  context: CallContext,
  given: CalledTool,
  settings: DispatchSettings,
  index: number,
): Promise<ToolOutcome> {
  const { caller, service } = settings;
  const make = (call: CalledTool): Promise<ToolOutcome> => makeCall(context, call, settings);
  if (caller === undefined) return make(given);
  const entry = settings.tools.find((tool) => tool.name === given.name);
  const turn = { ...settings.turn, tool_call_index: index };
  return callThrough(context, service.pendingCalls, caller, given, entry, turn, make);
}

async function makeCall(context: CallContext, given: CalledTool, settings: DispatchSettings): Promise<ToolOutcome> {
  const { service } = settings;
  const begun = context.host.clock.monotonic();
  let call = given;
  let approval: Value = null;
  const ran = (executor: DictValue | undefined): Parameters<typeof failed>[0] => ({
    toolName: call.name,
    callId: call.id,
    arguments: call.arguments,
    executor,
    approval,
    durationMs: context.host.clock.monotonic() - begun,
  });
  const entry = settings.tools.find((tool) => tool.name === call.name);
  call = normalArguments(context, call, entry);
  const admission = await admit(context, service, settings.gate ?? openGate, call, entry);
  if (admission.kind === "denied") return denied(ran(undefined), admission.reason, "permission_denied");
  call = admission.call;
  approval = admission.approval;
  const refusal = leavesScope(service, context.taskId, call);
  if (refusal !== undefined) return denied(ran(undefined), refusal, "permission_denied");
  const remind = reminding(context, service);
  const wanted = await service.projectToolHooks.before(context, call, remind);
  const hooks = service.toolHooks.for(call.name);
  const verdict = wanted.kind === "deny" ? wanted : await runBefore(context, hooks, wanted.call);
  if (verdict.kind === "deny") return denied(ran(undefined), verdict.reason, "permission_denied");
  call = verdict.call;
  if (entry === undefined) return failed(ran(undefined), unavailable(call.name), "tool_rejected");
  const missing = missingArguments(entry, call.arguments);
  if (missing.length > 0) {
    const reason = `Tool '${call.name}' is missing required parameter(s): ${missing.join(", ")}. Provide all required parameters and try again.`;
    return denied(ran(undefined), reason, "schema_validation");
  }
  const executor = executorDict(entry);
  const own = entry.handler === undefined ? settings.own?.(entry.name) : undefined;
  const run = runnerOf(entry, own, service);
  if (run === undefined) return failed(ran(executor), unexecutable(entry), "tool_rejected");
  const flight = service.toolsInFlight.begin(service.currentSession(context.taskId), call);
  const failure = (error: unknown): ToolOutcome => {
    if (error instanceof CancelledTool) return cancelled(ran(executor), error.reason);
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    const { message, category } = describeError(error);
    if (category === "cancelled") throw error;
    return failed(ran(executor), message, category);
  };
  let answer: Value;
  try {
    answer = await withRetries(context, settings, () => flight.race(run(context, call.arguments, flight.signal)));
  } catch (error) {
    return failure(error);
  } finally {
    flight.end();
  }
  // A mistake in the project's hooks is nothing that a model could mend.
  const seen = await service.projectToolHooks.after(context, call, answer, remind);
  try {
    return succeeded(ran(executor), await runAfter(context, hooks, call, seen), outputLimit(hooks));
  } catch (error) {
    return failure(error);
  }
}

/** Reminders of hooks go to the session that called. */
function reminding(context: CallContext, service: AgentService): AnswerWitness {
  const id = service.currentSession(context.taskId);
  const session = id === undefined ? undefined : service.sessions.get(id);
  return (event, answer) => {
    if (session !== undefined) remind(service, session, event, answer);
  };
}

type ToolRun = (context: CallContext, args: Value, stop: Stop) => Promise<Value>;

/** Who answers the calls of a tool: its handler, the loop, the runtime, or the host; undefined when nobody does. */
function runnerOf(entry: ToolEntry, own: OwnTool | undefined, service: AgentService): ToolRun | undefined {
  if (entry.handler !== undefined) return (context, args, stop) => invoke(context, entry, args, service.declared, stop);
  if (own !== undefined) return (context, args) => own.run(context, dictOf(args));
  if (entry.executor === "host_bridge" && service.hasBridge())
    return (context, args, stop) =>
      context.callAsync(new BuiltinValue("host_tool_call"), [entry.name, dictOf(args)], stop);
  const answer = entry.executor === undefined || entry.executor === "harn" ? runtimeTool(entry.name) : undefined;
  return answer && (async (context, args) => answer(context, service, dictOf(args)));
}

function dictOf(value: Value): DictValue {
  return isDict(value) ? value : new DictValue();
}

function missingArguments(entry: ToolEntry, given: Value): string[] {
  const args = isDict(given) ? given : new DictValue();
  return requiredParameters(entry).filter((name) => args.get(name) === undefined);
}

async function invoke(
  context: CallContext,
  entry: ToolEntry,
  given: Value,
  declared: DeclaredTools,
  stop: Stop,
): Promise<Value> {
  const handler = entry.handler as Value;
  const args = dictOf(given);
  const parameters = declared.parametersOf(handler);
  if (parameters === undefined) return context.callAsync(handler, [args], stop);
  const bound = parameters.map((parameter) => args.get(parameter.name) ?? parameter.fallback);
  while (bound.length > 0 && bound[bound.length - 1] === undefined) bound.pop();
  return context.callAsync(
    handler,
    bound.map((value) => value ?? null),
    stop,
  );
}

async function withRetries(
  context: CallContext,
  settings: DispatchSettings,
  body: () => Promise<Value>,
): Promise<Value> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await body();
    } catch (error) {
      if (
        attempt >= (settings.retries ?? 0) ||
        !(error instanceof Raise) ||
        error.kind === "cancelled" ||
        error.kind === "deadline"
      )
        throw error;
      const delay = (settings.backoffMs ?? 0) * 2 ** attempt;
      if (delay > 0) await waitFor(context.host.clock, delay, context.signal);
    }
  }
}

function unavailable(name: string): string {
  return `Error [tool_rejected]: Tool '${name}' is not available in the current environment. Use only the tools listed in the tool-calling contract.`;
}

/** Why a tool without a handler cannot run here. */
function unexecutable(entry: ToolEntry): string {
  const head = `Error [tool_rejected]: tool '${entry.name}'`;
  switch (entry.executor) {
    case "provider_native":
      return `${head} is declared executor: "provider_native" — the runtime does not dispatch these locally; the provider must have already executed the call`;
    case "host_bridge":
      return `${head} is declared executor: "host_bridge" but no host bridge is connected to this environment`;
    case "mcp_server":
      return `${head} (mcp_server: "${serverOf(entry)}") cannot be dispatched: no direct MCP client, bridge, or Harn handler`;
    default:
      return unavailable(entry.name);
  }
}

function serverOf(entry: ToolEntry): string {
  return textAt(entry.entry, "mcp_server") ?? "";
}

function executorDict(entry: ToolEntry): DictValue {
  switch (entry.executor) {
    case "host_bridge":
    case "provider_native":
      return record({ kind: entry.executor });
    case "mcp_server":
      return record({ kind: "mcp_server", server_name: serverOf(entry) });
    default:
      return record({ kind: "harn_builtin" });
  }
}

/** Makes the calls of one turn, so many at once, and gives the outcomes in the order of the calls. */
export async function dispatchBatch(
  context: CallContext,
  calls: readonly CalledTool[],
  settings: DispatchSettings,
  concurrency = 1,
): Promise<ToolOutcome[]> {
  const outcomes = new Array<ToolOutcome | undefined>(calls.length);
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < calls.length; index = next++) {
      outcomes[index] = await dispatchCall(context, calls[index] as CalledTool, settings, index);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, calls.length) }, work));
  return outcomes as ToolOutcome[];
}

export function readCalls(value: Value, builtin: string): CalledTool[] {
  return isList(value) ? value.toArray().map((item) => readCall(item, builtin)) : [];
}
