/** Other spellings of rule names. */
const aliases: Readonly<Record<string, string>> = { "unreachable-code": "dead-code-after-return" };

/** The names of the rules that a configuration turns off. */
export function disabledRules(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => aliases[name] ?? name));
}
