import { thrown } from "../../value/index.ts";
import { isMockProvider } from "../catalog/providers.ts";
import type { Selection } from "../catalog/selection.ts";
import { isEmptyCompletion, isOllamaEmpty, ModelFailure } from "../failure.ts";
import { recordedFailure, recordedReply } from "../mock/mock-entry.ts";
import { answerFromMocks } from "../mock/mock-provider.ts";
import type { ModelReply, ModelRequest, ReplyListener, ReplyWatch } from "../model.ts";
import type { RouteLink } from "../options/routing.ts";
import type { LlmService } from "../service.ts";
import { costOf } from "../usage/cost.ts";
import { exchange } from "../wire/exchange.ts";
import { retryAfterLimitMs } from "../wire/http-status.ts";
import { waitFor } from "../wire/waiting.ts";
import { routeTo } from "./routes.ts";

/** One model call with what it may cost to get it through. */
export interface Attempted {
  readonly request: ModelRequest;
  readonly selection: Selection;
  /** Other models that a route policy would take, in order. */
  readonly alternatives: readonly RouteLink[];
  readonly transportRetries: number;
  readonly backoffMs: number;
  readonly sessionId: string | undefined;
  /** Iteration of the loop that calls, for the trace. */
  readonly iteration: number;
  readonly signal: AbortSignal;
  readonly listener: ReplyListener;
  /** Told in words of each failure that is tried again. */
  readonly warn?: (text: string) => void;
  /** Opens a watch over one streamed answer, which may end it. */
  readonly openWatch?: (() => ReplyWatch) | undefined;
}

const backoffShiftLimit = 4;

/** Calls the model, again after failures that may pass. Throws a `ModelFailure` in the end, or what ended the task. */
export function callModel(service: LlmService, call: Attempted): Promise<ModelReply> {
  const about = { id: `llm_call_${service.newId()}`, startedAt: service.host.clock.now() };
  return service.inFlight.during(about, call.request, () => attemptCall(service, call));
}

async function attemptCall(service: LlmService, call: Attempted): Promise<ModelReply> {
  for (let attempt = 0; ; attempt++) {
    const callId = service.newId();
    const startedAt = service.host.clock.now();
    const begun = service.host.clock.monotonic();
    service.report({
      kind: "model-call-start",
      callId,
      request: call.request,
      startedAt,
      attempt,
      sessionId: call.sessionId,
    });
    try {
      const { reply, isMocked } = await answer(service, call);
      settle(service, call, { callId, reply, isMocked, startedAt, durationMs: service.host.clock.monotonic() - begun });
      return reply;
    } catch (error) {
      if (!(error instanceof ModelFailure)) throw error;
      service.recorded?.push(recordedFailure(error));
      const delay = retryDelay(call, error, attempt);
      const durationMs = service.host.clock.monotonic() - begun;
      service.report({
        kind: "model-call-error",
        callId,
        request: call.request,
        failure: error,
        startedAt,
        durationMs,
        retryInMs: delay,
        sessionId: call.sessionId,
      });
      if (delay === undefined) throw error;
      if (isEmptyCompletion(error))
        service.trace.add("empty_completion_retry", {
          iteration: call.iteration,
          attempt: attempt + 1,
          error: error.message,
        });
      call.warn?.(
        `LLM call failed (${error.message}), retrying in ${delay}ms (attempt ${attempt + 1}/${retriesFor(call, error)})`,
      );
      if (delay > 0) await waitFor(service.host.clock, delay, call.signal);
    }
  }
}

/** Ollama's own parser now and then loses an answer: asking once more is free of charge. */
function retriesFor(call: Attempted, failure: ModelFailure): number {
  return isOllamaEmpty(failure) ? Math.max(1, call.transportRetries) : call.transportRetries;
}

/** Milliseconds until the next attempt, or `undefined` when there is none. */
function retryDelay(call: Attempted, failure: ModelFailure, attempt: number): number | undefined {
  if (failure.facts.kind !== "transient" || attempt >= retriesFor(call, failure)) return undefined;
  if (isMockProvider(call.selection.provider)) return 0;
  const asked = failure.facts.retryAfterMs;
  return asked === undefined
    ? call.backoffMs * 2 ** Math.min(attempt, backoffShiftLimit)
    : Math.min(asked, retryAfterLimitMs);
}

async function answer(
  service: LlmService,
  call: Attempted,
): Promise<{ readonly reply: ModelReply; readonly isMocked: boolean }> {
  const { request, selection, listener } = call;
  const isMock = isMockProvider(selection.provider);
  const mocked = answerFromMocks(service.mocks, request, isMock);
  if (mocked !== undefined) {
    if (mocked.thinking !== undefined) listener.thinking?.(mocked.thinking);
    if (mocked.text !== "") listener.text?.(mocked.text);
    for (const toolCall of mocked.toolCalls) listener.toolCall?.(toolCall.id, toolCall.name);
    return { reply: mocked, isMocked: true };
  }
  refuseWhenDisabled(service, selection.provider);
  const route = await routeTo(service, request, selection, call.signal);
  const { http, clock } = service.host;
  if (http === undefined) {
    throw new ModelFailure({
      kind: "terminal",
      reason: "network_error",
      category: "generic",
      message: `provider '${selection.provider}' cannot be reached: this host has no network`,
    });
  }
  await service.limiter.admit(selection.provider, call.signal);
  const reply = await exchange({
    http,
    clock,
    ...route,
    request,
    signal: call.signal,
    listener,
    watch: call.openWatch?.(),
  });
  return { reply, isMocked: false };
}

function refuseWhenDisabled(service: LlmService, provider: string): void {
  const word = service.catalog.environment("HARN_LLM_CALLS_DISABLED")?.toLowerCase();
  if (word === undefined || !["1", "true", "yes", "on"].includes(word)) return;
  throw thrown(
    `LLM calls are disabled by HARN_LLM_CALLS_DISABLED; provider \`${provider}\` would make a real LLM request`,
  );
}

interface Settled {
  readonly callId: string;
  readonly reply: ModelReply;
  readonly isMocked: boolean;
  readonly startedAt: number;
  readonly durationMs: number;
}

function settle(service: LlmService, call: Attempted, settled: Settled): void {
  const { reply, callId, durationMs } = settled;
  const costUsd = costOf(service.catalog, call.selection.provider, reply.model, reply.inputTokens, reply.outputTokens);
  service.trace.add("llm_call", {
    call_id: callId,
    model: reply.model,
    input_tokens: reply.inputTokens,
    output_tokens: reply.outputTokens,
    cache_tokens: reply.cacheReadTokens,
    duration_ms: Math.round(durationMs),
    iteration: call.iteration,
  });
  service.recorded?.push(recordedReply(reply));
  service.report({ kind: "model-call-end", ...settled, request: call.request, costUsd, sessionId: call.sessionId });
  service.ledger.add({
    provider: reply.provider,
    model: reply.model,
    inputTokens: reply.inputTokens,
    outputTokens: reply.outputTokens,
    cacheReadTokens: reply.cacheReadTokens,
    costUsd,
    durationMs,
  });
}
