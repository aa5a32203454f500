import { isDict, list, record, textAt } from "../../llm/fields.ts";
import { tryParseJson } from "../../llm/json.ts";
import { type DictValue, type Raise, show, stringifyJson, type Value } from "../../value/index.ts";
import { microcompact } from "../compaction/microcompact.ts";

export type OutcomeStatus = "ok" | "error" | "cancelled";

/** How one tool call went. */
export interface ToolOutcome {
  readonly isOk: boolean;
  readonly status: OutcomeStatus;
  readonly toolName: string;
  readonly callId: string;
  readonly arguments: Value;
  readonly result: Value;
  /** The result as text. */
  readonly rendered: string;
  /** What the model is shown; a denial has none and shows its result. */
  readonly observation: string | undefined;
  readonly error: Value;
  readonly category: string | undefined;
  readonly executor: DictValue | undefined;
  /** Who allowed the call, when somebody was asked. */
  readonly approval: Value;
  readonly durationMs: number;
  /** Length of the result before it was cut. */
  readonly originalSize: number;
  /** What middleware says about the call. */
  readonly audit?: Value | undefined;
  /** What middleware wants called when the turn is over. */
  readonly flushes?: readonly Value[];
}

interface Ran {
  readonly toolName: string;
  readonly callId: string;
  readonly arguments: Value;
  readonly executor: DictValue | undefined;
  readonly approval: Value;
  readonly durationMs: number;
}

/** A call whose handler answered. A result beyond `limit` characters is shown cut. */
export function succeeded(ran: Ran, result: Value, limit?: number): ToolOutcome {
  const whole = show(result);
  const rendered = limit === undefined ? whole : microcompact(whole, limit);
  const observation = `[result of ${ran.toolName}]\n${rendered}\n[end of ${ran.toolName} result]\n`;
  const base = { ...ran, result, rendered, observation, originalSize: whole.length };
  if (isRefusal(result)) return { ...base, isOk: false, status: "error", error: rendered, category: "tool_rejected" };
  return { ...base, isOk: true, status: "ok", error: null, category: undefined };
}

/** A handler that says no does so in its result, as a dict or as the JSON text of one. */
function isRefusal(result: Value): boolean {
  const said = typeof result === "string" && result.trimStart().startsWith("{") ? tryParseJson(result) : result;
  if (!isDict(said)) return false;
  return (
    textAt(said, "error") === "permission_denied" ||
    said.get("blocked") === true ||
    textAt(said, "status") === "blocked"
  );
}

export function failed(ran: Ran, message: string, category: string): ToolOutcome {
  const observation = `[error from ${ran.toolName}]\n${message}\n[end of ${ran.toolName} error]\n`;
  return {
    ...ran,
    isOk: false,
    status: "error",
    result: null,
    rendered: message,
    observation,
    error: message,
    category,
    originalSize: message.length,
  };
}

/** A call that somebody ended while it ran. */
export function cancelled(ran: Ran, reason: string): ToolOutcome {
  const observation = `[cancelled call to ${ran.toolName}]\n${reason}\n[end of ${ran.toolName} cancellation]\n`;
  return {
    ...ran,
    isOk: false,
    status: "cancelled",
    result: null,
    rendered: reason,
    observation,
    error: reason,
    category: "cancelled",
    originalSize: reason.length,
  };
}

/** A call that was not made: the arguments or a policy did not allow it. */
export function denied(ran: Ran, reason: string, category: string): ToolOutcome {
  const result = record({ error: "permission_denied", tool: ran.toolName, reason });
  const rendered = stringifyJson(result, 2);
  return {
    ...ran,
    isOk: false,
    status: "error",
    result,
    rendered,
    observation: undefined,
    error: reason,
    category,
    originalSize: rendered.length,
  };
}

/** What an error of a handler says to the model, and its category. */
export function describeError(error: Raise): { readonly message: string; readonly category: string } {
  const message = error.kind === "thrown" ? `Thrown: ${show(error.value)}` : show(error.value);
  const ownCategory = isDict(error.value) ? textAt(error.value, "category") : undefined;
  return { message, category: error.category ?? ownCategory ?? "generic" };
}

export function outcomeDict(outcome: ToolOutcome): DictValue {
  const size = outcome.rendered.length;
  return record({
    ok: outcome.isOk,
    status: outcome.status,
    tool_name: outcome.toolName,
    tool_call_id: outcome.callId,
    arguments: outcome.arguments,
    result: outcome.result,
    rendered_result: outcome.rendered,
    observation: outcome.observation ?? null,
    error: outcome.error,
    error_category: outcome.category ?? null,
    executor: outcome.executor ?? null,
    approval: outcome.approval,
    execution_duration_ms: Math.floor(outcome.durationMs),
    tool_output_truncated: outcome.originalSize > size,
    original_size: outcome.originalSize,
    final_size: size,
    reminder_provider_report: record({ fired_count: 0, reports: list([]) }),
    audit: outcome.audit,
  });
}
