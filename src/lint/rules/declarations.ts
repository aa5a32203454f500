/** Names and shapes of declarations, and calls of what nobody declares. */
import type { TextEdit } from "../../diagnostics/index.ts";
import { type Attribute, type Statement, type TypeExpression, typeText } from "../../syntax/index.ts";
import type { Span } from "../../text/index.ts";
import { renaming } from "../renaming.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { isKind, type Tree } from "../tree.ts";

function* namingConventions(file: LintFile): Iterable<Finding> {
  const { tree } = file;
  for (const declaration of tree.of("function", "tool")) {
    const { name } = declaration;
    if (/^[a-z0-9_]*$/.test(name.text)) continue;
    yield {
      span: name.span,
      message: `function \`${name.text}\` should use snake_case`,
      hint: `rename \`${name.text}\` to snake_case (for example \`${snakeCase(name.text)}\`)`,
      fix: renamedItem(file, declaration, snakeCase(name.text)),
    };
  }
  for (const node of tree.of("struct", "enum", "interface", "type")) {
    if ("entries" in node || /^[A-Z][A-Za-z0-9]*$/.test(node.name.text)) continue;
    const { text, span } = node.name;
    yield {
      span,
      message: `${node.kind} \`${text}\` should use PascalCase`,
      hint: `rename \`${text}\` to PascalCase (for example \`${pascalCase(text)}\`)`,
      fix: renamedItem(file, node, pascalCase(text)),
    };
  }
}

/** Only what nothing outside of the file goes by: no method, tool, alias or interface, and nothing public. */
function renamedItem(file: LintFile, item: Statement, text: string): readonly TextEdit[] | undefined {
  const { tree, module, options } = file;
  if (item.kind !== "function" && item.kind !== "struct" && item.kind !== "enum") return undefined;
  if (item.isPublic || item.attributes.length > 0) return undefined;
  const parent = tree.parentOf(item);
  if (parent === undefined || isKind(parent, "impl")) return undefined;
  if (text === item.name.text || options.importedElsewhere?.has(item.name.text)) return undefined;
  return renaming(file, item.name, text, module.program.span);
}

function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
}

function pascalCase(name: string): string {
  return name
    .split("_")
    .map((part) => part.slice(0, 1).toUpperCase() + part.slice(1))
    .join("");
}

/** What each way through a function costs, by where it stands. */
class Branches {
  readonly #starts: readonly number[];
  /** How much stands before each of them, and before the end. */
  readonly #before: readonly number[];

  constructor(tree: Tree) {
    const plain = tree.of("if", "for", "while", "retry", "match", "guard", "try", "ternary");
    const weights = [
      ...plain.map(({ span }) => ({ start: span.start, weight: 1 })),
      ...tree.of("logical").map(({ span, operator }) => ({ start: span.start, weight: operator === "??" ? 0 : 1 })),
      ...tree.of("select").map(({ span, cases }) => ({ start: span.start, weight: cases.length })),
    ].sort((a, b) => a.start - b.start);
    let sum = 0;
    this.#starts = weights.map(({ start }) => start);
    this.#before = [0, ...weights.map(({ weight }) => (sum += weight))];
  }

  within({ start, end }: Span): number {
    return (this.#before[this.#firstAt(end)] ?? 0) - (this.#before[this.#firstAt(start)] ?? 0);
  }

  #firstAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function* complexFunctions({ tree, options }: LintFile): Iterable<Finding> {
  const threshold = options.complexityThreshold ?? 25;
  const branches = new Branches(tree);
  for (const declaration of tree.of("function")) {
    if (isAllowed(declaration.attributes)) continue;
    const score = 1 + branches.within(declaration.span);
    if (score <= threshold) continue;
    const { text, span } = declaration.name;
    yield {
      span,
      message: `function \`${text}\` has cyclomatic complexity ${score} (> ${threshold})`,
      hint: `split \`${text}\` into smaller helpers, or mark it \`@complexity(allow)\` if the branching is intrinsic; the threshold is \`[lint] complexity_threshold\``,
    };
  }
}

function isAllowed(attributes: readonly Attribute[]): boolean {
  return attributes.some(
    ({ name, arguments: given }) =>
      name.text === "complexity" && given.some(({ value }) => value.kind === "word" && value.text === "allow"),
  );
}

function* pipelineReturns({ tree }: LintFile): Iterable<Finding> {
  for (const { isPublic, returns, name } of tree.of("pipeline")) {
    const { text, span } = name;
    if (!isPublic || returns !== undefined || ["default", "main", "auto"].includes(text) || text.startsWith("test"))
      continue;
    yield {
      span,
      message: `public pipeline \`${text}\` has no declared return type; explicit return types will be required in a future release`,
      hint: `declare a return type: \`pub pipeline ${text}(...) -> TypeExpr { ... }\``,
    };
  }
}

function isNil(type: TypeExpression): boolean {
  return type.kind === "named-type" && type.name.text === "nil";
}

/** `"x"?` is allowed, and reads worse than `"x" | nil`. */
function isLiteral({ kind }: TypeExpression): boolean {
  return kind === "string-type" || kind === "int-type";
}

function* optionalShorthand({ tree }: LintFile): Iterable<Finding> {
  for (const { members, span } of tree.of("union-type")) {
    const [present, ...more] = members.filter((member) => !isNil(member));
    if (members.length < 2 || present === undefined || more.length > 0 || isLiteral(present)) continue;
    const text = typeText(present);
    const isShort = present.kind === "named-type" || present.kind === "list-type" || present.kind === "shape-type";
    yield {
      span,
      message: `prefer \`${text}?\` over \`${text} | nil\``,
      hint: `write \`${text}?\``,
      fix: isShort ? [{ span, text: `${text}?` }] : undefined,
    };
  }
}

function* undefinedFunctions({ tree, names, module, catalog }: LintFile): Iterable<Finding> {
  // A wildcard import that is not found may bring any name.
  if (module.imports.some(({ declaration, target }) => target === undefined && declaration.names === undefined)) return;
  const imported = new Set(module.imports.flatMap(({ bindings }) => bindings.map(({ name }) => name)));
  const isKnown = (name: string): boolean => {
    if (name.startsWith("__") || name.startsWith("hostlib_") || name === "Ok" || name === "Err") return true;
    return names.callable.has(name) || imported.has(name) || catalog.globals.has(name) || catalog.builtins.has(name);
  };
  for (const { callee, span } of tree.of("call")) {
    if (isKnown(callee.text)) continue;
    yield {
      span,
      message: `function \`${callee.text}\` is not defined`,
      hint: `check the spelling, or declare or import \`${callee.text}\``,
    };
  }
}

/** Functions of the standard library under their former names. */
const renamed: ReadonlyMap<string, string> = new Map([["retry_with_backoff", "retry_predicate_with_backoff"]]);

function* renamedSymbols({ tree, names }: LintFile): Iterable<Finding> {
  for (const { callee } of tree.of("call")) {
    const current = renamed.get(callee.text);
    if (current === undefined || names.callable.has(callee.text)) continue;
    yield {
      span: callee.span,
      message: `\`${callee.text}\` was renamed to \`${current}\``,
      hint: `call \`${current}\` instead`,
      fix: [{ span: callee.span, text: current }],
    };
  }
}

export const declarationRules: readonly Rule[] = [
  warning("HARN-LNT-001", "renamed-stdlib-symbol", renamedSymbols),
  warning("HARN-LNT-002", "cyclomatic-complexity", complexFunctions),
  warning("HARN-LNT-003", "naming-convention", namingConventions),
  warning("HARN-LNT-022", "undefined-function", undefinedFunctions),
  warning("HARN-LNT-023", "pipeline-return-type", pipelineReturns),
  warning("HARN-LNT-048", "prefer-optional-shorthand", optionalShorthand),
];
