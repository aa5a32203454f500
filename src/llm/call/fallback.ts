import { type CallContext, regexEngine } from "../../builtin/index.ts";
import { type DictValue, Raise } from "../../value/index.ts";
import { ModelFailure } from "../failure.ts";
import { textsAt } from "../fields.ts";
import type { ModelReply } from "../model.ts";
import { type RouteLink, readRouting } from "../options/routing.ts";
import type { LlmService } from "../service.ts";
import { type Attempted, callModel } from "./attempt.ts";
import { callChain } from "./chain.ts";
import { linkCall, type Routed } from "./link-call.ts";
import { CutAnswerFailure } from "./schema-watch.ts";

/** Calls the model, or those that stand behind it: a routing policy's chain, else the fallback providers. */
export async function callWithFallback(
  context: CallContext,
  service: LlmService,
  call: Attempted,
  options: DictValue | undefined,
): Promise<Routed> {
  const policy = readRouting(options, context.service(regexEngine));
  if (policy !== undefined) return callChain(context, service, call, policy, options);
  try {
    return { reply: await callModel(service, call), routing: undefined };
  } catch (error) {
    // An answer that did not fit is asked for again where it came from.
    if (!(error instanceof ModelFailure) || error instanceof CutAnswerFailure) throw error;
    const reply = await firstThatAnswers(
      service,
      call,
      [...call.alternatives, ...sameElsewhere(service, call, options)],
      options,
    );
    if (reply === undefined) throw error;
    return { reply, routing: undefined };
  }
}

/** The same model at the providers that the call or the catalogue names for that. */
function sameElsewhere(service: LlmService, call: Attempted, options: DictValue | undefined): RouteLink[] {
  const { provider } = call.selection;
  const own = service.catalog.provider(provider)?.fallback;
  const named = textsAt(options, "fallback_chain") ?? [];
  return [...new Set([...named, ...(own === undefined ? [] : [own])])]
    .filter((name) => name !== provider)
    .map((name) => ({ provider: name, model: call.request.model, timeoutMs: undefined, label: name }));
}

/** What goes wrong with them is not told: the first failure is. */
async function firstThatAnswers(
  service: LlmService,
  call: Attempted,
  links: readonly RouteLink[],
  options: DictValue | undefined,
): Promise<ModelReply | undefined> {
  for (const link of links) {
    try {
      return await callModel(service, { ...linkCall(service, call, link, options), listener: {} });
    } catch (error) {
      if (!(error instanceof ModelFailure) && !(error instanceof Raise && error.kind === "thrown")) throw error;
    }
  }
  return undefined;
}
