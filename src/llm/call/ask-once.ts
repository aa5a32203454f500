import { withOptions } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { costOf } from "../usage/cost.ts";
import { callModel } from "./attempt.ts";
import { prepare } from "./call.ts";

export interface Question {
  /** An alias or a model id. */
  readonly selector: string;
  readonly provider: string | undefined;
  readonly prompt: string;
  readonly signal: AbortSignal;
}

export interface TimedAnswer {
  readonly text: string;
  readonly provider: string;
  readonly model: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd: number;
  readonly latencyMs: number;
  /** Undefined when nothing came before the whole answer did. */
  readonly firstTokenMs: number | undefined;
}

/** Nothing is set for a call that no task makes. */
const outsideOfTasks = { scoped: () => undefined };

/** One model call outside of any program: no retries, no session, no fallback. A `ModelFailure` or a raised text when it fails. */
export async function askOnce(service: LlmService, question: Question): Promise<TimedAnswer> {
  const { clock } = service.host;
  const options = withOptions(undefined, {
    model: question.selector,
    provider: question.provider ?? service.catalog.resolve(question.selector).provider,
    max_tokens: 256,
  });
  const prepared = prepare(outsideOfTasks, service, { prompt: question.prompt, system: undefined, options });
  const begun = clock.monotonic();
  let first: number | undefined;
  const heard = (): void => {
    first ??= clock.monotonic() - begun;
  };
  const reply = await callModel(service, {
    request: prepared.request,
    selection: prepared.selection,
    alternatives: [],
    transportRetries: 0,
    backoffMs: 0,
    sessionId: undefined,
    iteration: 0,
    signal: question.signal,
    listener: { text: heard, thinking: heard },
  });
  const { provider, model, inputTokens, outputTokens } = reply;
  return {
    text: reply.text,
    provider,
    model,
    inputTokens,
    outputTokens,
    costUsd: costOf(service.catalog, provider, model, inputTokens, outputTokens),
    latencyMs: Math.round(clock.monotonic() - begun),
    firstTokenMs: first === undefined ? undefined : Math.round(first),
  };
}
