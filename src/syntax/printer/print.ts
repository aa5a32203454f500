/**
 * The tree as source text that reads back as the same tree, but for spans and for comments that are no doc comments. Layout is
 * plain; `format/` is for people.
 */
import type { Expression, Program, Statement } from "../ast.ts";
import { printExpression } from "./expressions.ts";
import { printBlock, printStatement, printStatements } from "./statements.ts";
import { Writer } from "./writer.ts";

const parts = { expression: printExpression, block: printBlock, statements: printStatements };

export function print(program: Program): string {
  return program.items.map((item) => `${statementText(item)}\n`).join("");
}

export function statementText(statement: Statement): string {
  const writer = new Writer(parts);
  printStatement(writer, statement);
  return writer.toString();
}

export function expressionText(expression: Expression): string {
  const writer = new Writer(parts);
  printExpression(writer, expression);
  return writer.toString();
}
