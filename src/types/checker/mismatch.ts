import { type Diagnostic, diagnose, type Label } from "../../diagnostics/index.ts";
import type { Expression } from "../../syntax/index.ts";
import type { Source, Span } from "../../text/index.ts";
import { type MismatchKind, mismatches } from "../diagnostics.ts";
import { isAssignable } from "../model/assignable.ts";
import { explainMismatch } from "../model/mismatch.ts";
import { printType } from "../model/print.ts";
import { distribute, resolve } from "../model/resolve.ts";
import { isNil, isPrimitive, type Type } from "../model/type.ts";
import { membersOf } from "../model/union.ts";
import type { Checker } from "./context.ts";

/** A value against what its place asks for. */
export interface Expectation {
  readonly kind: MismatchKind;
  /** ``let binding `x` ``, ``argument 2 `lines` ``. */
  readonly context: string;
  readonly expected: Type;
  /** Where the program may be waiting for the failure. */
  readonly severity?: "warning" | undefined;
  /** Where the expectation comes from, and in which words. */
  readonly origin?: { readonly source?: Source; readonly span: Span; readonly text: string };
}

/** Reports a value that cannot be right. Says whether it may be. */
export function expectType(c: Checker, value: Expression, found: Type, expectation: Expectation): boolean {
  const { expected } = expectation;
  if (isAssignable(found, expected)) return true;
  c.types.set(value, found);
  if (new Fitting(c.types).conforms(value, expected)) return true;
  c.report(describe(c, value, found, expectation));
  return false;
}

/** Beyond this many steps a literal is taken to fit: only a type built to be hostile gets there. */
const fittingSteps = 10_000;

/**
 * Whether a literal fits although its own type does not: `[1, 2]` is a `list<float>` when it is written where one is wanted, since
 * nothing else holds it. Variables get no such grace.
 */
class Fitting {
  readonly #types: ReadonlyMap<Expression, Type>;
  #steps = 0;

  constructor(types: ReadonlyMap<Expression, Type>) {
    this.#types = types;
  }

  conforms(value: Expression, expected: Type): boolean {
    if (++this.#steps > fittingSteps) return true;
    const target = resolve(expected);
    if (target.kind === "union") return target.members.some((member) => this.#fits(value, member));
    if (target.kind === "intersection") return target.members.every((member) => this.#fits(value, member));
    switch (value.kind) {
      case "list":
        return this.#list(value, target);
      case "dict":
        return this.#dict(value, target);
      case "ternary":
        return this.#fits(value.then, expected) && this.#fits(value.otherwise, expected);
      default:
        return false;
    }
  }

  #fits(value: Expression, expected: Type): boolean {
    return this.#isAssignable(value, expected) ? !this.#contradicts(value, expected) : this.conforms(value, expected);
  }

  #isAssignable(value: Expression, expected: Type): boolean {
    const found = this.#types.get(value);
    return found === undefined || isAssignable(found, expected);
  }

  /** A text has the type of all texts, which may be any of the literals; what is written may still be none of them. */
  #contradicts(value: Expression, expected: Type): boolean {
    if (++this.#steps > fittingSteps) return false;
    const target = distribute(expected);
    if (target.kind === "union") {
      return target.members.every((member) => !this.#isAssignable(value, member) || this.#contradicts(value, member));
    }
    if (value.kind === "string" || value.kind === "int")
      return target.kind === "literal" && target.value !== value.value;
    if (value.kind !== "dict" || target.kind !== "shape") return false;
    return value.entries.some((entry) => {
      if (entry.kind === "spread" || entry.key.kind === "computed-key") return false;
      const { text } = entry.key;
      const field = target.fields.find(({ name }) => name === text);
      return field !== undefined && this.#contradicts(entry.value, field.type);
    });
  }

  #list(value: Extract<Expression, { readonly kind: "list" }>, target: Type): boolean {
    if (target.kind !== "generic" || target.name !== "list") return false;
    const element = target.arguments[0];
    return element === undefined || value.items.every((item) => item.kind !== "spread" && this.#fits(item, element));
  }

  /** One with spread or computed keys is a plain dict, which has been compared already. */
  #dict(value: Extract<Expression, { readonly kind: "dict" }>, target: Type): boolean {
    const entries = new Map<string, Expression>();
    for (const entry of value.entries) {
      if (entry.kind === "spread" || entry.key.kind === "computed-key") return false;
      entries.set(entry.key.text, entry.value);
    }
    if (target.kind === "generic" && target.name === "dict") {
      const element = target.arguments[1];
      return element === undefined || [...entries.values()].every((item) => this.#fits(item, element));
    }
    if (target.kind !== "shape") return false;
    return target.fields.every((field) => {
      const item = entries.get(field.name);
      if (item === undefined) return field.isOptional;
      return this.#fits(item, field.type) || (field.isOptional && item.kind === "nil");
    });
  }
}

function describe(c: Checker, value: Expression, found: Type, expectation: Expectation): Diagnostic {
  const { kind, context, expected, origin, severity } = expectation;
  const detail = explainMismatch(found, expected);
  const { hint, replacement } = conversion(c, value, found, expected);
  const finding = diagnose(mismatches[kind], c.source, value.span, {
    context,
    expected: printType(expected),
    found: printType(found),
    detail: detail?.text,
    hint,
  });
  const labels: Label[] = [];
  if (origin !== undefined) labels.push({ source: origin.source ?? c.source, span: origin.span, text: origin.text });
  if (detail?.isNested) labels.push({ source: c.source, span: value.span, text: `nested mismatch: ${detail.text}` });
  return {
    ...finding,
    ...(severity && { severity }),
    ...(labels.length > 0 && { labels }),
    ...(replacement !== undefined && { fix: [{ span: value.span, text: replacement }] }),
  };
}

/** What would make the value fit, in words, and as code where there is one way. */
interface Conversion {
  readonly hint?: string;
  readonly replacement?: string;
}

function conversion(c: Checker, value: Expression, found: Type, expected: Type): Conversion {
  const wanted = resolve(expected);
  const given = resolve(found);
  if (isNil(given)) return { hint: "handle `nil` first or provide a default with `??`" };
  const text = c.source.text.slice(value.span.start, value.span.end);
  if (given.kind === "generic" && given.name === "Result") {
    return { hint: `did you mean \`${text}?\` or \`unwrap_or(${text}, default)\`?` };
  }
  if (membersOf(given).length > 1 || text.includes("\n")) return {};
  const name = converter(given, wanted);
  if (name === undefined) return {};
  const replacement = `${name}(${text})`;
  const hint = `did you mean \`${replacement}\`?`;
  // How a list or a dict reads as text is rarely what was meant.
  return given.kind === "primitive" ? { hint, replacement } : { hint };
}

function converter(given: Type, wanted: Type): string | undefined {
  if (isPrimitive(wanted, "string")) return "to_string";
  if (!isPrimitive(given, "string"))
    return isPrimitive(given, "float") && isPrimitive(wanted, "int") ? "to_int" : undefined;
  if (isPrimitive(wanted, "int")) return "to_int";
  return isPrimitive(wanted, "float") ? "to_float" : undefined;
}
