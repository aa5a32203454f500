import type { Block, Expression, Statement } from "../../syntax/index.ts";

/** Whether calling a function with this body makes a generator. A closure inside yields for itself. */
export function yields(block: Block): boolean {
  return block.statements.some(statementYields);
}

function statementYields(statement: Statement): boolean {
  switch (statement.kind) {
    case "yield":
      return true;
    case "for":
    case "while":
    case "defer":
    case "mutex":
      return yields(statement.body);
    case "guard":
      return yields(statement.otherwise);
    case "expression":
      return expressionYields(statement.expression);
    case "binding":
    case "assign":
    case "throw":
      return expressionYields(statement.value);
    case "return":
      return statement.value !== undefined && expressionYields(statement.value);
    default:
      return false;
  }
}

function expressionYields(expression: Expression): boolean {
  switch (expression.kind) {
    case "if":
      return (
        yields(expression.then) ||
        (expression.otherwise !== undefined &&
          ("statements" in expression.otherwise
            ? yields(expression.otherwise)
            : expressionYields(expression.otherwise)))
      );
    case "match":
      return expression.arms.some((arm) => yields(arm.body));
    case "try":
      return [expression.body, expression.handler?.body, expression.finalizer].some((body) => body && yields(body));
    case "retry":
    case "deadline":
    case "cost-route":
      return yields(expression.body);
    case "select":
      return (
        expression.cases.some((each) => yields(each.body)) ||
        [expression.timeout?.body, expression.fallback].some((body) => body && yields(body))
      );
    default:
      return false;
  }
}
