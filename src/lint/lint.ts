import type { Catalog } from "../builtin/index.ts";
import { type Diagnostic, defineDiagnostic, diagnose, inOrder } from "../diagnostics/index.ts";
import type { Module } from "../modules/index.ts";
import { collectNames } from "./names.ts";
import type { Finding, LintFile, LintOptions, Rule } from "./rule.ts";
import { rules } from "./rules.ts";
import { Tree } from "./tree.ts";

/** Other spellings of rule names. */
const aliases: Readonly<Record<string, string>> = { "unreachable-code": "dead-code-after-return" };

/** What the rules find in a module that parses, in the order of its text. */
export function lint(module: Module, catalog: Catalog, options: LintOptions = {}): Diagnostic[] {
  if (module.diagnostics.some(({ severity }) => severity === "error")) return [];
  const tree = new Tree(module.program);
  const file: LintFile = { module, catalog, tree, names: collectNames(tree), options };
  const disabled = disabledRules(options.disabled ?? []);
  const active = rules.filter(({ name }) => !disabled.has(name));
  return inOrder(active.flatMap((rule) => [...rule.find(file)].map((found) => diagnosticOf(rule, found, module))));
}

/** The names of the rules that a configuration turns off. */
export function disabledRules(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map((name) => aliases[name] ?? name));
}

function diagnosticOf({ code, name, severity }: Rule, found: Finding, module: Module): Diagnostic {
  const definition = defineDiagnostic<Finding>({
    code,
    severity,
    message: ({ message }) => message,
    label: () => `lint[${name}]`,
    hint: ({ hint }) => hint,
  });
  const diagnostic = diagnose(definition, module.source, found.span, found);
  return { ...diagnostic, rule: name, ...(found.fix ? { fix: found.fix } : {}) };
}
