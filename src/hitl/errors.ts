import { type Json, type JsonObject, valueOfJson } from "../eventlog/index.ts";
import { type Raise, thrown } from "../value/index.ts";
import type { RequestKind } from "./kinds.ts";
import type { HumanResponse } from "./response.ts";

/** Nobody answered in time. */
export function humanTimeout(requestId: string, kind: RequestKind): Raise {
  return thrownRecord({
    name: "HumanTimeoutError",
    category: "timeout",
    message: `${kind} timed out`,
    request_id: requestId,
    kind,
  });
}

export function approvalDenied(requestId: string, response: Pick<HumanResponse, "reviewer" | "reason">): Raise {
  const { reviewer, reason } = response;
  return thrownRecord({
    name: "ApprovalDeniedError",
    category: "generic",
    message: reason ?? "approval was denied",
    request_id: requestId,
    reviewers: reviewer === undefined ? [] : [reviewer],
    reason: reason ?? null,
  });
}

/** Somebody cancelled the request's waitpoint. */
export function humanCancelled(requestId: string, kind: RequestKind, reason: string | undefined): Raise {
  return thrownRecord({
    name: "HumanCancelledError",
    category: "cancelled",
    message: reason ?? `${kind} cancelled`,
    request_id: requestId,
    kind,
    wait_id: "",
    waitpoint_ids: [requestId],
    reason: reason ?? null,
  });
}

/** The name of the error that ends a dispatch until somebody has answered. */
export const dispatchSuspension = "WaitpointSuspend";

export function suspendedDispatch(waitId: string, requestId: string): Raise {
  return thrownRecord({
    name: dispatchSuspension,
    category: "generic",
    message: "waitpoint suspended dispatch for later resume",
    wait_id: waitId,
    waitpoint_ids: [requestId],
  });
}

function thrownRecord(record: JsonObject & { readonly [key: string]: Json }): Raise {
  return thrown(valueOfJson(record));
}
