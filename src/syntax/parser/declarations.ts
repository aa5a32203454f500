/**
 * Declarations: what attributes and `pub` may stand before.
 *
 *     declaration = attribute* ["pub"] (import | pipeline | fn | tool | skill | eval_pack | type | enum | struct | impl | interface)
 */
import type { Declaration } from "../ast.ts";
import { docAbove } from "../doc-comment.ts";
import { Token } from "../token.ts";
import { parseEvalPack, parseSkill, parseTool } from "./agent-declarations.ts";
import { parseAttributes } from "./attributes.ts";
import type { Cursor } from "./cursor.ts";
import type { DeclarationHead } from "./declaration-head.ts";
import { parseFunction, parseImpl, parseOverride, parsePipeline, startsGenerator } from "./functions.ts";
import { parseImport } from "./imports.ts";
import { parseEnum, parseInterface, parseStructDeclaration, parseTypeDeclaration } from "./type-declarations.ts";

export function startsDeclaration(p: Cursor): boolean {
  switch (p.kind) {
    case Token.At:
    case Token.Pub:
    case Token.Import:
    case Token.Pipeline:
    case Token.Override:
    case Token.Tool:
    case Token.Skill:
    case Token.EvalPack:
    case Token.Type:
    case Token.Enum:
    case Token.Struct:
    case Token.Impl:
    case Token.Interface:
      return true;
    case Token.Fn:
      // `fn (` is a closure that nobody binds.
      return p.kindAt(1) !== Token.LeftParen;
    case Token.Identifier:
      return startsGenerator(p);
    default:
      return false;
  }
}

export function parseDeclaration(p: Cursor, isTopLevel: boolean): Declaration {
  const start = p.start;
  const attributes = parseAttributes(p);
  const keyword = p.start;
  const isPublic = p.accept(Token.Pub);
  if (isPublic && !mayBePublic(p)) {
    p.fail("fn, tool, skill, eval_pack, struct, enum, pipeline, or import after pub");
  }
  if (attributes.length > 0 && !mayHaveAttributes(p)) rejectAttributes(p);
  const doc = docAbove(p.tokens, start) ?? (keyword === start ? undefined : docAbove(p.tokens, keyword));
  return parseKeyword(p, { start, attributes, isPublic, ...(doc === undefined ? {} : { doc }) }, isTopLevel);
}

function mayBePublic(p: Cursor): boolean {
  switch (p.kind) {
    case Token.Fn:
    case Token.Tool:
    case Token.Skill:
    case Token.EvalPack:
    case Token.Struct:
    case Token.Enum:
    case Token.Pipeline:
    case Token.Import:
      return true;
    default:
      return startsGenerator(p);
  }
}

/** Attributes have been read, so whatever follows is a declaration or a mistake. */
function mayHaveAttributes(p: Cursor): boolean {
  return startsDeclaration(p) && p.kind !== Token.Import && p.kind !== Token.Override && p.kind !== Token.Pub;
}

function rejectAttributes(p: Cursor): never {
  const expected = "fn/tool/skill/eval_pack/pipeline/struct/enum/type/interface/impl declaration after `@attr`";
  if (p.kind === Token.EndOfFile || p.kind === Token.Error) p.fail(expected);
  return p.failWith(expected, "non-declaration statement", { start: p.start, end: p.end });
}

function parseKeyword(p: Cursor, head: DeclarationHead, isTopLevel: boolean): Declaration {
  switch (p.kind) {
    case Token.Import:
      if (!isTopLevel) rejectNested(p, "import");
      return parseImport(p, head);
    case Token.Pipeline:
      if (!isTopLevel) rejectNested(p, "pipeline");
      return parsePipeline(p, head);
    case Token.Override:
      return parseOverride(p, head);
    case Token.Tool:
      return parseTool(p, head);
    case Token.Skill:
      return parseSkill(p, head);
    case Token.EvalPack:
      return parseEvalPack(p, head);
    case Token.Type:
      return parseTypeDeclaration(p, head);
    case Token.Enum:
      return parseEnum(p, head);
    case Token.Struct:
      return parseStructDeclaration(p, head);
    case Token.Impl:
      return parseImpl(p, head);
    case Token.Interface:
      return parseInterface(p, head);
    default:
      return parseFunction(p, head);
  }
}

function rejectNested(p: Cursor, what: string): never {
  return p.failWith("statement", `${what}, which stands at the top level only`, { start: p.start, end: p.end });
}
