import type { CallContext } from "../builtin/index.ts";
import { dispatchScope, durableId, type JsonObject, rfc3339, traceIdOf } from "../eventlog/index.ts";
import type { RequestKind } from "./kinds.ts";

/** A question to people, as the log and the host see it. */
export interface HumanRequest {
  readonly requestId: string;
  readonly kind: RequestKind;
  readonly agent: string;
  readonly traceId: string;
  readonly runId: string | undefined;
  /** RFC 3339. */
  readonly requestedAt: string;
  readonly payload: JsonObject;
}

export interface RequestStart {
  readonly requestId: string;
  readonly agent: string;
  readonly traceId: string;
  /** Unix milliseconds. */
  readonly requestedAtMs: number;
}

/** Identity of a request that is about to be made: within a dispatch the same for a replay of its event. */
export function beginRequest(context: CallContext, kind: RequestKind, now: number): RequestStart {
  return {
    requestId: durableId(context, `hitl_${kind}`),
    agent: context.scoped(dispatchScope)?.agentId ?? "",
    traceId: traceIdOf(context),
    requestedAtMs: now,
  };
}

export function finishRequest(
  start: RequestStart,
  kind: RequestKind,
  runId: string | undefined,
  payload: JsonObject,
): HumanRequest {
  const { requestId, agent, traceId, requestedAtMs } = start;
  return { requestId, kind, agent, traceId, runId, requestedAt: rfc3339(requestedAtMs), payload };
}

export function envelopeJson(request: HumanRequest): JsonObject {
  return {
    request_id: request.requestId,
    kind: request.kind,
    agent: request.agent,
    trace_id: request.traceId,
    run_id: request.runId,
    requested_at: request.requestedAt,
    payload: request.payload,
  };
}

export function requestHeaders(request: HumanRequest): Record<string, string> {
  return {
    request_id: request.requestId,
    trace_id: request.traceId,
    ...(request.runId === undefined ? {} : { run_id: request.runId }),
  };
}
