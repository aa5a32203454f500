import { dispatchSuspension } from "../../hitl/index.ts";
import { DictValue, ListValue, Raise, show } from "../../value/index.ts";
import type { AttemptRecord } from "./outcome.ts";

/** How an attempt failed, and whether another one makes sense. */
export interface HandlerFailure {
  readonly kind: Exclude<AttemptRecord["outcome"], "success">;
  readonly message: string;
  readonly isRetryable: boolean;
  /** What has to end before the dispatch can go on. */
  readonly waitpoints?: readonly string[];
}

export class HandlerRefused extends Error {
  override readonly name = "HandlerRefused";
}

export const cancelledByRequest = "trigger cancel request cancelled local handler";

/** The failure that an error of a handler stands for. A fault of ours goes on as it is. */
export function handlerFailure(error: unknown): HandlerFailure {
  if (error instanceof HandlerRefused) return { kind: "failed", message: error.message, isRetryable: false };
  if (!(error instanceof Raise)) {
    if (error instanceof Error && error.name !== "TypeError") return failed(error.message);
    throw error;
  }
  const suspension = suspensionOf(error);
  if (suspension !== undefined) return suspension;
  if (error.kind === "cancelled") return { kind: "cancelled", message: show(error.value), isRetryable: false };
  if (error.kind === "deadline") return { kind: "timeout", message: show(error.value), isRetryable: true };
  if (error.category === "tool_rejected") return { kind: "denied", message: show(error.value), isRetryable: false };
  return failed(errorText(error));
}

function failed(message: string): HandlerFailure {
  return { kind: "failed", message, isRetryable: true };
}

/** A thrown text is the error; any other thrown value is shown. */
function errorText(error: Raise): string {
  return error.kind === "thrown" && typeof error.value !== "string"
    ? `Thrown: ${show(error.value)}`
    : show(error.value);
}

function suspensionOf({ value }: Raise): HandlerFailure | undefined {
  if (!(value instanceof DictValue) || value.get("name") !== dispatchSuspension) return undefined;
  const ids = value.get("waitpoint_ids") ?? null;
  return {
    kind: "waiting",
    message: `waitpoint suspended: ${show(value.get("wait_id") ?? null)}`,
    isRetryable: false,
    waitpoints: ids instanceof ListValue ? ids.toArray().map(show) : [],
  };
}
