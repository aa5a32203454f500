/** Personas: their bodies go through declared steps, and hooks name personas and steps that exist. */
import type { Attribute, FunctionDeclaration } from "../../syntax/index.ts";
import { literalText } from "../literals.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { isKind, within } from "../tree.ts";

/** What the file and the files it imports from declare. */
interface Declared {
  /** Persona name to the names of the steps that its body calls. */
  readonly personas: ReadonlyMap<string, ReadonlySet<string>>;
  /** Step functions by their own name: the name the step goes by. */
  readonly steps: ReadonlyMap<string, string>;
}

function declaredIn({ tree, module }: LintFile): Declared {
  const functions = [
    ...tree.of("function"),
    ...module.imports.flatMap(({ target }) => target?.program.items.filter((item) => isKind(item, "function")) ?? []),
  ];
  const steps = new Map(functions.filter((fn) => has(fn, "step")).map((fn) => [fn.name.text, nameOf(fn, "step")]));
  const personas = new Map<string, ReadonlySet<string>>();
  for (const persona of functions.filter((fn) => has(fn, "persona"))) {
    const called = callsIn(persona).map(({ callee }) => steps.get(callee.text));
    personas.set(nameOf(persona, "persona"), new Set(called.filter((name) => name !== undefined)));
  }
  return { personas, steps };
}

function attribute({ attributes }: FunctionDeclaration, word: string): Attribute | undefined {
  return attributes.find(({ name }) => name.text === word);
}

function has(declaration: FunctionDeclaration, word: string): boolean {
  return attribute(declaration, word) !== undefined;
}

/** `@step(name: "plan")`, else the name of the function. */
function nameOf(declaration: FunctionDeclaration, word: string): string {
  const given = attribute(declaration, word)?.arguments.find(({ name }) => name?.text === "name")?.value;
  return given?.kind === "string" ? given.value : declaration.name.text;
}

function callsIn(declaration: FunctionDeclaration) {
  return [...within(declaration.body)].filter((node) => isKind(node, "call"));
}

function* bodiesWithoutSteps(file: LintFile): Iterable<Finding> {
  const { tree, catalog, options } = file;
  const personas = tree.of("function").filter((fn) => has(fn, "persona"));
  if (personas.length === 0) return;
  const { steps } = declaredIn(file);
  const allowed = new Set(options.personaStepAllowlist ?? []);
  for (const persona of personas) {
    for (const { callee, span } of callsIn(persona)) {
      const name = callee.text;
      if (steps.has(name) || allowed.has(name) || catalog.builtins.has(name)) continue;
      yield {
        span,
        message: `\`@persona\` function \`${persona.name.text}\` calls \`${name}\`, which is not declared \`@step\``,
        hint: `declare \`${name}\` with \`@step\`, or name it in \`[lint] persona_step_allowlist\``,
      };
    }
  }
}

function* strayHooks(file: LintFile): Iterable<Finding> {
  const hooks = file.tree.of("call").filter(({ callee }) => callee.text === "register_step_hook");
  if (hooks.length === 0 || file.module.imports.some(({ target }) => target === undefined)) return;
  const { personas } = declaredIn(file);
  for (const { arguments: given, span } of hooks) {
    const pattern = literalText(given[0]);
    if (pattern === undefined) continue;
    const matching = [...personas.keys()].filter(globMatcher(pattern)).sort();
    const step = literalText(given[1]);
    if (matching.length === 0) {
      yield {
        span,
        message: `\`register_step_hook\` pattern \`${pattern}\` does not match a statically declared \`@persona\``,
        hint: "name a declared persona, or a pattern with `*` that fits one",
      };
    } else if (step !== undefined && !matching.some((persona) => personas.get(persona)?.has(step))) {
      yield {
        span,
        message: `\`register_step_hook\` targets step \`${step}\`, but it is not declared by persona(s): ${matching.join(", ")}`,
        hint: "name a step that is declared with `@step` and called by the persona",
      };
    }
  }
}

function globMatcher(pattern: string): (name: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(`^${parts.join(".*")}$`);
  return (name) => expression.test(name);
}

export const personaRules: readonly Rule[] = [
  { code: "HARN-LNT-010", name: "persona-hook-target", severity: "error", find: strayHooks },
  warning("HARN-LNT-021", "persona-body-must-call-steps", bodiesWithoutSteps),
];
