import { type CatalogPart, namespace } from "../builtin/index.ts";

// Apart from the builtins, so that naming them loads nothing of this room.

/** `trust` and `corrections`, whose members are builtins of this room. */
export const triggerNamespaces: CatalogPart = {
  globals: {
    trust: namespace("trust", ["record", "query", "score", "policy_for", "verify_chain"]),
    corrections: namespace("corrections", ["record", "query"]),
  },
};
