import { capabilityTags } from "../../llm/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { loadedCatalog } from "../model-catalog.ts";

interface ProviderModels {
  readonly name: string;
  readonly models: { readonly id: string; readonly tags: readonly string[] }[];
}

/** The models of the catalogue by provider, each with what it can do. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const catalog = loadedCatalog(context);
  const wanted = invocation.text("provider");
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
  const text = invocation.has("json") ? `${JSON.stringify({ providers }, null, 2)}\n` : listing(providers);
  context.output.write("stdout", text);
  return 0;
}

function listing(providers: readonly ProviderModels[]): string {
  if (providers.length === 0) return "(no models match)\n";
  const blocks = providers.map(({ name, models }) =>
    [name, ...models.map(({ id, tags }) => `  ${id}  (${tags.join(", ")})`)].join("\n"),
  );
  return `${blocks.join("\n\n")}\n`;
}
