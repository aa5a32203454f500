import type { CatalogPart } from "../builtin/index.ts";
import { callBuiltins } from "./builtins/calls.ts";
import { costBuiltins } from "./builtins/costs.ts";
import { mockBuiltins } from "./builtins/mocks.ts";
import { modelBuiltins } from "./builtins/models.ts";

/** What this room gives to programs. */
export const llmCatalog: CatalogPart = {
  builtins: [...callBuiltins, ...mockBuiltins, ...modelBuiltins, ...costBuiltins],
  handleMethods: {
    HarnessLlm: { catalog: "llm_catalog", provider_status: "llm_provider_status", call: "llm_call" },
  },
};
