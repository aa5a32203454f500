import type { DictValue } from "../../value/index.ts";
import { dictAt } from "../fields.ts";
import type { ModelReply, ModelRequest } from "../model.ts";
import type { RouteLink } from "../options/routing.ts";
import type { LlmService } from "../service.ts";
import type { Attempted } from "./attempt.ts";

export interface Routed {
  readonly reply: ModelReply;
  /** The `routing` key of the result; only with a routing policy. */
  readonly routing: DictValue | undefined;
}

/** The same call at another provider or model. What it sends is not streamed. */
export function linkCall(
  service: LlmService,
  call: Attempted,
  link: RouteLink,
  options: DictValue | undefined,
): Attempted {
  const { catalog } = service;
  const selection = { provider: link.provider, model: link.model, via: `the route '${link.label}'` };
  const request: ModelRequest = {
    ...call.request,
    provider: link.provider,
    model: link.model,
    capabilities: catalog.capabilities(link.provider, link.model),
    overrides: dictAt(options, link.provider),
    timeoutMs: link.timeoutMs ?? call.request.timeoutMs,
    stream: false,
  };
  return { ...call, selection, request };
}
