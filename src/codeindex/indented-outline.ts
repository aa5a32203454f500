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
  return new IndentedReader(text, language).read();
}

class IndentedReader {
  readonly #source: TokenText;
  readonly #language: Language;
  readonly #symbols: FoundSymbol[] = [];
  readonly #calls: FoundCall[] = [];
  /** Bodies around the present line. */
  readonly #scopes: Scope[] = [];

  constructor(text: string, language: Language) {
    const tokens = tokensOf(maskText(text, language));
    this.#source = { text, tokens, pairs: bracketPairs(tokens) };
    this.#language = language;
  }

  read(): FileFacts {
    const { pairs, tokens } = this.#source;
    const imports: FoundImport[] = [];
    const words = new Set<string>();
    let groupEnd = -1;
    let nameEnd = 0;
    for (const [at, token] of tokens.entries()) {
      if (token.indent !== undefined && at > groupEnd && token.text !== ")" && token.text !== "]")
        this.#closeBefore(at, token.indent);
      groupEnd = Math.max(groupEnd, pairs.get(at) ?? -1);
      if (!token.isWord) continue;
      words.add(token.text);
      imports.push(...(importsAt(this.#source, at, this.#language)?.imports ?? []));
      const kind = declaredBy(this.#language, this.#source, at);
      if (kind === undefined) {
        if (at >= nameEnd) this.#call(at, token);
        continue;
      }
      const name = nameBehind(this.#source, at, this.#language);
      if (name === undefined) continue;
      this.#declare(at, kind, name);
      nameEnd = name.end;
    }
    for (const scope of this.#scopes) this.#close(scope, tokens.at(-1)?.line ?? 1);
    return { symbols: this.#symbols, calls: this.#calls, imports, words };
  }

  #close({ symbol: index }: Scope, endLine: number): void {
    const symbol = this.#symbols[index] as FoundSymbol;
    this.#symbols[index] = { ...symbol, endLine: Math.max(symbol.startLine, endLine) };
  }

  #closeBefore(at: number, indent: number): void {
    const { tokens } = this.#source;
    const { line, text: first } = tokens[at] as Token;
    for (let scope = this.#scopes.at(-1); scope !== undefined && scope.indent >= indent; scope = this.#scopes.at(-1)) {
      this.#scopes.pop();
      this.#close(scope, first === "end" && scope.indent === indent ? line : (tokens[at - 1]?.line ?? line));
    }
  }

  #declare(at: number, kind: SymbolKind, name: { readonly text: string; readonly end: number }): void {
    const { text, tokens } = this.#source;
    const { line, start } = tokens[at] as Token;
    const container = this.#container();
    this.#symbols.push({
      name: name.text,
      kind: kind === "function" && container !== undefined ? "method" : kind,
      startLine: line,
      endLine: line,
      signature: signatureOf(text, start, this.#headEnd(name.end, line)),
      container,
      bases: kind === "class" ? this.#basesAt(name.end) : [],
    });
    const isType = kind === "class" || kind === "module";
    this.#scopes.push({ symbol: this.#symbols.length - 1, indent: indentOf(tokens, at), isType });
  }

  /** The type whose body the present line stands in directly. */
  #container(): string | undefined {
    const inner = this.#scopes.at(-1);
    return inner?.isType === true ? this.#symbols[inner.symbol]?.name : undefined;
  }

  /** Behind the parameters, or at the end of the line. */
  #headEnd(from: number, line: number): number {
    const { pairs, tokens } = this.#source;
    const close = tokens[from]?.text === "(" ? pairs.get(from) : undefined;
    if (close !== undefined) return (tokens[close] as Token).start + 1;
    let end = from;
    while (end < tokens.length && tokens[end]?.line === line && tokens[end]?.text !== ":") end++;
    const before = tokens[end - 1] as Token;
    return before.start + before.text.length;
  }

  #basesAt(from: number): readonly string[] {
    const { pairs, tokens } = this.#source;
    const close = tokens[from]?.text === "(" ? pairs.get(from) : undefined;
    const line = tokens[from - 1]?.line;
    const inHead =
      close === undefined
        ? tokens.slice(from, from + 20).filter((token) => tokens[from]?.text === "<" && token.line === line)
        : tokens.slice(from, Math.min(close, from + 40));
    return inHead.filter(({ isWord }) => isWord).map((token) => token.text);
  }

  #call(at: number, token: Token): void {
    const { pairs, tokens } = this.#source;
    if (this.#language.notCalled?.includes(token.text) === true || tokens[at + 1]?.text !== "(") return;
    if (tokens[at + 1]?.start !== token.start + token.text.length || !pairs.has(at + 1)) return;
    const caller = this.#scopes.findLast(({ isType }) => !isType);
    this.#calls.push({ name: token.text, line: token.line, caller: caller?.symbol });
  }
}

/** Blanks before the line that the token is on. */
function indentOf(tokens: readonly Token[], at: number): number {
  let first = at;
  while (first > 0 && (tokens[first] as Token).indent === undefined) first--;
  return (tokens[first] as Token).indent ?? 0;
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
