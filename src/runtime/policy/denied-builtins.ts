/** What `--allow` never takes away. */
export const neverRefused: ReadonlySet<string> = new Set([
  "println",
  "print",
  "log",
  "type_of",
  "to_string",
  "to_int",
  "to_float",
  "len",
  "assert",
  "assert_eq",
  "assert_ne",
  "json_parse",
  "json_stringify",
  "runtime_context",
  "task_current",
  "runtime_context_values",
  "runtime_context_get",
  "runtime_context_set",
  "runtime_context_clear",
]);

export type BuiltinSelection = { readonly deny: string } | { readonly allow: string };

/**
 * The names that `--deny a,b` (exactly those) or `--allow a,b` (all others) refuses. `known` are the names of the
 * catalogue.
 */
export function deniedBuiltins(selection: BuiltinSelection, known: Iterable<string>): ReadonlySet<string> {
  if ("deny" in selection) return new Set(splitNames(selection.deny));
  const allowed = new Set(splitNames(selection.allow));
  return new Set([...known].filter((name) => !allowed.has(name) && !neverRefused.has(name)));
}

function splitNames(list: string): readonly string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
