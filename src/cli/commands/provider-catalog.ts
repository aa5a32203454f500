import { catalogDict } from "../../llm/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { loadedCatalog, plainData } from "../model-catalog.ts";

interface CatalogView {
  readonly providers: readonly { readonly name: string }[];
  readonly available_providers: readonly string[];
}

/** Providers, aliases and models as one document. Names of key variables are in it, keys never. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const whole = plainData(catalogDict(loadedCatalog(context))) as CatalogView;
  const providers = invocation.has("available-only")
    ? whole.providers.filter(({ name }) => whole.available_providers.includes(name))
    : whole.providers;
  const view = { ...whole, providers };
  context.output.write("stdout", invocation.has("json") ? success(view) : `${JSON.stringify(view, null, 2)}\n`);
  return 0;
}
