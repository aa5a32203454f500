import { capabilitiesDict, modelDict, type OllamaReadiness, ollamaReadiness } from "../../llm/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { loadedCatalog, plainData } from "../model-catalog.ts";
import { modelService } from "../model-service.ts";

/** What an alias or a model id stands for, with what the model can do and costs, and whether it is there if that is asked. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
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
  const isVerified = invocation.has("verify") || invocation.has("warm");
  const readiness = isVerified ? await readinessOf(invocation, context, { id, provider }) : undefined;
  context.output.write("stdout", `${JSON.stringify({ ...info, ...(readiness && { readiness }) })}\n`);
  return readiness?.valid === false ? 1 : 0;
}

/** Of a model that no server on this machine has to have. */
interface Unsupported {
  readonly valid: false;
  readonly status: "unsupported_provider";
  readonly message: string;
  readonly provider: string;
}

async function readinessOf(
  invocation: Invocation,
  context: CommandContext,
  { id, provider }: { readonly id: string; readonly provider: string },
): Promise<OllamaReadiness | Unsupported> {
  if (provider !== "ollama") {
    const message = `model-info --verify is only supported for Ollama models; resolved provider is '${provider}' (see harn provider-ready ${provider} --model ${id})`;
    return { valid: false, status: "unsupported_provider", message, provider };
  }
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  try {
    return await ollamaReadiness(modelService(context), {
      model: id,
      isWarmed: invocation.has("warm"),
      keepAlive: invocation.text("keep-alive"),
      signal: stop.signal,
    });
  } finally {
    deaf();
  }
}
