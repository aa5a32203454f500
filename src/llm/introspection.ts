import { languageVersion } from "../builtin/index.ts";
import type { DictValue } from "../value/index.ts";
import { capabilitiesDict } from "./builtins/model-dicts.ts";
import { record } from "./fields.ts";
import type { LlmService } from "./service.ts";
import { tokenizerOf } from "./usage/token-estimate.ts";

/** What the last model call of the runtime went to. */
export interface ResolvedCall {
  readonly provider: string;
  readonly model: string;
  /** As the program named the model, when that was an alias. */
  readonly alias: string | undefined;
  readonly toolFormat: "native" | "text";
}

function toolCapabilities({ catalog }: LlmService, { provider, model }: ResolvedCall): DictValue {
  return capabilitiesDict(provider, model, catalog.capabilities(provider, model));
}

/** What a program or a model may know of what it runs on: facts of the last model call, nil before the first one. */
export function introspection(service: LlmService): DictValue {
  const { catalog, host, lastCall } = service;
  const row = lastCall && catalog.model(lastCall.model);
  return record({
    harn_version: languageVersion,
    harness: host.environment?.get("HARN_HARNESS") ?? "harn",
    provider: lastCall?.provider ?? null,
    model: lastCall?.model ?? null,
    model_alias: lastCall?.alias ?? null,
    family: lastCall === undefined ? null : tokenizerOf(lastCall.model).family,
    tier: lastCall === undefined ? null : catalog.tier(lastCall.model),
    tool_format: lastCall?.toolFormat ?? null,
    context_window: row?.contextWindow ?? null,
    runtime_context_window: row?.runtimeContextWindow ?? null,
    capabilities: lastCall === undefined ? null : toolCapabilities(service, lastCall),
  });
}
