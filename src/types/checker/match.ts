import { diagnose } from "../../diagnostics/index.ts";
import type { Expression, MatchArm, MatchExpression } from "../../syntax/index.ts";
import { bindingInOrPattern, unlikePattern } from "../diagnostics.ts";
import { printType } from "../model/print.ts";
import { resolve } from "../model/resolve.ts";
import { dynamic, type Type } from "../model/type.ts";
import { hasNil, joinTypes } from "../model/union.ts";
import type { Fact } from "../symbols/facts.ts";
import { ArmFacts } from "./arm-facts.ts";
import type { BlockResult, Checker } from "./context.ts";
import { type Explored, eitherCompletes, exploreBlock } from "./control.ts";
import { checkExhaustive } from "./exhaustive.ts";
import { checkVariant, enumNamed } from "./members.ts";

export function checkMatch(c: Checker, expression: MatchExpression): BlockResult {
  const subject = c.expression(expression.subject);
  const told = new ArmFacts(c, expression.subject, subject);
  const explored = c.nested(() => expression.arms.map((arm) => checkArm(c, told.next(arm), subject, arm)));
  c.facts.merge(explored.map((arm) => arm.outcome));
  const isWhole = checkExhaustive(c, expression, subject);
  const results = explored.map((arm) => arm.result);
  if (results.length === 0) return { type: dynamic, completion: "completes" };
  const completion = eitherCompletes(results.map((result) => result.completion));
  return {
    type: joinTypes(results.map((result) => result.type)),
    // A value that no arm fits throws; but once the missing arms are there, what follows may well be reached.
    completion: isWhole || completion === "completes" ? completion : "diverges",
  };
}

function checkArm(c: Checker, facts: readonly Fact[], subject: Type, arm: MatchArm): Explored {
  return exploreBlock(c, facts, () =>
    c.inScope(() => {
      for (const pattern of arm.patterns) checkPattern(c, pattern, subject);
      if (arm.patterns.length > 1) checkAlternatives(c, arm);
      if (arm.guard) c.learn(c.condition(arm.guard).whenTrue);
      return c.block(arm.body);
    }),
  );
}

/** A pattern is an expression by form; a bare name in it binds. */
function checkPattern(c: Checker, pattern: Expression, subject: Type): void {
  switch (pattern.kind) {
    case "name":
      bind(c, pattern);
      break;
    case "method-call":
      checkVariantPattern(c, pattern);
      for (const argument of pattern.arguments) {
        if (argument.kind === "spread") c.expression(argument.value);
        else checkPart(c, argument);
      }
      break;
    case "property":
      c.expression(pattern);
      break;
    case "list":
      for (const item of pattern.items) checkPart(c, item.kind === "spread" ? item.value : item);
      break;
    case "dict":
      for (const entry of pattern.entries) checkPart(c, entry.value);
      break;
    default:
      checkLiteral(c, pattern, subject);
  }
}

function checkPart(c: Checker, part: Expression): void {
  if (part.kind === "name") bind(c, part);
  else if (part.kind === "list" || part.kind === "dict") checkPattern(c, part, dynamic);
  else c.expression(part);
}

function bind(c: Checker, pattern: Extract<Expression, { readonly kind: "name" }>): void {
  c.declare({ text: pattern.name, span: pattern.span }, "pattern", dynamic);
}

function isResult(c: Checker, object: Expression): boolean {
  return object.kind === "name" && object.name === "Result" && !c.scope.knows("Result");
}

const literalKinds: Readonly<Partial<Record<Expression["kind"], string>>> = {
  int: "int",
  float: "float",
  string: "string",
  bool: "bool",
};

function checkLiteral(c: Checker, pattern: Expression, subject: Type): void {
  c.expression(pattern);
  const kind = literalKinds[pattern.kind];
  const type = resolve(subject);
  if (kind === undefined || type.kind !== "primitive" || hasNil(type)) return;
  const isNumeric = (name: string) => name === "int" || name === "float";
  if (type.name === kind || (isNumeric(type.name) && isNumeric(kind))) return;
  c.report(diagnose(unlikePattern, c.source, pattern.span, { subject: printType(subject), pattern: kind }));
}

function checkAlternatives(c: Checker, arm: MatchArm): void {
  const wrong = arm.patterns.find((pattern) => !isLiteral(pattern));
  if (wrong !== undefined) c.report(diagnose(bindingInOrPattern, c.source, wrong.span, undefined));
}

function isLiteral(pattern: Expression): boolean {
  if (pattern.kind === "unary") return pattern.operator === "-" && isLiteral(pattern.operand);
  if (pattern.kind === "name") return pattern.name === "_";
  return literalKinds[pattern.kind] !== undefined || pattern.kind === "nil";
}

function checkVariantPattern(
  c: Checker,
  { object, method }: Extract<Expression, { readonly kind: "method-call" }>,
): void {
  const symbol = enumNamed(c, object);
  if (symbol !== undefined) checkVariant(c, symbol, method);
  else if (!isResult(c, object)) c.expression(object);
}
