/**
 * Declarations that agents are made of.
 *
 *     tool      = "tool" name "(" params ")" ["->" type] "{" ["description" string] statements "}"
 *     skill     = "skill" name "{" (name expression)* "}"
 *     eval_pack = "eval_pack" (name [string] | string) "{" (name ":" expression | "summarize" block | statement)* "}"
 */
import { diagnose } from "../../diagnostics/index.ts";
import type { Block, EvalPackDeclaration, Field, Name, SkillDeclaration, Statement, ToolDeclaration } from "../ast.ts";
import { unexpectedToken } from "../diagnostics.ts";
import { isReserved, Token } from "../token.ts";
import { parseParenthesizedParameters } from "./collections.ts";
import { type Cursor, unheaded } from "./cursor.ts";
import { type DeclarationHead, declared } from "./declaration-head.ts";
import { parseReturnType } from "./types.ts";

export function parseTool(p: Cursor, head: DeclarationHead): ToolDeclaration {
  p.advance();
  const name = p.expectName("tool name");
  p.expect(Token.LeftParen);
  const params = parseParenthesizedParameters(p);
  const returns = parseReturnType(p);
  p.expect(Token.LeftBrace);
  const description = parseDescription(p);
  const body = p.grammar.statements(p);
  p.expect(Token.RightBrace);
  const options = { ...(returns ? { returns } : {}), ...(description === undefined ? {} : { description }) };
  return { kind: "tool", ...declared(head, p.previousEnd), name, params, ...options, body };
}

function parseDescription(p: Cursor): string | undefined {
  if (!p.isWord("description") || p.startsLineAt(1)) return undefined;
  const next = p.kindAt(1);
  if (next !== Token.String && next !== Token.RawString && next !== Token.TripleString) return undefined;
  p.advance();
  const description = p.takeString();
  p.accept(Token.Semicolon);
  return description;
}

export function parseSkill(p: Cursor, head: DeclarationHead): SkillDeclaration {
  p.advance();
  const name = p.expectName("skill name");
  p.expect(Token.LeftBrace);
  const fields = unheaded(p, parseSkillFields);
  return { kind: "skill", ...declared(head, p.previousEnd), name, fields };
}

function parseSkillFields(p: Cursor): Field[] {
  const fields: Field[] = [];
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) {
    const key = p.expectName("skill field name");
    const value = p.grammar.expression(p);
    fields.push({ span: p.spanFrom(key.span.start), key, value });
    expectItemEnd(p, "skill field");
  }
  p.expect(Token.RightBrace);
  return fields;
}

/** Items of a body stand on different lines or have one `;` between them. */
function expectItemEnd(p: Cursor, item: string): void {
  if (p.accept(Token.Semicolon) || p.startsLine || p.kind === Token.RightBrace) return;
  p.fail(`${item} separator (\`;\` or newline)`);
}

interface EvalPackParts {
  readonly fields: Field[];
  readonly body: Statement[];
  summarize?: Block;
}

export function parseEvalPack(p: Cursor, head: DeclarationHead): EvalPackDeclaration {
  p.advance();
  const { name, id } = parseEvalPackName(p);
  p.expect(Token.LeftBrace);
  const parts: EvalPackParts = { fields: [], body: [] };
  unheaded(p, (cursor) => {
    while (cursor.kind !== Token.RightBrace && cursor.kind !== Token.EndOfFile) parseEvalPackItem(cursor, parts);
    cursor.expect(Token.RightBrace);
  });
  return { kind: "eval-pack", ...declared(head, p.previousEnd), name, ...(id === undefined ? {} : { id }), ...parts };
}

function parseEvalPackName(p: Cursor): { name: Name; id?: string } {
  const start = p.start;
  if (p.kind === Token.Identifier) {
    const name = p.takeWord();
    return p.atString() ? { name, id: p.takeString() } : { name };
  }
  if (!p.atString()) p.fail("eval_pack name or string id");
  const id = p.takeString();
  return { name: { text: bindingNameOf(id), span: p.spanFrom(start) }, id };
}

/** A name made of an id: lower case, runs of other characters as one `_`, none at the ends. */
export function bindingNameOf(id: string): string {
  const name = id
    .replace(/[^A-Za-z0-9_]+/g, "_")
    .toLowerCase()
    .replace(/^_+|_+$/g, "");
  return /^[a-z_]/.test(name) && !isReserved(name) ? name : `eval_pack_${name}`;
}

function parseEvalPackItem(p: Cursor, parts: EvalPackParts): void {
  if (startsSummarize(p)) parseSummarize(p, parts);
  else if (p.kind === Token.Identifier && p.kindAt(1) === Token.Colon) parts.fields.push(parseEvalPackField(p));
  else {
    parts.body.push(p.grammar.statement(p));
    expectItemEnd(p, "eval_pack body statement");
  }
}

function startsSummarize(p: Cursor): boolean {
  return p.kindAt(1) === Token.LeftBrace && p.isWord("summarize") && !p.startsLineAt(1);
}

function parseSummarize(p: Cursor, parts: EvalPackParts): void {
  const start = p.start;
  p.advance();
  const block = p.grammar.block(p);
  if (parts.summarize) {
    const facts = { expected: "one summarize block", found: "duplicate summarize block" };
    p.diagnostics.push(diagnose(unexpectedToken, p.source, p.spanFrom(start), facts));
  }
  parts.summarize = block;
  expectItemEnd(p, "eval_pack item");
}

function parseEvalPackField(p: Cursor): Field {
  const key = p.takeWord();
  p.advance();
  const value = p.grammar.expression(p);
  const field = { span: p.spanFrom(key.span.start), key, value };
  if (!p.accept(Token.Comma)) expectItemEnd(p, "eval_pack field");
  return field;
}
