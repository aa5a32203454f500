/** `import "path"`, `import { a, b } from "path"`, `import a::b::{x, y}`. */
import type { ImportDeclaration, Name } from "../ast.ts";
import { Token } from "../token.ts";
import type { Cursor } from "./cursor.ts";
import { type DeclarationHead, declared } from "./declaration-head.ts";

export function parseImport(p: Cursor, head: DeclarationHead): ImportDeclaration {
  p.advance();
  if (p.kind === Token.Identifier && p.kindAt(1) === Token.Colon) return parsePathImport(p, head);
  const names = p.kind === Token.LeftBrace ? parseNames(p) : undefined;
  if (names) p.expect(Token.From);
  if (!p.atString()) p.fail("import path string");
  const pathSpan = { start: p.start, end: p.end };
  const path = p.takeString();
  const common = { ...declared(head, p.previousEnd), path, pathSpan, form: "string" as const };
  return names ? { kind: "import", ...common, names } : { kind: "import", ...common };
}

function parsePathImport(p: Cursor, head: DeclarationHead): ImportDeclaration {
  const start = p.start;
  const segments = [p.takeWord().text];
  let pathEnd = p.previousEnd;
  expectDoubleColon(p);
  while (p.kind !== Token.LeftBrace) {
    segments.push(p.expectWord("module name or `{` with the imported names").text);
    pathEnd = p.previousEnd;
    expectDoubleColon(p);
  }
  const names = parseNames(p);
  const pathSpan = { start, end: pathEnd };
  return { kind: "import", ...declared(head, p.previousEnd), path: segments.join("/"), pathSpan, names, form: "path" };
}

function expectDoubleColon(p: Cursor): void {
  p.expect(Token.Colon);
  p.expect(Token.Colon);
}

function parseNames(p: Cursor): Name[] {
  p.advance();
  const names: Name[] = [];
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) {
    names.push(p.expectName("import name"));
    p.accept(Token.Comma);
  }
  p.expect(Token.RightBrace);
  return names;
}
