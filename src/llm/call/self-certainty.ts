import type { CallContext } from "../../builtin/index.ts";
import { type DictValue, thrown, type Value } from "../../value/index.ts";
import { isDict, isList, itemsAt, numberAt } from "../fields.ts";
import { withOptions } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { prepare, resultOf, runCall } from "./call.ts";

/** How sure the model is of a text: the geometric mean of its tokens' probabilities, from 0 to 1. */
export async function selfCertainty(
  context: CallContext,
  service: LlmService,
  subject: string | DictValue,
  options: DictValue | undefined,
): Promise<number> {
  if (isDict(subject)) {
    const certainty = meanProbability(subject.get("logprobs"));
    if (certainty === undefined)
      throw thrown("__llm_self_certainty: first argument must be text or an llm result with logprobs");
    return certainty;
  }
  if (subject === "") throw thrown("__llm_self_certainty: text must be non-empty when logprobs are not supplied");
  const prepared = prepare(context, service, {
    prompt: `Write the text inside <text> once more, every character as it is, and nothing else.\n<text>\n${subject}\n</text>`,
    system: undefined,
    options: withOptions(options, { logprobs: true }),
  });
  const result = resultOf(context, service, await runCall(context, service, prepared));
  const certainty = meanProbability(result.get("logprobs"));
  if (certainty !== undefined) return certainty;
  const { provider, model } = prepared.selection;
  throw thrown(`__llm_self_certainty: provider '${provider}' model '${model}' did not return token logprobs`);
}

/** A list of `{logprob}`, or a provider's dict with such a list as `content`. */
function meanProbability(logprobs: Value | undefined): number | undefined {
  const tokens = isDict(logprobs) ? itemsAt(logprobs, "content") : undefined;
  const items = tokens ?? (isList(logprobs) ? logprobs.toArray() : []);
  const values = items.flatMap((token) => {
    const value = isDict(token) ? (numberAt(token, "logprob") ?? numberAt(token, "token_logprob")) : undefined;
    return value !== undefined && Number.isFinite(value) ? [value] : [];
  });
  if (values.length === 0) return undefined;
  return Math.exp(values.reduce((sum, value) => sum + value, 0) / values.length);
}
