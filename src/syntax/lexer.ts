/**
 * Source text to tokens, in one pass over char codes.
 *
 * L1. Every character is in a token, in a comment, or blank; tokens never overlap and their offsets increase.
 * L2. A string with holes is several tokens (`"a${`, the tokens of the hole, `}b"`), so that what is in a hole is lexed once,
 *     in place, with quotes and braces of its own. `#open` remembers which `}` goes back to string text.
 * L3. Reading never stops early except for nesting beyond the limit: a mistake gives an `Error` token and reading goes on.
 */
import { type Diagnostic, type DiagnosticDefinition, diagnose } from "../diagnostics/index.ts";
import type { Source } from "../text/index.ts";
import { characterAt, characterClass, endOfWord, isDigit, isWordPartAt, WordPart, WordStart } from "./characters.ts";
import { unexpectedCharacter, unexpectedToken, unterminatedComment, unterminatedString } from "./diagnostics.ts";
import { keywordAt } from "./keyword-table.ts";
import { nestingLimit } from "./limits.ts";
import { Token } from "./token.ts";
import { ArrowInside, Escaped, NewlineBefore, TokenList } from "./token-list.ts";

export interface Lexed {
  readonly tokens: TokenList;
  readonly diagnostics: Diagnostic[];
}

export function lex(source: Source): Lexed {
  const lexer = new Lexer(source);
  lexer.run();
  return { tokens: lexer.tokens, diagnostics: lexer.diagnostics };
}

/** What closes an open bracket. A hole's `}` continues a string. */
type Closer = "paren" | "bracket" | "brace" | "hole" | "triple-hole";

interface OpenBracket {
  readonly closer: Closer;
  readonly token: number;
  /** Where the string of a hole starts, for the report that it never ends. */
  readonly stringStart: number;
}

class Lexer {
  readonly tokens: TokenList;
  readonly diagnostics: Diagnostic[] = [];
  readonly #source: Source;
  readonly #text: string;
  #at = 0;
  #flags = NewlineBefore;
  #open: OpenBracket[] = [];
  /** The `(` that the last `)` closed. */
  #closedParen = 0;
  /** End of the line that already had an unexpected character: one report a line is enough. */
  #quietUntil = -1;

  constructor(source: Source) {
    this.#source = source;
    this.#text = source.text;
    this.tokens = new TokenList(source);
  }

  run(): void {
    const text = this.#text;
    this.#start();
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === 32 || code === 9 || code === 13) this.#at++;
      else if (code === 10) {
        this.#flags = NewlineBefore;
        this.#at++;
      } else if (code < 128) this.#ascii(code);
      else this.#word();
    }
    this.#finish();
  }

  /** A byte order mark and a `#!` line may only come first. */
  #start(): void {
    if (this.#text.charCodeAt(0) === 0xfeff) this.#at = 1;
    if (!this.#text.startsWith("#!", this.#at)) return;
    const end = this.#endOfLine(this.#at);
    this.tokens.comments.push({ style: "shebang", start: this.#at, end });
    this.#at = end;
  }

  #finish(): void {
    const hole = this.#open.find((open) => open.closer === "hole" || open.closer === "triple-hole");
    if (hole && !this.tokens.isTruncated) {
      this.#unterminated(hole.stringStart);
      this.tokens.isTruncated = true;
    }
    const end = this.#text.length;
    this.tokens.push(Token.EndOfFile, NewlineBefore, end, end);
  }

  #ascii(code: number): void {
    const kind = characterClass[code] as number;
    if ((kind & WordStart) !== 0) {
      if (code === 114 && this.#text.charCodeAt(this.#at + 1) === 34) this.#rawString();
      else this.#word();
    } else if ((kind & WordPart) !== 0) this.#number();
    else if (code === 34) this.#string();
    else if (code === 47) this.#slash();
    else if (code === 92) this.#joinLines();
    else this.#sign(code);
  }

  #emit(kind: number, end: number, extraFlags = 0): number {
    const index = this.tokens.push(kind, this.#flags | extraFlags, this.#at, end);
    this.#flags = 0;
    this.#at = end;
    return index;
  }

  #report<Facts>(definition: DiagnosticDefinition<Facts>, start: number, end: number, facts: Facts): void {
    this.diagnostics.push(diagnose(definition, this.#source, { start, end }, facts));
  }

  #endOfLine(from: number): number {
    const end = this.#text.indexOf("\n", from);
    return end === -1 ? this.#text.length : end;
  }

  // -------------------------------------------------------------- words and numbers

  #word(): void {
    const text = this.#text;
    const start = this.#at;
    let end = start;
    let code = text.charCodeAt(end);
    while (code < 128 && ((characterClass[code] as number) & WordPart) !== 0) code = text.charCodeAt(++end);
    if (code >= 128) end = endOfWord(text, start);
    if (end === start) this.#badCharacter();
    else this.#emit(keywordAt(text, start, end), end);
  }

  #number(): void {
    const text = this.#text;
    let end = this.#at + 1;
    while (isDigit(text.charCodeAt(end))) end++;
    if (text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1))) {
      end += 2;
      while (isDigit(text.charCodeAt(end))) end++;
      this.#emit(Token.Float, end);
      return;
    }
    const unit = durationUnitAt(text, end);
    this.#emit(unit === 0 ? Token.Int : Token.Duration, end + unit);
  }

  // -------------------------------------------------------------- strings

  #string(): void {
    const text = this.#text;
    const start = this.#at;
    const isTriple = text.charCodeAt(start + 1) === 34 && text.charCodeAt(start + 2) === 34;
    if (isTriple) this.#tripleText(start + 3, Token.TripleString, start);
    else this.#plainText(start + 1, Token.String, start);
  }

  /** Text of a `"…"` from `from` on: to its closing quote, or to the next hole. `whole` is the kind if no hole comes first. */
  #plainText(from: number, whole: number, stringStart: number): void {
    const text = this.#text;
    let flags = 0;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 34) {
        this.#emit(whole, at + 1, flags);
        return;
      }
      if (code === 92) {
        flags = Escaped;
        at++;
        if (text.charCodeAt(at) === 10) break;
      } else if (code === 36 && text.charCodeAt(at + 1) === 123) {
        this.#openHole(whole === Token.String, at + 2, flags, "hole", stringStart);
        return;
      } else if (code === 10) break;
    }
    this.#brokenString(stringStart, this.#endOfLine(this.#at));
  }

  #tripleText(from: number, whole: number, stringStart: number): void {
    const text = this.#text;
    let flags = 0;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 34) {
        if (text.charCodeAt(at + 1) === 34 && text.charCodeAt(at + 2) === 34) {
          this.#emit(whole, at + 3, flags);
          return;
        }
      } else if (code === 92) {
        flags = Escaped;
        if (text.startsWith("${", at + 1)) at += 2;
      } else if (code === 36 && text.charCodeAt(at + 1) === 123) {
        this.#openHole(whole === Token.TripleString, at + 2, flags, "triple-hole", stringStart);
        return;
      }
    }
    this.#brokenString(stringStart, text.length);
    this.tokens.isTruncated = true;
  }

  #openHole(isFirst: boolean, end: number, flags: number, closer: Closer, stringStart: number): void {
    const token = this.#emit(isFirst ? Token.TemplateStart : Token.TemplateMiddle, end, flags);
    this.#push(closer, token, stringStart);
  }

  /** The string never ends: what is left of it is one `Error` token. */
  #brokenString(stringStart: number, end: number): void {
    this.#unterminated(stringStart);
    this.#emit(Token.Error, end);
  }

  #unterminated(stringStart: number): void {
    this.#report(unterminatedString, stringStart, stringStart + 1, undefined);
  }

  #rawString(): void {
    const start = this.#at;
    const lineEnd = this.#endOfLine(start);
    const quote = this.#text.indexOf('"', start + 2);
    if (quote === -1 || quote > lineEnd) this.#brokenString(start, lineEnd);
    else this.#emit(Token.RawString, quote + 1);
  }

  // -------------------------------------------------------------- comments and blanks

  #slash(): void {
    const next = this.#text.charCodeAt(this.#at + 1);
    if (next === 47) this.#lineComment();
    else if (next === 42) this.#blockComment();
    else this.#sign(47);
  }

  #lineComment(): void {
    const start = this.#at;
    const text = this.#text;
    const end = this.#endOfLine(start);
    const isDoc = text.charCodeAt(start + 2) === 47 && text.charCodeAt(start + 3) !== 47;
    const trimmed = text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    this.tokens.comments.push({ style: isDoc ? "doc-line" : "line", start, end: trimmed });
    this.#at = end;
  }

  #blockComment(): void {
    const start = this.#at;
    const text = this.#text;
    let depth = 1;
    let at = start + 2;
    while (at < text.length && depth > 0) {
      const code = text.charCodeAt(at);
      const next = text.charCodeAt(at + 1);
      if (code === 47 && next === 42) {
        depth++;
        at += 2;
      } else if (code === 42 && next === 47) {
        depth--;
        at += 2;
      } else at++;
    }
    if (depth > 0) {
      this.#report(unterminatedComment, start, start + 1, undefined);
      this.tokens.isTruncated = true;
    }
    this.tokens.comments.push({ style: isDocBlock(text, start) ? "doc-block" : "block", start, end: at });
    this.#at = at;
  }

  /** A backslash before a line break makes the next line part of this one. */
  #joinLines(): void {
    const text = this.#text;
    const next = this.#at + (text.charCodeAt(this.#at + 1) === 13 ? 2 : 1);
    if (text.charCodeAt(next) === 10) this.#at = next + 1;
    else this.#badCharacter();
  }

  #badCharacter(): void {
    const character = characterAt(this.#text, this.#at);
    const start = this.#at;
    if (start >= this.#quietUntil) {
      this.#report(unexpectedCharacter, start, start + character.length, { character });
      this.#quietUntil = this.#endOfLine(start);
    }
    this.#emit(Token.Error, start + character.length);
  }

  // -------------------------------------------------------------- signs and brackets

  #sign(code: number): void {
    const text = this.#text;
    const next = text.charCodeAt(this.#at + 1);
    switch (code) {
      case 40:
        return this.#openBracket(Token.LeftParen, "paren");
      case 91:
        return this.#openBracket(Token.LeftBracket, "bracket");
      case 123:
        return this.#openBracket(Token.LeftBrace, "brace");
      case 41:
        return this.#closeBracket(Token.RightParen, "paren");
      case 93:
        return this.#closeBracket(Token.RightBracket, "bracket");
      case 125:
        return this.#closeBrace();
      case 44:
        return this.#one(Token.Comma);
      case 58:
        return this.#one(Token.Colon);
      case 59:
        return this.#one(Token.Semicolon);
      case 64:
        return this.#one(Token.At);
      case 46:
        if (next === 46 && text.charCodeAt(this.#at + 2) === 46) this.#emit(Token.Ellipsis, this.#at + 3);
        else this.#one(Token.Dot);
        return;
      case 63:
        if (next === 63) this.#two(Token.Coalesce);
        else if (next === 46) this.#two(Token.QuestionDot);
        else this.#one(Token.Question);
        return;
      case 124:
        if (next === 62) this.#two(Token.Pipe);
        else if (next === 124) this.#two(Token.Or);
        else this.#one(Token.Bar);
        return;
      case 38:
        return next === 38 ? this.#two(Token.And) : this.#one(Token.Ampersand);
      case 61:
        return next === 61 ? this.#two(Token.Equal) : this.#one(Token.Assign);
      case 33:
        return next === 61 ? this.#two(Token.NotEqual) : this.#one(Token.Not);
      case 60:
        return next === 61 ? this.#two(Token.LessEqual) : this.#one(Token.Less);
      case 62:
        return next === 61 ? this.#two(Token.GreaterEqual) : this.#one(Token.Greater);
      case 43:
        return next === 61 ? this.#two(Token.PlusAssign) : this.#one(Token.Plus);
      case 45:
        if (next === 62) this.#arrow();
        else if (next === 61) this.#two(Token.MinusAssign);
        else this.#one(Token.Minus);
        return;
      case 42:
        if (next === 42) this.#two(Token.Power);
        else if (next === 61) this.#two(Token.StarAssign);
        else this.#one(Token.Star);
        return;
      case 47:
        return next === 61 ? this.#two(Token.SlashAssign) : this.#one(Token.Slash);
      case 37:
        return next === 61 ? this.#two(Token.PercentAssign) : this.#one(Token.Percent);
      default:
        return this.#badCharacter();
    }
  }

  #one(kind: number): void {
    this.#emit(kind, this.#at + 1);
  }

  #two(kind: number): void {
    this.#emit(kind, this.#at + 2);
  }

  #arrow(): void {
    const innermost = this.#open[this.#open.length - 1];
    if (innermost?.closer === "brace" && !this.#followsFunctionType()) {
      this.tokens.flags[innermost.token] = (this.tokens.flags[innermost.token] as number) | ArrowInside;
    }
    this.#two(Token.Arrow);
  }

  /** The arrow of `fn(int) -> int` is the type's. */
  #followsFunctionType(): boolean {
    const { tokens } = this;
    return tokens.kindAt(tokens.count - 1) === Token.RightParen && tokens.kindAt(this.#closedParen - 1) === Token.Fn;
  }

  #openBracket(kind: number, closer: Closer): void {
    const token = this.#emit(kind, this.#at + 1);
    this.#push(closer, token, -1);
  }

  #push(closer: Closer, token: number, stringStart: number): void {
    this.#open.push({ closer, token, stringStart });
    if (this.#open.length <= nestingLimit) return;
    const start = this.tokens.starts[token] as number;
    const facts = {
      expected: `parser nesting depth within ${nestingLimit} levels`,
      found: "source nesting depth exceeded",
    };
    this.#report(unexpectedToken, start, this.#at, facts);
    this.tokens.kinds[token] = Token.Error;
    this.tokens.isTruncated = true;
    this.#at = this.#text.length;
  }

  /** A closer that fits nothing open is left to the parser to complain about. */
  #closeBracket(kind: number, closer: Closer): void {
    const open = this.#open;
    if (open[open.length - 1]?.closer === closer) this.#closedParen = open.pop()?.token ?? 0;
    else if (open[open.length - 2]?.closer === closer && isRound(open[open.length - 1])) open.length -= 2;
    this.#one(kind);
  }

  /** A brace also closes the round and square brackets forgotten before it. */
  #closeBrace(): void {
    const open = this.#open;
    while (isRound(open[open.length - 1])) open.pop();
    const closed = open.pop();
    if (closed?.closer === "hole") this.#plainText(this.#at + 1, Token.TemplateEnd, closed.stringStart);
    else if (closed?.closer === "triple-hole") this.#tripleText(this.#at + 1, Token.TemplateEnd, closed.stringStart);
    else this.#one(Token.RightBrace);
  }
}

function isRound(open: OpenBracket | undefined): boolean {
  return open?.closer === "paren" || open?.closer === "bracket";
}

/** `/**` opens a doc comment; `/**\/` is empty and `/***` is decoration. */
function isDocBlock(text: string, start: number): boolean {
  const next = text.charCodeAt(start + 3);
  return text.charCodeAt(start + 2) === 42 && next !== 47 && next !== 42;
}

/** Length of the duration unit at an offset, 0 if the digits before it are a plain number. */
function durationUnitAt(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case 109: {
      const length = text.charCodeAt(at + 1) === 115 ? 2 : 1;
      return isWordPartAt(text, at + length) ? 0 : length;
    }
    case 115:
    case 104:
    case 100:
    case 119:
      return isWordPartAt(text, at + 1) ? 0 : 1;
    default:
      return 0;
  }
}
