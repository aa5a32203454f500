/** Declared and not used: variables, parameters, imports, functions, types. */
import { lineRemoval, restOfLine, type TextEdit } from "../../diagnostics/index.ts";
import type { BindingStatement, ImportDeclaration, Name, Statement } from "../../syntax/index.ts";
import { commentsAbove, startOf } from "../comments.ts";
import { boundNames } from "../names.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import { isKind } from "../tree.ts";

/** A leading underscore says that being unused is meant. */
function isMeant(name: string): boolean {
  return name.startsWith("_");
}

function* unusedVariables({ tree, names }: LintFile): Iterable<Finding> {
  for (const { pattern } of tree.of("binding")) {
    if (pattern.kind !== "name-pattern") continue;
    const { text, span } = pattern.name;
    if (isMeant(text) || names.used.has(text)) continue;
    yield {
      span,
      message: `variable \`${text}\` is declared but never used`,
      hint: `prefix with underscore: \`_${text}\``,
      fix: names.mentioned.has(text) ? undefined : [{ span, text: `_${text}` }],
    };
  }
}

function* unusedPatternBindings({ tree, names }: LintFile): Iterable<Finding> {
  for (const { pattern } of tree.of("binding", "for")) {
    if (pattern.kind === "name-pattern") continue;
    // The key of a dict stays: what it is bound to gets the other name.
    const keys = pattern.kind === "dict-pattern" ? pattern.fields.filter(({ alias }) => alias === undefined) : [];
    for (const { text, span } of boundNames(pattern)) {
      const isKey = keys.some(({ key }) => key.span.start === span.start);
      if (isMeant(text) || names.used.has(text)) continue;
      yield {
        span,
        message: `pattern binding \`${text}\` is never used`,
        hint: "rename the binding with an underscore prefix or remove it from the pattern",
        fix: names.mentioned.has(text) ? undefined : [{ span, text: isKey ? `${text}: _${text}` : `_${text}` }],
      };
    }
  }
}

function* unusedParameters({ tree, names }: LintFile): Iterable<Finding> {
  for (const node of tree.of("function", "tool", "closure")) {
    // Arguments come by position, except where the outside is told the names.
    const areTold = node.kind === "tool" || (node.kind === "function" && node.attributes.length > 0);
    for (const { name } of node.params) {
      const { text, span } = name;
      if (text === "self" || isMeant(text) || names.used.has(text)) continue;
      // The repairs of ambient names count on a parameter that is called `harness`.
      const isKept = areTold || text === "harness";
      yield {
        span,
        message: `parameter \`${text}\` is declared but never used`,
        hint: `prefix with underscore: \`_${text}\``,
        fix: isKept || names.mentioned.has(text) ? undefined : [{ span, text: `_${text}` }],
      };
    }
  }
}

function* neverReassigned({ tree, names }: LintFile): Iterable<Finding> {
  for (const binding of tree.of("binding")) {
    if (binding.mode !== "var") continue;
    const bound = boundNames(binding.pattern);
    const fixed = bound.filter(({ text }) => text !== "_" && !names.assigned.has(text));
    for (const [index, { text, span }] of fixed.entries()) {
      yield {
        span,
        message: `variable \`${text}\` is declared as \`var\` but never reassigned`,
        hint: "use `let` instead of `var`",
        fix: index === 0 && fixed.length === bound.length ? [letInstead(binding)] : undefined,
      };
    }
  }
}

function letInstead({ span }: BindingStatement): TextEdit {
  return { span: { start: span.start, end: span.start + "var".length }, text: "let" };
}

function* unusedImports({ tree, names, module }: LintFile): Iterable<Finding> {
  const isUsed = ({ text }: Name): boolean => names.used.has(text) || names.types.has(text);
  for (const declaration of tree.of("import")) {
    if (declaration.isPublic || declaration.names === undefined) continue;
    const unused = declaration.names.filter((name) => !isUsed(name));
    const kept = declaration.names.filter(({ text }) => names.mentioned.has(text));
    const canGo = kept.length < declaration.names.length;
    for (const [index, { text, span }] of unused.entries()) {
      yield {
        span,
        message: `imported name \`${text}\` is never used`,
        hint: `remove \`${text}\` from the import`,
        // One edit mends the whole declaration, and goes with the first of its findings.
        fix: index === 0 && canGo ? withNames(declaration, kept, module.source.text) : undefined,
      };
    }
  }
}

function withNames(
  { span, form, path, pathSpan }: ImportDeclaration,
  kept: readonly Name[],
  text: string,
): readonly TextEdit[] | undefined {
  if (kept.length === 0) return [{ span: { start: span.start, end: lineEnd(text, span.end) }, text: "" }];
  const list = kept.map((name) => name.text).join(", ");
  if (form === "path") return [{ span, text: `import ${path.split("/").join("::")}::{${list}}` }];
  return [{ span, text: `import { ${list} } from ${text.slice(pathSpan.start, pathSpan.end)}` }];
}

/** Past the line break, where nothing else stands on the line. */
function lineEnd(text: string, end: number): number {
  const rest = /^[ \t]*\r?\n/.exec(text.slice(end));
  return end + (rest?.[0].length ?? 0);
}

function* unusedFunctions(file: LintFile): Iterable<Finding> {
  const { tree, names, options } = file;
  for (const declaration of tree.of("function", "tool", "skill")) {
    const { text, span } = declaration.name;
    if (declaration.isPublic || text === "main" || isMeant(text)) continue;
    const parent = tree.parentOf(declaration);
    if (parent !== undefined && isKind(parent, "impl")) continue;
    if (names.used.has(text) || options.importedElsewhere?.has(text)) continue;
    yield {
      span,
      message: `function \`${text}\` is declared but never used`,
      hint: `remove the function or prefix with underscore: \`_${text}\``,
      fix: withoutItem(file, declaration, text),
    };
  }
}

/** The file without one of its declarations, and without what is written about it. */
function withoutItem(file: LintFile, item: Statement, name: string): readonly TextEdit[] | undefined {
  const { module, names } = file;
  const { items } = module.program;
  const index = items.indexOf(item);
  // The value of a program is that of its last item.
  const isResult = index === items.length - 1 && items[index - 1]?.kind === "expression";
  if (index < 0 || isResult || names.mentioned.has(name)) return undefined;
  const above = commentsAbove(file, startOf(item)).filter(({ style }) => style === "doc-block" || style === "doc-line");
  const { text } = module.source;
  const edit = lineRemoval(text, { start: above[0]?.span.start ?? startOf(item), end: item.span.end });
  if (edit === undefined) return undefined;
  const isBlankNext = restOfLine(text, edit.span.end).trim() === "";
  const end = edit.span.end + (isBlankNext ? restOfLine(text, edit.span.end).length : 0);
  return [{ span: { start: edit.span.start, end }, text: "" }];
}

function* unusedTypes(file: LintFile): Iterable<Finding> {
  const { tree, names, options } = file;
  for (const declaration of tree.of("struct", "enum", "type", "interface")) {
    if ("entries" in declaration) continue;
    const { text, span } = declaration.name;
    if (isMeant(text) || names.types.has(text) || options.importedElsewhere?.has(text)) continue;
    yield {
      span,
      message: `${declaration.kind} \`${text}\` is declared but never referenced`,
      hint: `remove the ${declaration.kind} or prefix with underscore: \`_${text}\``,
      fix: withoutItem(file, declaration, text),
    };
  }
}

export const usageRules: readonly Rule[] = [
  warning("HARN-LNT-014", "unused-variable", unusedVariables),
  warning("HARN-LNT-015", "unused-pattern-binding", unusedPatternBindings),
  warning("HARN-LNT-016", "unused-parameter", unusedParameters),
  warning("HARN-LNT-017", "unused-import", unusedImports),
  warning("HARN-LNT-018", "mutable-never-reassigned", neverReassigned),
  warning("HARN-LNT-019", "unused-function", unusedFunctions),
  warning("HARN-LNT-020", "unused-type", unusedTypes),
];
