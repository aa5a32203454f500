/**
 * Declarations with a body that runs.
 *
 *     fn       = ["gen"] "fn" name [type params] "(" params ")" ["->" type] [where] block
 *     pipeline = "pipeline" name "(" names ")" ["->" type] ["extends" name] block
 *     override = "override" name "(" names ")" block
 *     impl     = "impl" name "{" (attribute* ["pub"] fn)* "}"
 */
import type { FunctionDeclaration, ImplDeclaration, Name, OverrideDeclaration, PipelineDeclaration } from "../ast.ts";
import { docAbove } from "../doc-comment.ts";
import { Token } from "../token.ts";
import { parseAttributes } from "./attributes.ts";
import type { Building } from "./building.ts";
import { parseParenthesizedParameters } from "./collections.ts";
import { type Cursor, unheaded } from "./cursor.ts";
import { type DeclarationHead, declared } from "./declaration-head.ts";
import { parseReturnType, parseTypeParameters, parseWhere } from "./types.ts";

/** `gen` before `fn` makes a stream; elsewhere it is a name. */
export function startsGenerator(p: Cursor): boolean {
  return p.kindAt(1) === Token.Fn && p.isWord("gen") && !p.startsLineAt(1);
}

export function parseFunction(p: Cursor, head: DeclarationHead): FunctionDeclaration {
  const isStream = p.acceptWord("gen");
  p.expect(Token.Fn);
  const name = p.expectName("function name");
  const typeParameters = parseTypeParameters(p);
  p.expect(Token.LeftParen);
  const params = parseParenthesizedParameters(p);
  const returns = parseReturnType(p);
  const where = parseWhere(p);
  const body = p.grammar.block(p);
  const { start, attributes, isPublic, doc } = head;
  const span = p.spanFrom(start);
  const node: Building<FunctionDeclaration> = {
    kind: "function",
    span,
    attributes,
    isPublic,
    name,
    isStream,
    typeParameters,
    params,
    where,
    body,
  };
  if (doc !== undefined) node.doc = doc;
  if (returns) node.returns = returns;
  return node;
}

export function parsePipeline(p: Cursor, head: DeclarationHead): PipelineDeclaration {
  p.advance();
  const name = p.expectName("pipeline name");
  const params = parseNameList(p);
  const returns = parseReturnType(p);
  const parent = p.accept(Token.Extends) ? p.expectName("parent pipeline name") : undefined;
  const body = p.grammar.block(p);
  const options = { ...(returns ? { returns } : {}), ...(parent ? { extends: parent } : {}) };
  return { kind: "pipeline", ...declared(head, p.previousEnd), name, params, ...options, body };
}

export function parseOverride(p: Cursor, head: DeclarationHead): OverrideDeclaration {
  p.advance();
  const name = p.expectName("override name");
  const params = parseNameList(p);
  const body = p.grammar.block(p);
  return { kind: "override", ...declared(head, p.previousEnd), name, params, body };
}

/** Pipelines take bare names: no types, no defaults. */
function parseNameList(p: Cursor): Name[] {
  const names: Name[] = [];
  p.expect(Token.LeftParen);
  while (p.kind !== Token.RightParen && p.kind !== Token.EndOfFile) {
    names.push(p.expectName("parameter name"));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightParen);
  return names;
}

export function parseImpl(p: Cursor, head: DeclarationHead): ImplDeclaration {
  p.advance();
  const target = p.expectName("type name");
  p.expect(Token.LeftBrace);
  const methods = unheaded(p, parseMethods);
  return { kind: "impl", ...declared(head, p.previousEnd), target, methods };
}

function parseMethods(p: Cursor): FunctionDeclaration[] {
  const methods: FunctionDeclaration[] = [];
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) {
    const start = p.start;
    const doc = docAbove(p.tokens, start);
    const attributes = parseAttributes(p);
    const isPublic = p.accept(Token.Pub);
    methods.push(parseFunction(p, { start, attributes, isPublic, ...(doc === undefined ? {} : { doc }) }));
    p.accept(Token.Semicolon);
  }
  p.expect(Token.RightBrace);
  return methods;
}
