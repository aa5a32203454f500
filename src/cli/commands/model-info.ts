import { capabilitiesDict, modelDict } from "../../llm/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { loadedCatalog, plainData } from "../model-catalog.ts";

/** What an alias or a model id stands for, with what the model can do and costs. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const catalog = loadedCatalog(context);
  const selector = invocation.positionals[0] ?? "";
  const { id, provider, alias, toolFormat, tier } = catalog.resolve(selector);
  const row = catalog.model(id);
  const info = {
    id,
    provider,
    alias: selector,
    resolved_alias: alias ?? null,
    tier,
    tool_format: toolFormat,
    api_key_set: catalog.key(provider) !== undefined,
    context_window: row?.contextWindow ?? null,
    runtime_context_window: row?.runtimeContextWindow ?? null,
    qc_default_model: catalog.qualityCheckModel(provider) ?? null,
    capabilities: plainData(capabilitiesDict(provider, id, catalog.capabilities(provider, id))),
    catalog: row === undefined ? null : plainData(modelDict(catalog, row)),
  };
  context.output.write("stdout", `${JSON.stringify(info)}\n`);
  return 0;
}
