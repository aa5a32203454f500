import { capabilityTags, OllamaServer } from "../../llm/index.ts";
import { messageOf } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { loadedCatalog } from "../model-catalog.ts";
import { modelService } from "../model-service.ts";

interface ProviderModels {
  readonly name: string;
  readonly models: { readonly id: string; readonly tags: readonly string[]; readonly installed?: boolean }[];
}

/** The models of the catalogue by provider, each with what it can do. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const wanted = invocation.text("provider");
  const providers = invocation.has("installed-only") ? await installed(wanted, context) : catalogued(wanted, context);
  const text = invocation.has("json") ? `${JSON.stringify({ providers }, null, 2)}\n` : listing(providers);
  context.output.write("stdout", text);
  return 0;
}

function catalogued(wanted: string | undefined, context: CommandContext): ProviderModels[] {
  const catalog = loadedCatalog(context);
  const providers: ProviderModels[] = [];
  for (const { provider, id } of catalog.models()) {
    if (wanted !== undefined && provider !== wanted) continue;
    let group = providers.at(-1);
    if (group?.name !== provider) {
      group = { name: provider, models: [] };
      providers.push(group);
    }
    group.models.push({ id, tags: capabilityTags(catalog.capabilities(provider, id)) });
  }
  return providers;
}

/** What the Ollama server on this machine has on its disk; nothing, with a word about it, where none answers. */
async function installed(wanted: string | undefined, context: CommandContext): Promise<ProviderModels[]> {
  if (wanted !== undefined && wanted !== "ollama") return [];
  const stop = new AbortController();
  const deaf = context.onSignal(() => stop.abort());
  const server = new OllamaServer(modelService(context), stop.signal);
  try {
    const models = (await server.installed()).map((id) => ({ id, installed: true, tags: ["local"] }));
    return models.length === 0 ? [] : [{ name: "ollama", models }];
  } catch (error) {
    context.output.write("stderr", `warning: no Ollama server answers at ${server.baseUrl} (${messageOf(error)})\n`);
    return [];
  } finally {
    deaf();
  }
}

function listing(providers: readonly ProviderModels[]): string {
  if (providers.length === 0) return "(no models match)\n";
  const blocks = providers.map(({ name, models }) =>
    [
      name,
      ...models.map(
        ({ id, installed, tags }) => `  ${id}${installed === true ? " [installed]" : ""}  (${tags.join(", ")})`,
      ),
    ].join("\n"),
  );
  return `${blocks.join("\n\n")}\n`;
}
