import { type CatalogPart, namespace } from "../builtin/index.ts";
import { correctionBuiltins } from "./builtins/corrections.ts";
import { harnessBuiltins } from "./builtins/harness.ts";
import { triggerBuiltins } from "./builtins/triggers.ts";
import { trustBuiltins } from "./builtins/trust.ts";
import { webhookIntakeBuiltins } from "./builtins/webhook-intake.ts";
import { reviewBuiltins } from "./review/self-review.ts";

/** Triggers, the trust graph and corrections. */
export const triggerCatalog: CatalogPart = {
  builtins: [
    ...triggerBuiltins,
    ...harnessBuiltins,
    ...trustBuiltins,
    ...correctionBuiltins,
    ...reviewBuiltins,
    ...webhookIntakeBuiltins,
  ],
  globals: {
    trust: namespace("trust", ["record", "query", "score", "policy_for", "verify_chain"]),
    corrections: namespace("corrections", ["record", "query"]),
  },
};
