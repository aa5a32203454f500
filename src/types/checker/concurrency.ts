import { diagnose } from "../../diagnostics/index.ts";
import type { Block, Expression, ParallelExpression, SelectExpression } from "../../syntax/index.ts";
import { badMaxConcurrent } from "../diagnostics.ts";
import { elementOf } from "../model/elements.ts";
import { printType } from "../model/print.ts";
import { resolve } from "../model/resolve.ts";
import { dynamic, int, isPrimitive, type Type } from "../model/type.ts";
import type { Checker } from "./context.ts";
import { checkApart, exploreBlock } from "./control.ts";
import { forgetAssigned } from "./loops.ts";

/** `spawn { }`, `deadline d { }`: the value comes out, facts do not. */
export function checkDetached(c: Checker, body: Block): Type {
  forgetAssigned(c, [body]);
  return c.nested(() => {
    checkApart(c, body);
    return dynamic;
  });
}

/** A body that may run more than once. */
export function checkRetried(c: Checker, expression: Extract<Expression, { readonly kind: "retry" }>): Type {
  c.expression(expression.count);
  return checkDetached(c, expression.body);
}

export function checkParallel(c: Checker, expression: ParallelExpression): Type {
  const subject = c.expression(expression.subject);
  if (expression.maxConcurrent) checkLimit(c, expression.maxConcurrent);
  return c.inFunction({ ...c.enclosing, kind: "closure", isInStream: false, returns: undefined }, () => {
    if (expression.param) {
      c.declare(expression.param, "param", expression.mode === "count" ? int : elementOf(subject));
    }
    checkApart(c, expression.body);
    return dynamic;
  });
}

function checkLimit(c: Checker, limit: Expression): void {
  const type = resolve(c.expression(limit));
  if (type.kind !== "primitive" || isPrimitive(type, "int")) return;
  c.report(diagnose(badMaxConcurrent, c.source, limit.span, { found: printType(type) }));
}

export function checkSelect(c: Checker, expression: SelectExpression): Type {
  return c.nested(() => {
    const outcomes = expression.cases.map((each) => {
      c.expression(each.channel);
      return exploreBlock(c, [], () =>
        c.inScope(() => {
          c.declare(each.name, "param", dynamic);
          return c.block(each.body);
        }),
      ).outcome;
    });
    const { timeout, fallback } = expression;
    if (timeout) {
      c.expression(timeout.duration);
      outcomes.push(exploreBlock(c, [], () => c.block(timeout.body)).outcome);
    }
    if (fallback) outcomes.push(exploreBlock(c, [], () => c.block(fallback)).outcome);
    c.facts.merge(outcomes);
    return dynamic;
  });
}

export function checkCostRoute(c: Checker, expression: Extract<Expression, { readonly kind: "cost-route" }>): Type {
  for (const option of expression.options) c.expression(option.value);
  return checkDetached(c, expression.body);
}
