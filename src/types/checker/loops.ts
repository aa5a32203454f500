import type { Block, Expression, ForStatement, Statement, WhileStatement } from "../../syntax/index.ts";
import { elementOf } from "../model/elements.ts";
import { dynamic, nil, type Type } from "../model/type.ts";
import type { BlockResult, Checker, ConditionFacts } from "./context.ts";
import { declarePattern } from "./patterns.ts";
import { weaken } from "./weaken.ts";

/** The loop itself: whatever its body learns holds for one round only. */
export function checkFor(c: Checker, statement: ForStatement): BlockResult {
  const iterable = c.expression(statement.iterable);
  return c.nested(() => {
    forgetAssigned(c, [statement.body]);
    c.facts.explore(() =>
      c.inScope(() => {
        declareLoopPattern(c, statement, elementOf(iterable));
        c.block(statement.body);
        return true;
      }),
    );
    return { type: nil, completion: "completes" };
  });
}

function declareLoopPattern(c: Checker, statement: ForStatement, element: Type): void {
  const { pattern } = statement;
  switch (pattern.kind) {
    case "name-pattern":
      c.declare(pattern.name, "loop", element);
      break;
    case "pair-pattern": {
      const pair = element.kind === "generic" && element.name === "Pair" ? element.arguments : [];
      c.declare(pattern.first, "loop", pair[0] ?? dynamic);
      c.declare(pattern.second, "loop", pair[1] ?? dynamic);
      break;
    }
    default:
      declarePattern(c, pattern, "loop");
  }
}

export function checkWhile(c: Checker, statement: WhileStatement): BlockResult {
  return c.nested(() => {
    const assigned = forgetAssigned(c, [statement.body]);
    let facts: ConditionFacts = { whenTrue: [], whenFalse: [] };
    c.facts.explore(() => {
      facts = c.condition(statement.condition);
      c.learn(facts.whenTrue);
      c.block(statement.body);
      return true;
    });
    if (!assigned.hasBreak) c.learn(facts.whenFalse);
    const isEndless = statement.condition.kind === "bool" && statement.condition.value && !assigned.hasBreak;
    return { type: nil, completion: isEndless ? "diverges" : "completes" };
  });
}

/** A body that runs again may change a variable before any place in it: what was known of those it assigns no longer holds. */
export function forgetAssigned(c: Checker, bodies: readonly Block[]): Assigned {
  const assigned = new Assigned();
  for (const body of bodies) assigned.block(body, true);
  for (const name of assigned.names) {
    const binding = c.scope.find(name);
    if (binding === undefined) continue;
    c.facts.forget(binding);
    weaken(binding, assigned.parts.has(name) ? "part" : "whole");
  }
  return assigned;
}

/** The names that a body assigns, closures apart: those work on copies. */
class Assigned {
  readonly names = new Set<string>();
  /** Those of them that are assigned in part: `x.k = v`, `x[i] = v`. */
  readonly parts = new Set<string>();
  hasBreak = false;

  block(block: Block | undefined, isOwnLoop: boolean): void {
    for (const statement of block?.statements ?? []) this.#statement(statement, isOwnLoop);
  }

  #statement(statement: Statement, isOwnLoop: boolean): void {
    switch (statement.kind) {
      case "assign": {
        let root = statement.target;
        while (root.kind === "property" || root.kind === "index") root = root.object;
        if (root.kind === "name") {
          this.names.add(root.name);
          if (root !== statement.target) this.parts.add(root.name);
        }
        this.#expression(statement.value, isOwnLoop);
        break;
      }
      case "break":
        this.hasBreak ||= isOwnLoop;
        break;
      case "for":
      case "while":
        this.block(statement.body, false);
        break;
      case "guard":
        this.block(statement.otherwise, isOwnLoop);
        break;
      case "mutex":
      case "defer":
        this.block(statement.body, isOwnLoop);
        break;
      case "binding":
      case "throw":
        this.#expression(statement.value, isOwnLoop);
        break;
      case "return":
        if (statement.value) this.#expression(statement.value, isOwnLoop);
        break;
      case "expression":
        this.#expression(statement.expression, isOwnLoop);
        break;
      default:
        break;
    }
  }

  /** Only the expressions that hold statements of the same function. */
  #expression(expression: Expression, isOwnLoop: boolean): void {
    switch (expression.kind) {
      case "if":
        this.block(expression.then, isOwnLoop);
        if (expression.otherwise === undefined) break;
        if ("statements" in expression.otherwise) this.block(expression.otherwise, isOwnLoop);
        else this.#expression(expression.otherwise, isOwnLoop);
        break;
      case "match":
        for (const arm of expression.arms) this.block(arm.body, isOwnLoop);
        break;
      case "try":
        for (const body of [expression.body, expression.handler?.body, expression.finalizer])
          this.block(body, isOwnLoop);
        break;
      case "retry":
      case "deadline":
      case "cost-route":
        this.block(expression.body, isOwnLoop);
        break;
      case "select":
        for (const each of expression.cases) this.block(each.body, isOwnLoop);
        this.block(expression.timeout?.body, isOwnLoop);
        this.block(expression.fallback, isOwnLoop);
        break;
      default:
        break;
    }
  }
}
