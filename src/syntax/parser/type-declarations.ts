/**
 * Declarations of types.
 *
 *     type      = "type" name [type params] "=" type
 *     enum      = "enum" name [type params] "{" (name ["(" params ")"] [","])* "}"
 *     struct    = "struct" name [type params] "{" (name ["?"] [":" type] [","])* "}"
 *     interface = "interface" name [type params] "{" ("type" name ["=" type] | "fn" name [type params] "(" params ")" ["->" type])* "}"
 */
import type {
  AssociatedType,
  EnumDeclaration,
  EnumVariant,
  InterfaceDeclaration,
  InterfaceMethod,
  StructDeclaration,
  StructField,
  TypeDeclaration,
} from "../ast.ts";
import { Token } from "../token.ts";
import { parseParenthesizedParameters } from "./collections.ts";
import type { Cursor } from "./cursor.ts";
import { type DeclarationHead, declared } from "./declaration-head.ts";
import { parseAnnotation, parseAssociatedType, parseReturnType, parseType, parseTypeParameters } from "./types.ts";

export function parseTypeDeclaration(p: Cursor, head: DeclarationHead): TypeDeclaration {
  p.advance();
  const name = p.expectName("type name");
  const typeParameters = parseTypeParameters(p);
  p.expect(Token.Assign);
  const type = parseType(p);
  return { kind: "type", ...declared(head, p.previousEnd), name, typeParameters, type };
}

export function parseEnum(p: Cursor, head: DeclarationHead): EnumDeclaration {
  p.advance();
  const name = p.expectName("enum name");
  const typeParameters = parseTypeParameters(p);
  const variants = parseMembers(p, parseVariant);
  return { kind: "enum", ...declared(head, p.previousEnd), name, typeParameters, variants };
}

/** `{`, members with optional commas between them, `}`. */
function parseMembers<T>(p: Cursor, member: (p: Cursor) => T): T[] {
  const members: T[] = [];
  p.expect(Token.LeftBrace);
  while (p.kind !== Token.RightBrace && p.kind !== Token.EndOfFile) {
    members.push(member(p));
    if (!p.accept(Token.Comma)) p.accept(Token.Semicolon);
  }
  p.expect(Token.RightBrace);
  return members;
}

function parseVariant(p: Cursor): EnumVariant {
  const name = p.expectName("variant name");
  const hasFields = p.kind === Token.LeftParen && !p.startsLine;
  if (hasFields) p.advance();
  const fields = hasFields ? parseParenthesizedParameters(p) : [];
  return { span: p.spanFrom(name.span.start), name, fields };
}

export function parseStructDeclaration(p: Cursor, head: DeclarationHead): StructDeclaration {
  p.advance();
  const name = p.expectName("struct name");
  const typeParameters = parseTypeParameters(p);
  const fields = parseMembers(p, parseStructField);
  return { kind: "struct", ...declared(head, p.previousEnd), name, typeParameters, fields };
}

function parseStructField(p: Cursor): StructField {
  const name = p.expectName("field name");
  const isOptional = p.accept(Token.Question);
  const type = parseAnnotation(p);
  const span = p.spanFrom(name.span.start);
  return type ? { span, name, isOptional, type } : { span, name, isOptional };
}

export function parseInterface(p: Cursor, head: DeclarationHead): InterfaceDeclaration {
  p.advance();
  const name = p.expectName("interface name");
  const typeParameters = parseTypeParameters(p);
  const associatedTypes: AssociatedType[] = [];
  const methods: InterfaceMethod[] = [];
  parseMembers(p, () => {
    if (p.kind === Token.Type) associatedTypes.push(parseAssociatedType(p));
    else methods.push(parseInterfaceMethod(p));
  });
  return { kind: "interface", ...declared(head, p.previousEnd), name, typeParameters, associatedTypes, methods };
}

function parseInterfaceMethod(p: Cursor): InterfaceMethod {
  const start = p.start;
  p.expect(Token.Fn);
  const name = p.expectName("method name");
  const typeParameters = parseTypeParameters(p);
  p.expect(Token.LeftParen);
  const params = parseParenthesizedParameters(p);
  const returns = parseReturnType(p);
  const span = p.spanFrom(start);
  return returns ? { span, name, typeParameters, params, returns } : { span, name, typeParameters, params };
}
