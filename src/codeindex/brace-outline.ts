import { type FileFacts, type FoundCall, type FoundImport, type FoundSymbol, signatureOf } from "./facts.ts";
import { importsAt } from "./imports.ts";
import type { Language, SymbolKind } from "./language.ts";
import { maskText } from "./mask.ts";
import { after, bodyOf, endsBefore, isArrow, statementEnd, type TokenText } from "./statement.ts";
import { bracketPairs, type Token, tokensOf } from "./tokens.ts";

/** What a file of a language with braces declares, calls and imports. Each token is looked at a few times, whatever the file holds. */
export function braceFacts(text: string, language: Language): FileFacts {
  const tokens = tokensOf(maskText(text, language));
  return new BraceReader({ text, tokens, pairs: bracketPairs(tokens) }, language).read();
}

interface Scope {
  readonly symbol: number | undefined;
  /** The type that members of this scope belong to. */
  readonly owner: string | undefined;
  readonly closesAt: number;
}

const typeKinds: ReadonlySet<SymbolKind> = new Set(["class", "struct", "enum", "interface", "protocol", "type"]);

class BraceReader {
  readonly #source: TokenText;
  readonly #language: Language;
  readonly #symbols: FoundSymbol[] = [];
  readonly #calls: FoundCall[] = [];
  readonly #imports: FoundImport[] = [];
  readonly #scopes: Scope[] = [];
  /** Scopes by the token that opens them. */
  readonly #bodies = new Map<number, Scope>();

  constructor(source: TokenText, language: Language) {
    this.#source = source;
    this.#language = language;
  }

  read(): FileFacts {
    const { tokens } = this.#source;
    const words = new Set<string>();
    for (let at = 0; at < tokens.length; at++) {
      while (this.#scopes.length > 0 && (this.#scopes.at(-1) as Scope).closesAt <= at) this.#scopes.pop();
      const body = this.#bodies.get(at);
      if (body !== undefined) this.#scopes.push(body);
      const token = tokens[at] as Token;
      if (!token.isWord) continue;
      words.add(token.text);
      at = this.#word(at, token);
    }
    return { symbols: this.#symbols, calls: this.#calls, imports: this.#imports, words };
  }

  #word(at: number, token: Token): number {
    const { tokens } = this.#source;
    const previous = tokens[at - 1]?.text;
    const found = importsAt(this.#source, at, this.#language);
    if (found !== undefined) {
      this.#imports.push(...found.imports);
      if (found.isWhole) return found.end - 1;
    }
    if (token.text === "define" && previous === "#") return this.#macro(at);
    const declared = this.#language.declarers[token.text];
    if (declared !== undefined && previous !== "." && Object.hasOwn(this.#language.declarers, token.text)) {
      if (declared === "owner") return this.#extension(at);
      const next = this.#declaration(at, declared);
      if (next !== undefined) return next;
    }
    if (this.#bareFunction(at) || this.#assigned(at)) return at;
    this.#call(at, token);
    return at;
  }

  /** `impl Trait for Type {`, `extension Type {`: members of a type that is declared elsewhere. */
  #extension(at: number): number {
    const body = bodyOf(this.#source, at + 1);
    if (body === undefined) return at;
    const names = this.#source.tokens.slice(at + 1, Math.min(body, at + 60)).filter(({ isWord }) => isWord);
    this.#open(body, undefined, names[names.findIndex(({ text }) => text === "for") + 1]?.text);
    return at;
  }

  /** `kind` is what the word declares; where no name follows, it declares nothing. */
  #declaration(at: number, kind: SymbolKind): number | undefined {
    const { tokens } = this.#source;
    const word = (tokens[at] as Token).text;
    if (word === "typedef") return this.#typedef(at);
    let nameAt = at + 1;
    if (tokens[nameAt]?.text === "*" || (word === "macro_rules" && tokens[nameAt]?.text === "!")) nameAt++;
    let owner: string | undefined;
    if (word === "func" && tokens[nameAt]?.text === "(") {
      const close = this.#source.pairs.get(nameAt);
      if (close === undefined) return undefined;
      owner = tokens.slice(nameAt, close).findLast(({ isWord }) => isWord)?.text;
      nameAt = close + 1;
    }
    // Scala's companion objects and Kotlin's extension functions: `fun List<A>.first()`.
    if (word === "fun") nameAt = this.#lastOfPath(nameAt);
    const name = tokens[nameAt];
    if (name === undefined || !name.isWord || this.#language.declarers[name.text] === "owner") return undefined;
    if (kind === "variable") return this.#variable(at, nameAt);
    if (kind === "module") {
      this.#add({ at, nameAt, kind, to: nameAt + 1, end: nameAt });
      return nameAt;
    }
    if (word === "type" && !this.#isTypeName(nameAt)) return undefined;
    const isFunction = kind === "function";
    const parameters = isFunction || kind === "class" ? this.#parametersOf(nameAt) : undefined;
    if (isFunction && parameters === undefined && this.#language.name !== "scala" && word !== "function")
      return undefined;
    const from = parameters === undefined ? nameAt + 1 : after(this.#source, parameters);
    const body = word === "type" ? this.#typeBody(nameAt) : bodyOf(this.#source, from);
    // A declaration before its definition (an overload, a prototype), and `struct x y;` in C.
    if (body === undefined && ((isFunction && word === "function") || this.#isOnlyUse(word))) return undefined;
    const end = body === undefined ? Math.max(from, statementEnd(this.#source, from)) - 1 : this.#closeOf(body);
    const shownTo =
      isFunction && parameters !== undefined
        ? after(this.#source, parameters)
        : (body ?? statementEnd(this.#source, from));
    const symbol = this.#add({ at, nameAt, kind, to: this.#isEarlier(word) ? nameAt + 1 : shownTo, end, owner });
    if (body !== undefined) this.#open(body, symbol, typeKinds.has(kind) ? name.text : owner);
    else if (isFunction) this.#bodies.set(from, this.#scope(symbol, end + 1, owner));
    return nameAt;
  }

  /** Types whose equals sign, or whose body, would say too much. */
  #isEarlier(word: string): boolean {
    return word === "type" && this.#language.name !== "go";
  }

  #isOnlyUse(word: string): boolean {
    return (this.#language.name === "c" || this.#language.name === "cpp") && word !== "function";
  }

  #isTypeName(nameAt: number): boolean {
    if (this.#language.name === "go") return true;
    const next = this.#source.tokens[nameAt + 1]?.text;
    return next === "=" || next === "<" || next === "[" || next === ":" || next === ";";
  }

  /** Go's `type S struct {`. */
  #typeBody(nameAt: number): number | undefined {
    if (this.#language.name !== "go") return undefined;
    const { tokens } = this.#source;
    return tokens[nameAt + 2]?.text === "{" && tokens[nameAt + 2]?.line === tokens[nameAt]?.line
      ? nameAt + 2
      : undefined;
  }

  #lastOfPath(from: number): number {
    const { tokens } = this.#source;
    let at = from;
    while (at < from + 20 && tokens[at]?.text !== "(" && tokens[at] !== undefined) at++;
    return tokens[at]?.text === "(" && tokens[at - 1]?.isWord ? at - 1 : from;
  }

  /** Where the parameters open, behind type parameters if there are some. */
  #parametersOf(nameAt: number): number | undefined {
    const { tokens } = this.#source;
    let at = nameAt + 1;
    if (tokens[at]?.text === "<") {
      const last = Math.min(tokens.length, at + 60);
      let depth = 0;
      for (; at < last; at++) {
        const text = tokens[at]?.text;
        if (text === "<") depth++;
        else if (text === ">" && --depth === 0) break;
      }
      at++;
    } else if (tokens[at]?.text === "[") at = after(this.#source, at);
    return tokens[at]?.text === "(" && this.#source.pairs.has(at) ? at : undefined;
  }

  #typedef(at: number): number | undefined {
    const { tokens } = this.#source;
    const end = statementEnd(this.#source, at + 1);
    const name = tokens[end - 1];
    if (name === undefined || !name.isWord || end - 1 <= at) return undefined;
    const line = (tokens[at] as Token).line;
    this.#symbols.push({
      name: name.text,
      kind: "type",
      startLine: line,
      endLine: name.line,
      signature: `typedef ${name.text}`,
      container: undefined,
      bases: [],
    });
    return undefined;
  }

  #macro(at: number): number {
    const { tokens } = this.#source;
    const line = (tokens[at] as Token).line;
    const name = tokens[at + 1];
    const open = tokens[at + 2];
    if (name?.isWord && open?.text === "(" && open.start === name.start + name.text.length)
      this.#add({ at, nameAt: at + 1, kind: "macro", to: after(this.#source, at + 2), end: at + 1 });
    let next = at;
    while (tokens[next + 1]?.line === line) next++;
    return next;
  }

  /** A module's variable, or a function that one is set to. */
  #variable(at: number, nameAt: number): number | undefined {
    const { text, tokens } = this.#source;
    const value = this.#functionValue(nameAt + 1);
    if (value === undefined && this.#scopes.length > 0) return undefined;
    const end = statementEnd(this.#source, nameAt);
    const word = (tokens[at] as Token).text;
    const name = tokens[nameAt] as Token;
    if (value === undefined) {
      const stop = tokens[end]?.text === ";" ? (tokens[end] as Token).start + 1 : behind(tokens[end - 1] as Token);
      this.#push(nameAt, "variable", signatureOf(text, (tokens[at] as Token).start, stop), at, end - 1, undefined);
      return nameAt;
    }
    const shown = value.isArrow ? `${word} ${name.text} = (...) =>` : `${word} ${name.text} = function`;
    const symbol = this.#push(nameAt, "function", shown, at, end - 1, undefined);
    this.#bodies.set(value.at, this.#scope(symbol, end, undefined));
    return nameAt;
  }

  /** Behind `=`: a function, or parameters and an arrow. */
  #functionValue(from: number): { readonly at: number; readonly isArrow: boolean } | undefined {
    const { tokens } = this.#source;
    let at = from;
    const last = Math.min(tokens.length, from + 40);
    while (at < last && tokens[at]?.text !== "=" && !endsBefore(this.#source, at)) at = after(this.#source, at);
    if (tokens[at]?.text !== "=") return undefined;
    at++;
    if (tokens[at]?.text === "async") at++;
    if (tokens[at]?.text === "function") return { at, isArrow: false };
    const opens = tokens[at]?.text === "<" ? this.#parametersOf(at - 1) : at;
    if (opens === undefined) return undefined;
    let next = after(this.#source, opens);
    const limit = Math.min(tokens.length, next + 20);
    if (tokens[next]?.text === ":") while (next < limit && !isArrow(tokens, next)) next = after(this.#source, next);
    return isArrow(tokens, next) ? { at: next, isArrow: true } : undefined;
  }

  /** R: `name <- function(…)`, Zig: `const Name = struct {`. */
  #assigned(at: number): boolean {
    const { tokens } = this.#source;
    const name = tokens[at] as Token;
    if (this.#language.name === "r" && tokens[at + 1]?.text === "<" && tokens[at + 2]?.text === "-") {
      if (tokens[at + 3]?.text !== "function") return false;
      const end = statementEnd(this.#source, at + 3);
      const parameters = after(this.#source, at + 4);
      const symbol = this.#add({ at, nameAt: at, kind: "function", to: parameters, end: end - 1 });
      this.#bodies.set(parameters, this.#scope(symbol, end, undefined));
      return true;
    }
    if (this.#language.name !== "zig" || tokens[at - 1]?.text !== "const" || tokens[at + 1]?.text !== "=") return false;
    const kind = tokens[at + 2]?.text;
    const body = kind === "struct" || kind === "enum" || kind === "union" ? bodyOf(this.#source, at + 3) : undefined;
    if (body === undefined) return false;
    const symbol = this.#add({
      at: at - 1,
      nameAt: at,
      kind: kind === "enum" ? "enum" : "struct",
      to: at + 3,
      end: this.#closeOf(body),
    });
    this.#open(body, symbol, name.text);
    return true;
  }

  /** `name(…) {` without a word before it that says what it is. */
  #bareFunction(at: number): boolean {
    const { tokens, pairs } = this.#source;
    const { bareFunctions, name: language } = this.#language;
    const name = tokens[at] as Token;
    if (bareFunctions === undefined || tokens[at + 1]?.text !== "(" || !pairs.has(at + 1)) return false;
    if (this.#language.notCalled?.includes(name.text) === true) return false;
    if (Object.hasOwn(this.#language.declarers, name.text)) return false;
    if (!this.#mayBeginMember(at)) return false;
    const scope = this.#scopes.at(-1);
    const inFunction = this.#scopes.some(({ symbol }) => symbol !== undefined && !typeKinds.has(this.#kindOf(symbol)));
    if (bareFunctions === "outside functions" && inFunction) return false;
    const behind = after(this.#source, at + 1);
    const body = this.#bareBody(behind, language);
    // C#: `int F() => 1;`.
    const expression = body === undefined && language === "csharp" && isArrow(tokens, behind) ? behind : undefined;
    if (body === undefined && expression === undefined) return false;
    const end = body === undefined ? statementEnd(this.#source, behind) - 1 : this.#closeOf(body);
    const isMember = scope?.owner !== undefined && !inFunction;
    const isInObject = language !== "bash" && bareFunctions === "anywhere" && !isMember;
    const kind = isMember || isInObject ? "method" : "function";
    const symbol =
      language === "bash"
        ? this.#push(at, "function", `function ${name.text}`, at, end, undefined)
        : this.#add({ at, nameAt: at, kind, to: behind, end });
    if (body === undefined) this.#bodies.set(behind, this.#scope(symbol, end + 1, undefined));
    else this.#open(body, symbol, undefined);
    return true;
  }

  /** What goes before a call, and before an initialiser of C++, does not go before a declaration. */
  #mayBeginMember(at: number): boolean {
    const { tokens } = this.#source;
    const previous = tokens[at - 1]?.text ?? ";";
    if (previous === ":") return /^(?::|public|private|protected)$/.test(tokens[at - 2]?.text ?? "");
    if (previous === ",") return this.#language.bareFunctions === "anywhere";
    return previous !== "new" && previous !== "return" && !/^[.=(&|!?]$/.test(previous);
  }

  /** Between parameters and body stand result types, `throws`, `const`, initialisers. */
  #bareBody(from: number, language: string): number | undefined {
    const { tokens } = this.#source;
    const first = tokens[from];
    if (first === undefined) return undefined;
    if (first.text === "{") return from;
    const isScript = this.#language.bareFunctions === "anywhere";
    const mayGoOn = isScript
      ? first.text === ":" && this.#scopes.at(-1)?.owner !== undefined
      : first.text === ":"
        ? language === "cpp"
        : first.isWord || first.text === "-";
    if (!mayGoOn || endsBefore(this.#source, from)) return undefined;
    const last = Math.min(tokens.length, from + 60);
    for (let at = from; at < last; ) {
      const { text } = tokens[at] as Token;
      if (text === "{") return bodyOf(this.#source, at);
      if (text === ";" || text === "=" || text === ")" || text === "}") return undefined;
      at = text === "(" || text === "[" ? after(this.#source, at) : at + 1;
    }
    return undefined;
  }

  #call(at: number, token: Token): void {
    const { tokens, pairs } = this.#source;
    if (this.#language.hasNoCalls || this.#language.notCalled?.includes(token.text) === true) return;
    let next = at + 1;
    if (this.#language.name === "rust" && tokens[next]?.text === "!") next++;
    if (this.#language.name === "rust" && tokens[next]?.text === ":" && tokens[next + 2]?.text === "<") next += 2;
    if (tokens[next]?.text === "<") next = this.#parametersOf(next - 1) ?? next;
    if (tokens[next]?.text !== "(" || !pairs.has(next)) return;
    const previous = tokens[at - 1]?.text;
    if (previous === "new" || previous === "function" || previous === "@") return;
    if (this.#isMember(previous ?? "")) return;
    const caller = this.#scopes.findLast(({ symbol }) => symbol !== undefined && !typeKinds.has(this.#kindOf(symbol)));
    this.#calls.push({ name: token.text, line: token.line, caller: caller?.symbol });
  }

  /** A member without a body is written like a call, where no value goes before it. */
  #isMember(previous: string): boolean {
    const scope = this.#scopes.at(-1);
    const isInType =
      scope?.owner !== undefined && (scope.symbol === undefined || typeKinds.has(this.#kindOf(scope.symbol)));
    return isInType && !/^[=(,.+?:&|[!<]$/.test(previous);
  }

  #kindOf(symbol: number): SymbolKind {
    return (this.#symbols[symbol] as FoundSymbol).kind;
  }

  #closeOf(open: number): number {
    return this.#source.pairs.get(open) ?? this.#source.tokens.length - 1;
  }

  #open(body: number, symbol: number | undefined, owner: string | undefined): void {
    this.#bodies.set(body, { symbol, owner, closesAt: this.#closeOf(body) });
  }

  #scope(symbol: number, closesAt: number, owner: string | undefined): Scope {
    return { symbol, owner, closesAt };
  }

  #add(found: {
    readonly at: number;
    readonly nameAt: number;
    readonly kind: SymbolKind;
    /** The token behind the last one that is shown. */
    readonly to: number;
    readonly end: number;
    readonly owner?: string | undefined;
  }): number {
    const { text, tokens } = this.#source;
    const first = tokens[found.at] as Token;
    const last = tokens[found.to - 1] ?? first;
    const signature = signatureOf(text, first.start, behind(last));
    return this.#push(found.nameAt, found.kind, signature, found.at, found.end, found.owner);
  }

  #push(
    nameAt: number,
    kind: SymbolKind,
    signature: string,
    at: number,
    end: number,
    owner: string | undefined,
  ): number {
    const { tokens } = this.#source;
    const name = (tokens[nameAt] as Token).text;
    const container = owner ?? this.#scopes.at(-1)?.owner;
    const isMember = kind === "function" && container !== undefined;
    this.#symbols.push({
      name,
      kind: isMember ? "method" : kind,
      startLine: (tokens[at] as Token).line,
      endLine: (tokens[Math.min(end, tokens.length - 1)] as Token).line,
      signature,
      container,
      bases: typeKinds.has(kind) ? basesOf(tokens, nameAt, signature, (tokens[at] as Token).start) : [],
    });
    return this.#symbols.length - 1;
  }
}

function behind(token: Token): number {
  return token.start + token.text.length;
}

const headWords = new Set(
  "extends implements with for where public private protected virtual override open".split(" "),
);

/** The words of the head behind the name: what is extended and implemented, and type parameters, which are nobody's name. */
function basesOf(tokens: readonly Token[], nameAt: number, signature: string, start: number): readonly string[] {
  const stop = start + signature.length;
  const bases: string[] = [];
  for (let at = nameAt + 1; at < nameAt + 60; at++) {
    const token = tokens[at];
    if (token === undefined || token.start >= stop || token.text === "{") break;
    if (token.isWord && !headWords.has(token.text)) bases.push(token.text);
  }
  return bases;
}
