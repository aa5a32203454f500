/** Which statements leave their block, and what stands behind them and never runs. */
import type { Block, IfExpression, MatchExpression, Statement } from "../syntax/index.ts";
import type { Span } from "../text/index.ts";

function ends(statement: Statement): boolean {
  switch (statement.kind) {
    case "return":
    case "throw":
    case "break":
    case "continue":
      return true;
    case "expression":
      if (statement.expression.kind === "match") return everyArmEnds(statement.expression);
      return statement.expression.kind === "if" && bothEnd(statement.expression);
    default:
      return false;
  }
}

function bothEnd({ then, otherwise }: IfExpression): boolean {
  if (otherwise === undefined || !then.statements.some(ends)) return false;
  return isBlock(otherwise) ? otherwise.statements.some(ends) : bothEnd(otherwise);
}

/** A match that no arm fits throws, so that its arms alone decide. */
function everyArmEnds({ arms }: MatchExpression): boolean {
  return arms.length > 0 && arms.every(({ body }) => body.statements.some(ends));
}

export function isBlock(branch: Block | IfExpression): branch is Block {
  return "statements" in branch;
}

/** The statements of a block that are never reached. */
export function deadStatements({ statements }: Block): readonly Statement[] {
  const last = statements.findIndex(ends);
  return last < 0 ? [] : statements.slice(last + 1);
}

/** From the first to the last of some statements that follow each other. */
export function spanOf(statements: readonly Statement[]): Span | undefined {
  const [first] = statements;
  const last = statements.at(-1);
  return first && last && { start: first.span.start, end: last.span.end };
}
