import type { CallContext } from "../../builtin/index.ts";
import type { DictValue } from "../../value/index.ts";
import { isMockProvider } from "../catalog/providers.ts";
import { mockBlocks } from "../mock/mock-entry.ts";
import type { ModelReply } from "../model.ts";
import { withOptions } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { prepare, runCall, withFailureDicts } from "./call.ts";
import { type ReadReply, resultFields } from "./result.ts";

export interface CompletionInput {
  readonly prefix: string;
  readonly suffix: string | undefined;
  readonly system: string | undefined;
  readonly options: DictValue | undefined;
}

/** `llm_completion`: text that goes on from the prefix, up to the suffix if there is one. */
export async function runCompletion(
  context: CallContext,
  service: LlmService,
  input: CompletionInput,
): Promise<DictValue> {
  const options = withOptions(input.options, { messages: null });
  const prepared = prepare(context, service, { prompt: completionPrompt(input), system: input.system, options });
  if (isMockProvider(prepared.selection.provider))
    return completionDict(service, mockCompletion(prepared.request.model, input));
  return withFailureDicts(prepared, async () => {
    const outcome = await runCall(context, service, prepared);
    return completionDict(service, outcome.read.reply);
  });
}

function completionDict(service: LlmService, reply: ModelReply): DictValue {
  const read: ReadReply = { reply, tagged: undefined, toolCalls: [] };
  return resultFields(service, read);
}

/** Chat models complete text when they are asked for nothing but the missing part. */
function completionPrompt({ prefix, suffix }: CompletionInput): string {
  const task =
    "Continue the text exactly where it stops. Answer with the continuation alone, without repeating anything.";
  const end =
    suffix === undefined || suffix === "" ? "" : `\n\nIt must lead into this text, which follows it:\n${suffix}`;
  return `${task}${end}\n\nText:\n${prefix}`;
}

/** The mock tells the lengths; prepared answers are for calls, not for completions. */
function mockCompletion(model: string, { prefix, suffix }: CompletionInput): ModelReply {
  const before = suffix === undefined || suffix === "" ? "" : ` before ${[...suffix].length} chars`;
  const text = `Mock completion after ${[...prefix].length} chars${before}`;
  return {
    text,
    thinking: undefined,
    thinkingSummary: undefined,
    toolCalls: [],
    inputTokens: [...prefix].length,
    outputTokens: 16,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    stopReason: "stop",
    model,
    provider: "mock",
    responseId: undefined,
    blocks: mockBlocks(text, []),
    logprobs: undefined,
    signedReasoning: [],
  };
}
