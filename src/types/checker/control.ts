import type { Block, IfExpression, TryExpression } from "../../syntax/index.ts";
import { dynamic, never, nil, type Type } from "../model/type.ts";
import { joinTypes } from "../model/union.ts";
import type { Fact, Outcome } from "../symbols/facts.ts";
import type { BlockResult, Checker, Completion } from "./context.ts";

/** The completion of a construct of which one part runs. */
export function eitherCompletes(parts: readonly Completion[]): Completion {
  if (parts.includes("completes")) return "completes";
  return parts.includes("diverges") ? "diverges" : "exits";
}

export function checkIf(c: Checker, expression: IfExpression): BlockResult {
  const { whenTrue, whenFalse } = c.condition(expression.condition);
  const then = exploreBlock(c, whenTrue, () => c.block(expression.then));
  const otherwise = exploreBlock(c, whenFalse, () => checkElse(c, expression.otherwise));
  c.facts.merge([then.outcome, otherwise.outcome]);
  const results = [then.result, otherwise.result];
  return {
    type: joinTypes(results.map((result) => result.type)),
    completion: eitherCompletes(results.map((result) => result.completion)),
  };
}

function checkElse(c: Checker, otherwise: IfExpression["otherwise"]): BlockResult {
  if (otherwise === undefined) return { type: nil, completion: "completes" };
  return "statements" in otherwise ? c.block(otherwise) : checkIf(c, otherwise);
}

export interface Explored {
  readonly result: BlockResult;
  readonly outcome: Outcome;
}

/** One of several branches, under the facts that lead to it. */
export function exploreBlock(c: Checker, facts: readonly Fact[], run: () => BlockResult): Explored {
  let result: BlockResult = { type: never, completion: "exits" };
  const outcome = c.facts.explore(() => {
    c.learn(facts);
    result = run();
    return result.completion === "completes";
  });
  return { result, outcome };
}

/**
 * The handler may be entered from anywhere in the body, so whatever the body touches is unknown there. The value is left open: what
 * a failed body would have given says little about what the handler gives.
 */
export function checkTry(c: Checker, expression: TryExpression): BlockResult {
  return c.nested(() => {
    const body = exploreBlock(c, [], () => c.block(expression.body));
    const handler = exploreBlock(c, [], () => {
      for (const binding of body.outcome.changes.keys()) c.facts.forget(binding);
      return checkHandler(c, expression);
    });
    c.facts.merge([body.outcome, handler.outcome]);
    if (expression.finalizer) c.block(expression.finalizer);
    const completion = eitherCompletes([body.result.completion, handler.result.completion]);
    return {
      type: completion === "completes" ? dynamic : never,
      completion: completion === "exits" ? "diverges" : completion,
    };
  });
}

/** Without a handler an error still ends the whole: with `finally` alone it goes on, and otherwise it becomes the value. */
function checkHandler(c: Checker, expression: TryExpression): BlockResult {
  const { handler, finalizer } = expression;
  if (handler === undefined) {
    return finalizer === undefined
      ? { type: dynamic, completion: "completes" }
      : { type: never, completion: "diverges" };
  }
  return c.inScope(() => {
    if (handler.name) c.declare(handler.name, "catch", caughtType(c, handler), handler.type !== undefined);
    return c.block(handler.body);
  });
}

/** Only enums are told apart by a handler; any other type in its head says nothing about what arrives. */
function caughtType(c: Checker, handler: NonNullable<TryExpression["handler"]>): Type {
  const type = c.typeOf(handler.type);
  return type.kind === "enum" ? type : dynamic;
}

/** A body that runs at another time or in another task: what it learns or assigns stays inside. */
export function checkApart(c: Checker, body: Block): BlockResult {
  return exploreBlock(c, [], () => c.block(body)).result;
}
