import { type Builtin, type CallContext, declare, opt, req, t } from "../../builtin/index.ts";
import type { DictValue } from "../../value/index.ts";
import { type CallSettings, errorDict, prepare, resultOf, runCall, withFailureDicts } from "../call/call.ts";
import { runCompletion } from "../call/completion.ts";
import { streamParts, streamText } from "../call/reply-stream.ts";
import { callDict, type replyBlocks } from "../call/result.ts";
import { selfCertainty } from "../call/self-certainty.ts";
import { requireSchema, structuredData, structuredResult, structuredSafe } from "../call/structured.ts";
import { float, list, record, textAt } from "../fields.ts";
import { introspection } from "../introspection.ts";
import type { CallInput } from "../options/call-options.ts";
import { type LlmService, llmService } from "../service.ts";

const llm = declare("llm");
const options = opt("options", t.record("LlmCallOptions"));

/** `llm_call`: one call, with the turns of its session around it when it names one. */
async function call(
  context: CallContext,
  prompt: string,
  system: string | undefined,
  given: DictValue | undefined,
): Promise<DictValue> {
  const service = context.service(llmService);
  const sessionId = textAt(given, "session_id");
  const history = sessionId === undefined ? undefined : service.conversations?.history(sessionId);
  const prepared = prepare(context, service, {
    prompt,
    system,
    options: given,
    ...(history === undefined ? {} : { history }),
  });
  return withFailureDicts(prepared, async () => {
    const outcome = await runCall(context, service, prepared);
    const result = resultOf(context, service, outcome);
    if (sessionId !== undefined && history !== undefined)
      remember(service, sessionId, prepared.request.messages.slice(history.length), outcome.read.reply);
    return result;
  });
}

async function turn(context: CallContext, input: CallInput, settings: CallSettings): Promise<DictValue> {
  const service = context.service(llmService);
  const prepared = prepare(context, service, input);
  return withFailureDicts(prepared, async () => {
    const outcome = await runCall(context, service, prepared, settings);
    const result = resultOf(context, service, outcome, false);
    result.setInPlace("signed_reasoning", list(outcome.read.reply.signedReasoning));
    return result;
  });
}

function remember(
  service: LlmService,
  sessionId: string,
  asked: readonly DictValue[],
  reply: Parameters<typeof replyBlocks>[0],
): void {
  const answer = record({
    role: "assistant",
    content: reply.text,
    tool_calls: reply.toolCalls.length === 0 ? undefined : list(reply.toolCalls.map((item) => callDict(item))),
    reasoning: reply.signedReasoning.length === 0 ? undefined : list(reply.signedReasoning),
  });
  service.conversations?.append(sessionId, [...asked, answer]);
}

export const callBuiltins: readonly Builtin[] = [
  llm({
    name: "llm_call",
    summary: "Calls a model and gives its answer as a dict.",
    params: [req("prompt", t.string), opt("system", t.string), options],
    returns: t.record("LlmCallResult"),
    effect: "llm.write",
    run: (context, prompt, system, given) => context.async(() => call(context, prompt, system, given)),
  }),
  llm({
    name: "llm_call_safe",
    summary: "Calls a model and gives `{ok, response, error}` instead of throwing.",
    params: [req("prompt", t.string), opt("system", t.string), options],
    returns: t.record("LlmCallSafeResult"),
    effect: "llm.write",
    run: (context, prompt, system, given) =>
      context.async(async () => {
        try {
          return record({ ok: true, response: await call(context, prompt, system, given), error: null });
        } catch (error) {
          return record({ ok: false, response: null, error: errorDict(error) });
        }
      }),
  }),
  llm({
    name: "llm_call_structured",
    summary: "Calls a model and gives the data of its answer, which fits the schema.",
    params: [req("prompt", t.string), opt("schema", t.any), options],
    effect: "llm.write",
    run: (context, prompt, schema, given) => {
      const wanted = requireSchema("llm_call_structured", schema);
      return context.async(() =>
        structuredData(context, context.service(llmService), { prompt, schema: wanted, options: given }),
      );
    },
  }),
  llm({
    name: "llm_call_structured_safe",
    summary: "Like `llm_call_structured`, as `{ok, data, error}`.",
    params: [req("prompt", t.string), opt("schema", t.any), options],
    returns: t.dict,
    effect: "llm.write",
    run: (context, prompt, schema, given) => {
      const wanted = requireSchema("llm_call_structured_safe", schema);
      return context.async(() =>
        structuredSafe(context, context.service(llmService), { prompt, schema: wanted, options: given }),
      );
    },
  }),
  llm({
    name: "llm_call_structured_result",
    summary: "Like `llm_call_structured`, with everything that tells how the data was come by.",
    params: [req("prompt", t.string), opt("schema", t.any), options],
    effect: "llm.write",
    run: (context, prompt, schema, given) => {
      const wanted = requireSchema("llm_call_structured_result", schema);
      return context.async(() =>
        structuredResult(context, context.service(llmService), { prompt, schema: wanted, options: given }),
      );
    },
  }),
  llm({
    name: "llm_completion",
    summary: "Goes on from a piece of text, up to another if there is one.",
    params: [req("prefix", t.string), opt("suffix", t.string), opt("system", t.string), options],
    returns: t.record("LlmCallResult"),
    effect: "llm.write",
    run: (context, prefix, suffix, system, given) =>
      context.async(() =>
        runCompletion(context, context.service(llmService), { prefix, suffix, system, options: given }),
      ),
  }),
  llm({
    name: "%llm_turn",
    summary: "The model call of a loop: as `llm_call`, with the reasoning that has to go back to the provider.",
    params: [
      req("prompt", t.string),
      opt("system", t.string),
      options,
      opt("iteration", t.int),
      opt("session", t.string),
    ],
    returns: t.record("LlmCallResult"),
    effect: "llm.write",
    run: (context, prompt, system, given, iteration, session) =>
      context.async(() =>
        turn(
          context,
          { prompt, system, options: given },
          { iteration: Number(iteration ?? 0), ...(session === undefined ? {} : { sessionId: session }) },
        ),
      ),
  }),
  llm({
    name: "llm_stream_call",
    summary: "Calls a model and gives its answer as a stream of parts.",
    params: [req("prompt", t.string), opt("system", t.string), options],
    returns: t.handle("stream"),
    effect: "llm.write",
    run: (context, prompt, system, given) =>
      streamParts(context, context.service(llmService), { prompt, system, options: given }),
  }),
  llm({
    name: "llm_stream",
    summary: "Calls a model and gives its answer as a channel of pieces of text.",
    params: [req("prompt", t.string), opt("system", t.string), opt("options", t.dict)],
    returns: t.handle("channel"),
    effect: "llm.write",
    run: (context, prompt, system, given) =>
      streamText(context, context.service(llmService), { prompt, system, options: given }),
  }),
  llm({
    name: "agent_trace",
    summary: "What model calls and loops of this run did, in order.",
    params: [],
    returns: t.list,
    effect: "state",
    run: (context) => list(context.service(llmService).trace.entries()),
  }),
  llm({
    name: "agent_trace_summary",
    summary:
      "The figures of `agent_trace`: counts of iterations, model calls and tools, tokens, and durations in milliseconds.",
    params: [],
    returns: t.dict,
    effect: "state",
    run: (context) => context.service(llmService).trace.summary(),
  }),
  llm({
    name: "runtime_introspection",
    summary:
      "What the last model call of the run went to, with the release and the harness; nil in the fields before the first one.",
    params: [],
    returns: t.dict,
    effect: "state",
    run: (context) => introspection(context.service(llmService)),
  }),
  llm({
    name: "__llm_self_certainty",
    summary: "How sure a model is of a text, from 0 to 1: of a result by its logprobs, of a text by writing it again.",
    params: [req("text_or_result", t.union(t.string, t.dict)), opt("options", t.dict)],
    returns: t.float,
    effect: "llm",
    run: (context, subject, given) =>
      context.async(async () => float(await selfCertainty(context, context.service(llmService), subject, given))),
  }),
];
