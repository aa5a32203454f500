/** Commas at the end of lists, and parentheses around one token: what the formatter would write otherwise. */
import { type Expression, type ImportDeclaration, Token, type TokenList } from "../../syntax/index.ts";
import { type Finding, type LintFile, type Rule, warning } from "../rule.ts";
import type { TreeNode } from "../tree.ts";

/** Where the bracket of a list closes, or undefined where the construct has no list. */
function closingOffset(node: TreeNode, file: LintFile): number | undefined {
  switch (node.kind) {
    case "list":
    case "dict":
      return node.span.end - 1;
    case "struct":
      return "entries" in node ? node.span.end - 1 : undefined;
    case "call":
    case "method-call":
      return node.span.end - 1;
    case "import":
      return importBrace(node, file);
    default:
      return undefined;
  }
}

function importBrace({ names, form, span }: ImportDeclaration, { module }: LintFile): number | undefined {
  const last = names?.at(-1);
  if (last === undefined || form === "path") return undefined;
  const at = module.source.text.indexOf("}", last.span.end);
  return at < 0 || at >= span.end ? undefined : at;
}

function* trailingCommas(file: LintFile): Iterable<Finding> {
  const { tree, tokens, module } = file;
  const { lines } = module.source;
  for (const node of tree.of("list", "dict", "struct", "call", "method-call", "import")) {
    const offset = closingOffset(node, file);
    const closing = offset === undefined ? undefined : tokens.indexAt(offset);
    const opening = closing === undefined ? undefined : tokens.partnerOf(closing);
    if (closing === undefined || opening === undefined || closing === opening + 1) continue;
    const { list } = tokens;
    const last = closing - 1;
    const isSpread = lines.lineAt(startOf(list, opening)) !== lines.lineAt(startOf(list, closing));
    const hasComma = list.kindAt(last) === Token.Comma;
    if (isSpread && !hasComma) {
      const end = list.ends[last] as number;
      yield {
        span: { start: end, end },
        message: "multiline comma-separated list is missing a trailing comma",
        hint: "add a trailing comma after the last item",
        fix: [{ span: { start: end, end }, text: "," }],
      };
    } else if (!isSpread && hasComma) {
      const span = { start: startOf(list, last), end: list.ends[last] as number };
      yield {
        span,
        message: "single-line comma-separated list has a trailing comma",
        hint: "remove the trailing comma",
        fix: [{ span: { ...span, end: pastBlanks(file, span.end, startOf(list, closing)) }, text: "" }],
      };
    }
  }
}

function startOf(list: TokenList, index: number): number {
  return list.starts[index] as number;
}

/** The blanks after a comma go with it, except those inside the braces of an import. */
function pastBlanks({ module }: LintFile, from: number, closing: number): number {
  const { text } = module.source;
  return text[closing] === "}" || text.slice(from, closing).trim() !== "" ? from : closing;
}

const single: readonly Expression["kind"][] = [
  "nil",
  "bool",
  "int",
  "float",
  "duration",
  "string",
  "interpolation",
  "name",
];

function* unnecessaryParentheses({ tree, tokens, module }: LintFile): Iterable<Finding> {
  for (const node of tree.of(...(single as "name"[]))) {
    const first = tokens.indexAt(node.span.start);
    if (first === undefined) continue;
    const opening = first - 1;
    const closing = tokens.list.kindAt(opening) === Token.LeftParen ? tokens.partnerOf(opening) : undefined;
    if (closing === undefined || (tokens.list.ends[closing - 1] as number) !== node.span.end) continue;
    if (tokens.opensArguments(opening)) continue;
    // `(f)(1)` is not the call `f(1)` to everyone who reads it.
    if (tokens.list.kindAt(closing + 1) === Token.LeftParen) continue;
    const span = { start: startOf(tokens.list, opening), end: tokens.list.ends[closing] as number };
    const { text } = module.source;
    const around = text.slice(span.start + 1, node.span.start) + text.slice(node.span.end, span.end - 1);
    if (around.trim() !== "") continue;
    yield {
      span,
      message: "unnecessary parentheses around a single value",
      hint: "remove the parentheses",
      fix: [{ span, text: spaced(text, span, text.slice(node.span.start, node.span.end)) }],
    };
  }
}

/** `return(x)` needs a blank once its parentheses are gone. */
function spaced(text: string, { start, end }: { start: number; end: number }, value: string): string {
  const isWord = (letter: string | undefined): boolean => letter !== undefined && /[\p{L}\p{N}_]/u.test(letter);
  return `${isWord(text[start - 1]) ? " " : ""}${value}${isWord(text[end]) ? " " : ""}`;
}

export const punctuationRules: readonly Rule[] = [
  warning("HARN-LNT-042", "trailing-comma", trailingCommas),
  warning("HARN-LNT-043", "unnecessary-parentheses", unnecessaryParentheses),
];
