import { diagnose } from "../../diagnostics/index.ts";
import type { Expression, MatchExpression } from "../../syntax/index.ts";
import { notExhaustive } from "../diagnostics.ts";
import { distribute, resolve } from "../model/resolve.ts";
import type { Type } from "../model/type.ts";
import type { EnumSymbol } from "../symbols/type-symbol.ts";
import type { Checker } from "./context.ts";
import { enumNamed } from "./members.ts";
import { missingArms } from "./missing-arms.ts";

/**
 * Reports what a match over a closed set of values leaves out, and says whether nothing was reported. An arm counts for its
 * pattern whatever its guard says.
 */
export function checkExhaustive(c: Checker, expression: MatchExpression, subject: Type): boolean {
  const patterns = expression.arms.flatMap((arm) => arm.patterns);
  if (patterns.some((pattern) => pattern.kind === "name")) return true;
  const verdict =
    enumVerdict(c, expression.subject, subject, patterns) ??
    tagVerdict(c, expression.subject, patterns) ??
    literalVerdict(subject, patterns) ??
    kindVerdict(subject, patterns);
  if (verdict === undefined || verdict.missing.length === 0) return true;
  const finding = diagnose(notExhaustive, c.source, expression.span, verdict);
  const fix = missingArms(c, expression, verdict.arms);
  c.report(fix === undefined ? finding : { ...finding, fix });
  return false;
}

interface Verdict {
  readonly subject: string;
  readonly missing: readonly string[];
  /** The patterns that would match it. */
  readonly arms?: readonly string[];
}

function quote(value: string | bigint): string {
  return typeof value === "string" ? `"${value}"` : String(value);
}

/** `match e` over variants, and `match e.variant` over their names. */
function enumVerdict(
  c: Checker,
  subject: Expression,
  type: Type,
  patterns: readonly Expression[],
): Verdict | undefined {
  const own = resolve(type);
  if (own.kind === "enum") {
    const variants = patterns.map((pattern) => variantOf(c, own.symbol, pattern));
    return variants.includes(undefined) ? undefined : missingVariants(own.symbol, new Set(variants), variantPattern);
  }
  if (subject.kind !== "property" || subject.name.text !== "variant") return undefined;
  const owner = c.types.get(subject.object);
  const object = owner && resolve(owner);
  if (object?.kind !== "enum") return undefined;
  const names = patterns.map((pattern) => (pattern.kind === "string" ? pattern.value : undefined));
  return names.includes(undefined)
    ? undefined
    : missingVariants(object.symbol, new Set(names), (_, name) => quote(name));
}

function variantOf(c: Checker, symbol: EnumSymbol, pattern: Expression): string | undefined {
  if (pattern.kind !== "property" && pattern.kind !== "method-call") return undefined;
  if (enumNamed(c, pattern.object) !== symbol) return undefined;
  return pattern.kind === "property" ? pattern.name.text : pattern.method.text;
}

function missingVariants(
  symbol: EnumSymbol,
  handled: ReadonlySet<string | undefined>,
  patternOf: (symbol: EnumSymbol, variant: string) => string,
): Verdict {
  const missing = [...symbol.variants.keys()].filter((variant) => !handled.has(variant));
  return {
    subject: `enum ${symbol.name}: missing variants`,
    missing: missing.map(quote),
    arms: missing.map((variant) => patternOf(symbol, variant)),
  };
}

/** `Tide.Flow(_)`. */
function variantPattern({ name, variants }: EnumSymbol, variant: string): string {
  const fields = variants.get(variant) ?? [];
  return `${name}.${variant}${fields.length === 0 ? "" : `(${fields.map(() => "_").join(", ")})`}`;
}

/** `match m.kind` where `m` is one of several shapes, each with its own literal in that field. */
function tagVerdict(c: Checker, subject: Expression, patterns: readonly Expression[]): Verdict | undefined {
  if (subject.kind !== "property") return undefined;
  const owner = c.types.get(subject.object);
  const union = owner && distribute(owner);
  if (union?.kind !== "union") return undefined;
  const tags: (string | bigint)[] = [];
  for (const member of union.members.map(resolve)) {
    const field = member.kind === "shape" ? member.fields.find((each) => each.name === subject.name.text) : undefined;
    const tag = field && resolve(field.type);
    if (tag?.kind !== "literal") return undefined;
    tags.push(tag.value);
  }
  return missingLiterals("tagged shape union: missing variants", tags, patterns);
}

function literalVerdict(type: Type, patterns: readonly Expression[]): Verdict | undefined {
  const union = resolve(type);
  if (union.kind !== "union") return undefined;
  const values = union.members.map((member) => (member.kind === "literal" ? member.value : undefined));
  if (values.includes(undefined)) return undefined;
  return missingLiterals("literal union: missing", values as (string | bigint)[], patterns);
}

function missingLiterals(
  subject: string,
  values: readonly (string | bigint)[],
  patterns: readonly Expression[],
): Verdict | undefined {
  const handled = patterns.map((pattern) =>
    pattern.kind === "string" || pattern.kind === "int" ? pattern.value : undefined,
  );
  if (handled.includes(undefined)) return undefined;
  const missing = values.filter((value) => !handled.includes(value)).map(quote);
  return { subject, missing, arms: missing };
}

/** A union of plain kinds: some pattern of a kind is taken to handle it. */
function kindVerdict(type: Type, patterns: readonly Expression[]): Verdict | undefined {
  const union = resolve(type);
  if (union.kind !== "union") return undefined;
  const kinds: string[] = [];
  for (const member of union.members) {
    if (member.kind !== "primitive" || !matchableKinds.has(member.name)) return undefined;
    kinds.push(member.name);
  }
  const handled = patterns.map((pattern) => (matchableKinds.has(pattern.kind) ? pattern.kind : undefined));
  if (handled.includes(undefined)) return undefined;
  const missing = kinds.filter((kind) => !handled.some((each) => each === kind));
  return { subject: "union type: missing", missing, arms: missing.every((kind) => kind === "nil") ? missing : ["_"] };
}

/** Kinds that have literals, by the same word as their literal's node. */
const matchableKinds: ReadonlySet<string> = new Set(["int", "float", "string", "bool", "nil"]);
