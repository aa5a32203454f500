/**
 * Where the parser stands in a token list, and how it fails.
 *
 * C1. `kind`, `start`, `end` and `startsLine` describe the current token. They are fields that `advance` fills, since nearly
 *     every decision reads one of them.
 * C2. A production that cannot go on calls `fail`, which records the finding and throws `ParseFailure`; the nearest statement
 *     list catches it and resumes at the next statement. Nothing else throws, and nothing escapes `parse`.
 * C3. A finding is recorded once per place: an `Error` token has been reported by the lexer, and a truncated text has too.
 */
import { type Diagnostic, diagnose } from "../../diagnostics/index.ts";
import type { Source, Span } from "../../text/index.ts";
import type { Block, Expression, Name, Statement } from "../ast.ts";
import { unexpectedEnd, unexpectedToken } from "../diagnostics.ts";
import { nestingLimit, treeHeightLimit } from "../limits.ts";
import { dedent, unescapePlain } from "../string-text.ts";
import { isKeyword, isWord, punctuation, Token } from "../token.ts";
import { NewlineBefore, type TokenList } from "../token-list.ts";
import { describeToken } from "./found-text.ts";
import { ListStack } from "./list-stack.ts";

/**
 * The productions that others reach upwards for. They come with the cursor because the files of a grammar would import each
 * other in circles otherwise.
 */
export interface Grammar {
  readonly expression: (p: Cursor) => Expression;
  /** An expression whose `{` belongs to the construct around it. */
  readonly header: (p: Cursor) => Expression;
  readonly primary: (p: Cursor) => Expression;
  /** `{ … }` as statements. */
  readonly block: (p: Cursor) => Block;
  /** Statements up to a `}`, which stays. */
  readonly statements: (p: Cursor) => Block;
  readonly statement: (p: Cursor) => Statement;
}

/** Inside brackets, or at the start of a statement. */
export const Plain = 0;
/** In the header of `if`, `while`, `match` …, where `{` after a word opens the body. */
export const InHeader = 1;
/** In a branch of a ternary, whose `:` has yet to come. */
export const AwaitsColon = 2;

/** Thrown, never created anew: unwinding costs nothing but the unwinding. */
export class ParseFailure extends Error {}

const failure = new ParseFailure("a finding has been recorded");

export class Cursor {
  readonly source: Source;
  readonly text: string;
  readonly tokens: TokenList;
  readonly diagnostics: Diagnostic[];
  readonly grammar: Grammar;
  readonly lists = new ListStack();
  index = 0;
  kind: number;
  start: number;
  end: number;
  /** Is the current token the first on its line? */
  startsLine = true;
  /** Where the last consumed token ends. */
  previousEnd = 0;
  /** Height of the tallest expression that ended since the enclosing production reset it. */
  height = 0;
  /** Operators and headers open at this place that nest without brackets. */
  recursion = 0;
  /** What surrounds this place within the innermost brackets: `Plain`, or a sum of `InHeader` and `AwaitsColon`s. */
  context = Plain;

  constructor(tokens: TokenList, diagnostics: Diagnostic[], grammar: Grammar) {
    this.source = tokens.source;
    this.text = tokens.source.text;
    this.tokens = tokens;
    this.diagnostics = diagnostics;
    this.grammar = grammar;
    this.kind = tokens.kindAt(0);
    this.start = tokens.starts[0] as number;
    this.end = tokens.ends[0] as number;
  }

  kindAt(offset: number): number {
    return this.tokens.kindAt(this.index + offset);
  }

  startsLineAt(offset: number): boolean {
    return this.tokens.startsLine(this.index + offset);
  }

  advance(): void {
    const { tokens } = this;
    this.previousEnd = this.end;
    const index = this.index < tokens.count - 1 ? this.index + 1 : this.index;
    this.index = index;
    this.kind = tokens.kinds[index] as number;
    this.start = tokens.starts[index] as number;
    this.end = tokens.ends[index] as number;
    this.startsLine = ((tokens.flags[index] as number) & NewlineBefore) !== 0;
  }

  accept(kind: number): boolean {
    if (this.kind !== kind) return false;
    this.advance();
    return true;
  }

  /** Consumes punctuation or a keyword. */
  expect(kind: number): void {
    if (this.kind === kind) this.advance();
    else this.fail(punctuation[kind] ?? "token");
  }

  /** The span of the text from an offset to the end of the last consumed token. */
  spanFrom(start: number): Span {
    return { start, end: this.previousEnd };
  }

  /** The span of the current token. */
  currentSpan(): Span {
    return { start: this.start, end: this.end };
  }

  currentText(): string {
    return this.text.slice(this.start, this.end);
  }

  /** Is the current token this word, which is a keyword nowhere else? */
  isWord(word: string): boolean {
    return this.kind === Token.Identifier && this.isText(this.index, word);
  }

  isWordAt(offset: number, word: string): boolean {
    return this.kindAt(offset) === Token.Identifier && this.isText(this.index + offset, word);
  }

  private isText(index: number, word: string): boolean {
    const start = this.tokens.starts[index] as number;
    return (this.tokens.ends[index] as number) - start === word.length && this.text.startsWith(word, start);
  }

  acceptWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.advance();
    return true;
  }

  /** A name that is not a keyword. */
  expectName(expected: string): Name {
    if (this.kind !== Token.Identifier) this.failAtName(expected);
    return this.takeWord();
  }

  /** A name where keywords are plain names too. */
  expectWord(expected: string): Name {
    if (!isWord(this.kind)) this.fail(expected);
    return this.takeWord();
  }

  takeWord(): Name {
    const start = this.start;
    const end = this.end;
    this.advance();
    return { text: this.text.slice(start, end), span: { start, end } };
  }

  /** At a string without holes. */
  atString(): boolean {
    return this.kind === Token.String || this.kind === Token.RawString || this.kind === Token.TripleString;
  }

  /** The value of a string without holes. */
  takeString(): string {
    const { kind } = this;
    const text = this.currentText();
    this.advance();
    if (kind === Token.RawString) return text.slice(2, -1);
    return kind === Token.TripleString ? dedent([text.slice(3, -3)]).join("") : unescapePlain(text.slice(1, -1));
  }

  fail(expected: string): never {
    this.record(expected);
    throw failure;
  }

  private failAtName(expected: string): never {
    if (!isKeyword(this.kind)) this.fail(expected);
    return this.failWith(expected, `'${this.currentText()}' (reserved keyword)`, this.currentSpan());
  }

  failWith(expected: string, found: string, span: Span): never {
    return this.failWithDiagnostic(diagnose(unexpectedToken, this.source, span, { expected, found }));
  }

  failWithDiagnostic(diagnostic: Diagnostic): never {
    this.diagnostics.push(diagnostic);
    throw failure;
  }

  /** Records that the current token is not what is wanted, and goes on. */
  record(expected: string): void {
    if (this.kind === Token.Error) return;
    const span = this.currentSpan();
    if (this.kind === Token.EndOfFile) {
      if (this.tokens.isTruncated) return;
      this.diagnostics.push(diagnose(unexpectedEnd, this.source, span, { expected }));
      return;
    }
    const found = describeToken(this.tokens, this.index);
    this.diagnostics.push(diagnose(unexpectedToken, this.source, span, { expected, found }));
  }

  /** Notes one more open operator or header; the caller takes it back with `recursion--`. */
  descend(what: string): void {
    if (++this.recursion > nestingLimit) {
      const expected = `parser nesting depth within ${nestingLimit} levels`;
      this.failWith(expected, `${what} nesting depth exceeded`, this.currentSpan());
    }
  }

  /** Notes that a node, which starts at an offset, now stands on top of the tallest expression below it. */
  raise(start: number): void {
    if (++this.height <= treeHeightLimit) return;
    const expected = `expression of at most ${treeHeightLimit} chained operations`;
    this.failWith(expected, "a longer chain", { start, end: this.previousEnd });
  }
}

/** Runs a production inside brackets, where neither a header nor a ternary outside of them matters. */
export function unheaded<T>(p: Cursor, production: (p: Cursor) => T): T {
  const outer = p.context;
  p.context = Plain;
  const result = production(p);
  p.context = outer;
  return result;
}
