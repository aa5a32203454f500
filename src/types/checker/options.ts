import { loopOptionKeys, optionKeys } from "../../builtin/index.ts";
import { diagnose } from "../../diagnostics/index.ts";
import type { Expression, Name } from "../../syntax/index.ts";
import { nearestName } from "../../text/index.ts";
import { unknownModelOption, unknownOption } from "../diagnostics.ts";
import { resolve } from "../model/resolve.ts";
import type { Type } from "../model/type.ts";
import { membersOf, withoutNil } from "../model/union.ts";
import type { Checker } from "./context.ts";

/** A place for options: by its parameter's name, or by the name of its type. */
export function isForOptions(parameter: string, expected: Type): boolean {
  if (/^(.*_)?(opts|options|config)$/.test(parameter)) return true;
  return membersOf(withoutNil(expected)).some(
    (type) => (type.kind === "alias" || type.kind === "opaque") && /(Options|Config)$/.test(nameOf(type)),
  );
}

/** Keys of a literal dict that its place does not know. A dict from elsewhere may be for several readers. */
export function checkOptions(c: Checker, value: Expression, context: string, expected: Type): void {
  if (value.kind !== "dict") return;
  const known = keysOf(expected);
  if (known === undefined) return;
  for (const key of strangers(value, known)) {
    const nearest = nearestOption(key.text, known);
    c.report(diagnose(unknownOption, c.source, key.span, { place: context, option: key.text, nearest, known }));
  }
}

/** The same for the options of a model call, where a provider may know more than the catalogue does. */
export function checkModelOptions(c: Checker, callee: string, value: Expression, record: string): void {
  const known = optionKeys(record);
  if (value.kind !== "dict" || known === undefined) return;
  for (const key of strangers(value, known)) {
    const nearest = nearestOption(key.text, known);
    c.report(diagnose(unknownModelOption, c.source, key.span, { name: callee, option: key.text, nearest }));
  }
}

/** How far from an option's name a key of a loop may be and still be taken for a slip: short words are near to many. */
function loopSlips({ length }: string): number {
  return length < 4 ? 0 : length < 7 ? 1 : 2;
}

/** Slips in the options of a loop. Other keys may be for callbacks of the program, which are given the options as well. */
export function checkLoopOptions(c: Checker, callee: string, value: Expression): void {
  if (value.kind !== "dict") return;
  const known = loopOptionKeys();
  for (const key of strangers(value, known)) {
    const nearest = nearestName(key.text, known, loopSlips(key.text));
    if (nearest === undefined) continue;
    c.report(diagnose(unknownModelOption, c.source, key.span, { name: callee, option: key.text, nearest }));
  }
}

function keysOf(expected: Type): readonly string[] | undefined {
  const shape = resolve(withoutNil(resolve(expected)));
  if (shape.kind === "shape") return shape.fields.map(({ name }) => name).sort();
  return shape.kind === "opaque" ? optionKeys(shape.name) : undefined;
}

function strangers(value: Extract<Expression, { readonly kind: "dict" }>, known: readonly string[]): readonly Name[] {
  return value.entries.flatMap((entry) =>
    entry.kind === "spread" || entry.key.kind === "computed-key" || known.includes(entry.key.text)
      ? []
      : [{ text: entry.key.text, span: entry.key.span }],
  );
}

function nameOf(type: Extract<Type, { readonly kind: "alias" | "opaque" }>): string {
  return type.kind === "alias" ? type.symbol.name : type.name;
}

/** A single letter is near to every other. */
function nearestOption(name: string, known: readonly string[]): string | undefined {
  return name.length === 1 ? undefined : nearestName(name, known);
}
