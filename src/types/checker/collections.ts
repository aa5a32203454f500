import { diagnose } from "../../diagnostics/index.ts";
import type { DictEntry, Expression, SpreadElement } from "../../syntax/index.ts";
import { nearestName, type Span } from "../../text/index.ts";
import { missingField, unknownStructField } from "../diagnostics.ts";
import { inferArguments } from "../model/infer.ts";
import { substitute } from "../model/substitute.ts";
import { dynamic, generic, type ShapeFieldType, type Type } from "../model/type.ts";
import { joinTypes, membersOf, withNil } from "../model/union.ts";
import type { StructSymbol } from "../symbols/type-symbol.ts";
import type { Checker } from "./context.ts";
import { expectType } from "./mismatch.ts";

/** More kinds of element than this are no longer told apart. */
const elementKinds = 12;

export function checkList(c: Checker, expression: Extract<Expression, { readonly kind: "list" }>): Type {
  const kinds: Type[] = [];
  let isOpen = expression.items.length === 0;
  for (const item of expression.items) {
    if (item.kind === "spread") {
      c.expression(item.value);
      isOpen = true;
      continue;
    }
    const type = c.noted(item);
    if (type.kind === "dynamic" || kinds.length > elementKinds) isOpen = true;
    if (isOpen || type === kinds[kinds.length - 1]) continue;
    kinds.splice(0, kinds.length, ...membersOf(joinTypes([...kinds, type])));
  }
  return isOpen ? generic("list") : generic("list", joinTypes(kinds));
}

export function checkDict(c: Checker, expression: Extract<Expression, { readonly kind: "dict" }>): Type {
  const fields = new Map<string, ShapeFieldType>();
  let isOpen = expression.entries.length === 0;
  for (const entry of expression.entries) {
    const type = checkEntry(c, entry);
    if (entry.kind === "spread" || entry.key.kind === "computed-key") isOpen = true;
    else fields.set(entry.key.text, { name: entry.key.text, isOptional: false, type });
  }
  return isOpen ? generic("dict") : { kind: "shape", fields: [...fields.values()] };
}

function checkEntry(c: Checker, entry: DictEntry | SpreadElement): Type {
  if (entry.kind === "entry" && entry.key.kind === "computed-key") c.expression(entry.key.expression);
  return c.noted(entry.value);
}

export function checkStructLiteral(c: Checker, expression: Extract<Expression, { readonly kind: "struct" }>): Type {
  const symbol = c.scope.findType(expression.name.text);
  if (symbol?.kind !== "struct") {
    for (const entry of expression.entries) checkEntry(c, entry);
    if (symbol === undefined) c.unknownStructs.push({ name: expression.name, scope: c.scope, span: expression.span });
    return dynamic;
  }
  return checkFields(c, symbol, expression);
}

function checkFields(
  c: Checker,
  symbol: StructSymbol,
  expression: Extract<Expression, { readonly kind: "struct" }>,
): Type {
  const bindings = new Map<string, Type>();
  const given = new Set<string>();
  let isOpen = false;
  for (const entry of expression.entries) {
    const type = checkEntry(c, entry);
    if (entry.kind === "spread" || entry.key.kind === "computed-key") {
      isOpen = true;
      continue;
    }
    const name = entry.key.text;
    given.add(name);
    const field = symbol.fields.get(name);
    if (field === undefined) reportUnknownField(c, symbol, expression, entry.key);
    else {
      inferArguments(field.type, type, symbol.parameters, bindings);
      const expected = substitute(field.type, bindings);
      expectType(c, entry.value, type, {
        kind: "field",
        context: `field \`${name}\` in struct \`${symbol.name}\``,
        // Leaving a field out and setting it to nil are one and the same.
        expected: field.isOptional ? withNil(expected) : expected,
        origin: { source: c.source, span: expression.span, text: `struct \`${symbol.name}\` expected here` },
      });
    }
  }
  if (!isOpen) reportMissing(c, symbol, given, expression.span);
  return { kind: "struct", symbol, arguments: symbol.parameters.map(({ name }) => bindings.get(name) ?? dynamic) };
}

/** Another name is only offered where the literal does not have it yet. */
function reportUnknownField(
  c: Checker,
  symbol: StructSymbol,
  { entries }: Extract<Expression, { readonly kind: "struct" }>,
  { text: field, span }: { readonly text: string; readonly span: Span },
): void {
  const finding = diagnose(unknownStructField, c.source, span, { field, struct: symbol.name });
  const given = entries.map((entry) =>
    entry.kind === "entry" && entry.key.kind !== "computed-key" ? entry.key.text : "",
  );
  const open = [...symbol.fields.keys()].filter((name) => !given.includes(name));
  const nearest = nearestName(field, open, field.length <= 4 ? 1 : 2);
  c.report(nearest === undefined ? finding : { ...finding, fix: [{ span, text: nearest }] });
}

function reportMissing(c: Checker, symbol: StructSymbol, given: ReadonlySet<string>, span: Span): void {
  for (const { name, isOptional } of symbol.fields.values()) {
    if (!isOptional && !given.has(name)) {
      c.report(diagnose(missingField, c.source, span, { field: name, struct: symbol.name }));
    }
  }
}
