import type { Catalog } from "../builtin/index.ts";
import { type Diagnostic, defineDiagnostic, diagnose, inOrder } from "../diagnostics/index.ts";
import type { Module } from "../modules/index.ts";
import { disabledRules } from "./disabled-rules.ts";
import { collectNames } from "./names.ts";
import type { Finding, LintFile, LintOptions, Rule } from "./rule.ts";
import { rules } from "./rules.ts";
import { FileTokens } from "./tokens.ts";
import { Tree } from "./tree.ts";

/** What the rules find in a module that parses, in the order of its text. */
export function lint(module: Module, catalog: Catalog, options: LintOptions = {}): Diagnostic[] {
  if (module.diagnostics.some(({ severity }) => severity === "error")) return [];
  const file = prepare(module, catalog, options);
  const disabled = disabledRules(options.disabled ?? []);
  const active = rules.filter(({ name }) => !disabled.has(name));
  return inOrder(active.flatMap((rule) => [...rule.find(file)].map((found) => diagnosticOf(rule, found, module))));
}

function prepare(module: Module, catalog: Catalog, options: LintOptions): LintFile {
  const tree = new Tree(module.program);
  let tokens: FileTokens | undefined;
  return {
    module,
    catalog,
    tree,
    names: collectNames(tree),
    options,
    get tokens() {
      tokens ??= new FileTokens(module.source);
      return tokens;
    },
  };
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
