import type { CallContext } from "../../builtin/index.ts";
import { DictValue, ListValue, Raise, show, type Value } from "../../value/index.ts";
import { failureRaise, ModelFailure } from "../failure.ts";
import { record, textAt } from "../fields.ts";
import type { ModelReply, ModelRequest, ReplyListener } from "../model.ts";
import { checkBudget, readBudget } from "../options/budget.ts";
import { type CallInput, type PreparedCall, prepareCall } from "../options/call-options.ts";
import { withStepDefaults } from "../options/step-defaults.ts";
import type { LlmService } from "../service.ts";
import type { Attempted } from "./attempt.ts";
import { tryExperiment } from "./experiment.ts";
import { callWithFallback } from "./fallback.ts";
import { readJsonAnswer } from "./json-answer.ts";
import type { Routed } from "./link-call.ts";
import { mendedData } from "./mended-json.ts";
import { replyCache } from "./reply-cache.ts";
import { callTranscript, type ReadReply, readTagged, resultFields } from "./result.ts";
import { schemaErrors } from "./schema-check.ts";
import { readNudgeMode, schemaNudge } from "./schema-nudge.ts";
import { type CutAnswer, CutAnswerFailure, cutFields, cutText, schemaWatchOf } from "./schema-watch.ts";

/** The outcome of a call, before it becomes a dict. */
export interface CallOutcome {
  readonly prepared: PreparedCall;
  readonly read: ReadReply;
  /** JSON of the answer, once it passed; undefined when none was wanted or none was found. */
  readonly data: Value | undefined;
  readonly isExtracted: boolean;
  /** What is wrong with the answer after the last retry. */
  readonly errors: readonly string[];
  readonly hasJson: boolean;
  /** Model calls made for schema's sake, the first one counted. */
  readonly attempts: number;
  /** Messages of the last request. */
  readonly messages: readonly DictValue[];
  /** What a routing policy tried. */
  readonly routing: DictValue | undefined;
  /** Why there is no answer: the last one could not fit and was cut. */
  readonly cut?: CutAnswer;
}

export interface CallSettings {
  readonly listener?: ReplyListener;
  readonly iteration?: number;
  /** The session that the call belongs to, when its options do not say so: a loop keeps its turns itself. */
  readonly sessionId?: string;
  /** A signal besides the task's own. */
  readonly signal?: AbortSignal;
}

/** Prepares a call with what its session and its step add, in the words programs match on. */
export function prepare(context: Pick<CallContext, "scoped">, service: LlmService, input: CallInput): PreparedCall {
  const options = withStepDefaults(context, input.options);
  const sessionId = textAt(options, "session_id");
  const conversations = service.conversations;
  const pinned = sessionId === undefined ? undefined : conversations?.pinnedModel(sessionId);
  const policy = sessionId === undefined ? undefined : conversations?.pinnedReasoningPolicy(sessionId);
  const prepared = prepareCall(
    service.catalog,
    {
      ...input,
      options,
      pinnedModel: input.pinnedModel ?? pinned,
      pinnedReasoningPolicy: input.pinnedReasoningPolicy ?? policy,
    },
    service.mocks.isPrepared,
  );
  const { provider, model } = prepared.selection;
  const named = textAt(options, "model");
  const alias = named !== undefined && named !== model ? named : undefined;
  service.lastCall = { provider, model, alias, toolFormat: prepared.toolFormat };
  return prepared;
}

/** Calls the model until its answer fits, or the retries are used up. */
export async function runCall(
  context: CallContext,
  service: LlmService,
  asked: PreparedCall,
  settings: CallSettings = {},
): Promise<CallOutcome> {
  const prepared = await tryExperiment(context, asked, settings.iteration);
  checkBudget(service.catalog, prepared.request, readBudget(prepared.options), service.ledger.costUsd);
  const nudgeMode = readNudgeMode(prepared.options);
  const openWatch = schemaWatchOf(context, prepared);
  warn(context, service, prepared);
  let messages = prepared.request.messages;
  for (let attempt = 0; ; attempt++) {
    const request = { ...prepared.request, messages };
    const answered = await answerOf(context, service, prepared, {
      request,
      selection: prepared.selection,
      alternatives: prepared.alternatives,
      transportRetries: prepared.transportRetries,
      backoffMs: prepared.backoffMs,
      sessionId: settings.sessionId ?? prepared.sessionId,
      iteration: settings.iteration ?? 0,
      // Made when somebody may have to be stopped: an answer that is at hand needs none.
      get signal() {
        return settings.signal ?? context.signal;
      },
      listener: settings.listener ?? {},
      warn: (text) => context.write("stderr", `[harn] warning: ${text}\n`),
      openWatch,
    });
    const outcome: CallOutcome = { prepared, ...answered, attempts: attempt + 1, messages };
    if (outcome.cut !== undefined)
      service.trace.add("schema_stream_abort", { attempt: attempt + 1, ...cutFields(outcome.cut, request) });
    if (outcome.errors.length === 0 || attempt >= prepared.schemaRetries) return outcome;
    const correction = schemaNudge(nudgeMode, outcome.errors, prepared.wish.schema);
    service.trace.add("schema_retry", {
      attempt: attempt + 1,
      errors: listOf(outcome.errors),
      nudge_used: correction !== "",
      correction_prompt: correction,
    });
    service.report({
      kind: "schema-retry",
      attempt: attempt + 1,
      errors: outcome.errors,
      correction,
      sessionId: prepared.sessionId,
    });
    // The bad answer is not part of the next request: models repeat what they see.
    messages =
      correction === ""
        ? prepared.request.messages
        : [...prepared.request.messages, record({ role: "user", content: correction })];
  }
}

type Answered = Pick<CallOutcome, "read" | "data" | "isExtracted" | "errors" | "hasJson" | "routing" | "cut">;

/** An answer and what is wrong with it: one that is kept, one that the model gives, or none because it was cut. */
async function answerOf(
  context: CallContext,
  service: LlmService,
  prepared: PreparedCall,
  call: Attempted,
): Promise<Answered> {
  const cache = context.scoped(replyCache);
  const kept = cache?.find(call.request);
  let routed: Routed;
  try {
    routed =
      kept === undefined
        ? await callWithFallback(context, service, call, prepared.options)
        : { reply: kept, routing: undefined };
  } catch (error) {
    if (!(error instanceof CutAnswerFailure)) throw error;
    const { cut } = error;
    const read = readTagged(nothingOf(call.request), prepared);
    const none = { read, data: null, isExtracted: false, hasJson: true, routing: undefined };
    return { ...none, errors: [cutText(cut)], cut };
  }
  const { reply, routing } = routed;
  if (kept === undefined) cache?.keep(call.request, reply);
  const read = readTagged(reply, prepared);
  return { read, routing, ...(await judge(context, prepared, read)) };
}

/** What there is of an answer that was cut: providers tell the tokens at its end. */
function nothingOf({ provider, model }: ModelRequest): ModelReply {
  return {
    text: "",
    thinking: undefined,
    thinkingSummary: undefined,
    toolCalls: [],
    inputTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    stopReason: undefined,
    model,
    provider,
    responseId: undefined,
    blocks: undefined,
    logprobs: undefined,
    signedReasoning: [],
  };
}

/** Once for each thing and model: a loop asks many times. */
function warn(context: CallContext, service: LlmService, prepared: PreparedCall): void {
  for (const text of prepared.ignored) {
    if (service.warned.has(text)) continue;
    service.warned.add(text);
    context.write("stderr", `[harn] warning: ${text}\n`);
  }
}

function listOf(texts: readonly string[]): Value {
  return new ListValue([...texts]);
}

interface Verdict {
  readonly data: Value | undefined;
  readonly isExtracted: boolean;
  readonly errors: readonly string[];
  readonly hasJson: boolean;
}

async function judge(context: CallContext, prepared: PreparedCall, read: ReadReply): Promise<Verdict> {
  const { wish } = prepared;
  if (!wish.wantsJson) return { data: undefined, isExtracted: false, errors: [], hasJson: false };
  const answer = readJsonAnswer(read);
  const errors =
    answer === undefined || wish.schema === undefined ? [] : await schemaErrors(context, answer.data, wish.schema);
  if (answer === undefined || errors.length > 0) {
    const mended = await mendedAnswer(context, prepared, read);
    if (mended !== undefined) return { data: mended, isExtracted: true, errors: [], hasJson: true };
  }
  if (answer === undefined) {
    const isCut = ["length", "max_tokens"].includes(read.reply.stopReason ?? "");
    const missing = isCut
      ? "response hit the token limit before producing complete JSON"
      : "response did not contain parseable JSON";
    const violations = read.tagged?.violations ?? [];
    const errors = violations.length === 0 ? [missing] : [missing, `protocol violations: ${violations.join("; ")}`];
    return { data: undefined, isExtracted: false, errors, hasJson: false };
  }
  return { data: answer.data, isExtracted: answer.isExtracted, errors, hasJson: true };
}

/** `schema_recover: true`: what an answer with small slips was meant to say, if that fits. */
async function mendedAnswer(
  context: CallContext,
  { options, wish }: PreparedCall,
  read: ReadReply,
): Promise<Value | undefined> {
  if (options?.get("schema_recover") !== true || wish.schema === undefined) return undefined;
  const data = mendedData(read.reply.text, wish.schema);
  return data !== undefined && (await schemaErrors(context, data, wish.schema)).length === 0 ? data : undefined;
}

/** The dict of `llm_call`. Throws when the answer had to fit a schema and does not. A loop keeps the transcript itself. */
export function resultOf(
  context: CallContext,
  service: LlmService,
  outcome: CallOutcome,
  hasTranscript = true,
): DictValue {
  const { prepared, read } = outcome;
  if (outcome.errors.length > 0 && prepared.wish.schema !== undefined) complain(context, prepared, outcome.errors);
  const fields = resultFields(service, read);
  if (outcome.data !== undefined) fields.setInPlace("data", outcome.data);
  if (outcome.routing !== undefined) fields.setInPlace("routing", outcome.routing);
  if (outcome.cut !== undefined)
    fields.setInPlace("schema_stream_aborted", record(cutFields(outcome.cut, prepared.request)));
  if (hasTranscript)
    fields.setInPlace("transcript", callTranscript(service, prepared, prepared.request.messages, read.reply));
  return fields;
}

function complain(context: CallContext, prepared: PreparedCall, errors: readonly string[]): void {
  const message = `LLM output failed schema validation: ${errors.join("; ")}`;
  switch (prepared.wish.validation) {
    case "error":
      throw new ModelFailure({ kind: "terminal", reason: "schema_validation", category: "schema_validation", message });
    case "warn":
      context.write("stderr", `[WARN] [llm] ${message}\n`);
      return;
    case "off":
      return;
  }
}

/** Runs `body`, and gives its failures the dict form that programs catch. */
export async function withFailureDicts<T>(prepared: PreparedCall, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    throw error instanceof ModelFailure
      ? failureRaise(error, prepared.selection.provider, prepared.selection.model)
      : error;
  }
}

/** The error of a safe variant: `{category, message, …}`, also for errors that are plain texts. */
export function errorDict(error: unknown): DictValue {
  if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
  const { value } = error;
  if (value instanceof DictValue) return value;
  const message = typeof value === "string" ? value : show(value);
  const category = error.category ?? (message.startsWith("Missing API key") ? "auth" : "generic");
  const reason = category === "auth" ? "auth_failure" : "unknown";
  return record({ kind: "terminal", reason, category, message });
}
