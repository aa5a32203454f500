import type { CatalogPart } from "../builtin/index.ts";
import { BuiltinValue, DictValue, type Value } from "../value/index.ts";

// Apart from the builtins, so that naming them loads nothing of this room.

function namespace(name: string, members: readonly string[]): DictValue {
  const entries = members.map((member): [string, Value] => [member, new BuiltinValue(`${name}.${member}`)]);
  return DictValue.of({ _namespace: name, ...Object.fromEntries(entries) });
}

/** `trust` and `corrections`, whose members are builtins of this room. */
export const triggerNamespaces: CatalogPart = {
  globals: {
    trust: namespace("trust", ["record", "query", "score", "policy_for", "verify_chain"]),
    corrections: namespace("corrections", ["record", "query"]),
  },
};
