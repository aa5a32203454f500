import { type FileFacts, type FoundCall, type FoundImport, type FoundSymbol, signatureOf } from "./facts.ts";
import { importsAt } from "./imports.ts";
import type { Language, SymbolKind } from "./language.ts";
import { maskText } from "./mask.ts";
import type { TokenText } from "./statement.ts";
import { bracketPairs, type Token, tokensOf } from "./tokens.ts";

interface Scope {
  readonly symbol: number;
  readonly indent: number;
  readonly isType: boolean;
}

/**
 * What a file of a language that is laid out by indentation declares, calls and imports: Python because it must be, Ruby, Elixir and Lua
 * because they are. A body ends before the first line that is no further in than its head, or with the `end` below the head.
 */
export function indentedFacts(text: string, language: Language): FileFacts {
  const tokens = tokensOf(maskText(text, language));
  const source: TokenText = { text, tokens, pairs: bracketPairs(tokens) };
  const symbols: FoundSymbol[] = [];
  const calls: FoundCall[] = [];
  const imports: FoundImport[] = [];
  const words = new Set<string>();
  const scopes: Scope[] = [];

  const close = (scope: Scope, endLine: number): void => {
    const symbol = symbols[scope.symbol] as FoundSymbol;
    symbols[scope.symbol] = { ...symbol, endLine: Math.max(symbol.startLine, endLine) };
  };
  const closeBefore = (at: number, indent: number): void => {
    const { line, text: first } = tokens[at] as Token;
    for (let scope = scopes.at(-1); scope !== undefined && scope.indent >= indent; scope = scopes.at(-1)) {
      scopes.pop();
      close(scope, first === "end" && scope.indent === indent ? line : (tokens[at - 1]?.line ?? line));
    }
  };

  let groupEnd = -1;
  let nameEnd = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.indent !== undefined && at > groupEnd && token.text !== ")" && token.text !== "]")
      closeBefore(at, token.indent);
    groupEnd = Math.max(groupEnd, source.pairs.get(at) ?? -1);
    if (!token.isWord) continue;
    words.add(token.text);
    const found = importsAt(source, at, language);
    if (found !== undefined) imports.push(...found.imports);
    const kind = declaredBy(language, source, at);
    if (kind !== undefined) {
      const name = nameBehind(source, at, language);
      if (name === undefined) continue;
      declare(at, kind, name);
      nameEnd = name.end;
    } else if (at >= nameEnd) call(at, token);
  }
  for (const scope of scopes) close(scope, tokens.at(-1)?.line ?? 1);
  return { symbols, calls, imports, words };

  function declare(at: number, kind: SymbolKind, name: { readonly text: string; readonly end: number }): void {
    const line = (tokens[at] as Token).line;
    const outer = scopes.findLast(({ isType }) => isType);
    const container = outer === undefined || scopes.at(-1) !== outer ? undefined : symbols[outer.symbol]?.name;
    const head = headEnd(name.end, line);
    const isType = kind === "class" || kind === "module";
    symbols.push({
      name: name.text,
      kind: kind === "function" && container !== undefined ? "method" : kind,
      startLine: line,
      endLine: line,
      signature: signatureOf(text, (tokens[at] as Token).start, head),
      container,
      bases: kind === "class" ? basesAt(name.end) : [],
    });
    scopes.push({ symbol: symbols.length - 1, indent: indentOf(at), isType });
  }

  /** Behind the parameters, or at the end of the line. */
  function headEnd(from: number, line: number): number {
    const close = tokens[from]?.text === "(" ? source.pairs.get(from) : undefined;
    if (close !== undefined) return (tokens[close] as Token).start + 1;
    let end = from;
    while (end < tokens.length && tokens[end]?.line === line && tokens[end]?.text !== ":") end++;
    const before = tokens[end - 1] as Token;
    return before.start + before.text.length;
  }

  /** Blanks before the line that the token is on. */
  function indentOf(at: number): number {
    let first = at;
    while (first > 0 && (tokens[first] as Token).indent === undefined) first--;
    return (tokens[first] as Token).indent ?? 0;
  }

  function basesAt(from: number): readonly string[] {
    const close = tokens[from]?.text === "(" ? source.pairs.get(from) : undefined;
    const line = tokens[from - 1]?.line;
    const inHead =
      close === undefined
        ? tokens.slice(from, from + 20).filter((token) => tokens[from]?.text === "<" && token.line === line)
        : tokens.slice(from, Math.min(close, from + 40));
    return inHead.filter(({ isWord }) => isWord).map((token) => token.text);
  }

  function call(at: number, token: Token): void {
    if (language.notCalled?.includes(token.text) === true || tokens[at + 1]?.text !== "(") return;
    if (tokens[at + 1]?.start !== token.start + token.text.length || !source.pairs.has(at + 1)) return;
    const caller = scopes.findLast(({ isType }) => !isType);
    calls.push({ name: token.text, line: token.line, caller: caller?.symbol });
  }
}

function declaredBy(language: Language, { tokens }: TokenText, at: number): SymbolKind | undefined {
  const token = tokens[at] as Token;
  if (!Object.hasOwn(language.declarers, token.text)) return undefined;
  const kind = language.declarers[token.text];
  if (kind === undefined || kind === "owner") return undefined;
  const previous = tokens[at - 1];
  const isFirst = token.indent !== undefined || previous === undefined;
  const isModified =
    previous !== undefined && ["async", "local", "private", "protected", "public"].includes(previous.text);
  return isFirst || isModified || previous?.text === ";" ? kind : undefined;
}

/** The last part of `self.name`, `M.name` and `M:name`; all of an Elixir module's name. */
function nameBehind(
  { text, tokens }: TokenText,
  at: number,
  language: Language,
): { readonly text: string; readonly end: number } | undefined {
  let end = at + 1;
  if (tokens[end]?.isWord !== true || tokens[end]?.line !== tokens[at]?.line) return undefined;
  while ((tokens[end + 1]?.text === "." || tokens[end + 1]?.text === ":") && tokens[end + 2]?.isWord === true) {
    const isAdjacent = tokens[end + 2]?.start === (tokens[end + 1] as Token).start + 1;
    if (!isAdjacent || tokens[end + 2]?.line !== tokens[at]?.line) break;
    end += 2;
  }
  const name = tokens[end] as Token;
  const from = language.declarers[(tokens[at] as Token).text] === "module" ? (tokens[at + 1] as Token) : name;
  const mark = language.name === "ruby" || language.name === "elixir" ? text[name.start + name.text.length] : undefined;
  const isMarked = mark === "?" || mark === "!";
  return {
    text: text.slice(from.start, name.start + name.text.length + (isMarked ? 1 : 0)),
    end: end + (isMarked ? 2 : 1),
  };
}
