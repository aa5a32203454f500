import { JsonError, readJson, show, type Value } from "../../../value/index.ts";
import { comparisons, functionNames, identityQuery, type Query, type Step } from "./query.ts";

/** Why a text is no query. */
export class QueryError extends Error {}

/**
 * query   = comma { "|" comma }
 * comma   = logic { "," logic }
 * logic   = compare { ("and" | "or") compare }
 * compare = unary [ ("==" | "!=" | "<=" | ">=" | "<" | ">") unary ]
 * unary   = "not" [ unary ] | primary
 * primary = "(" query ")" | ".." | path | object | string | number | word [ "(" query ")" ]
 * path    = "." { name | string | "[" [ string | index | slice ] "]" | "." }
 *
 * `not` alone negates the value, in front of something it negates that.
 */
export function parseQuery(text: string): Query {
  const parser = new QueryParser(text);
  const query = parser.query(true);
  parser.end();
  return query;
}

class QueryParser {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  end(): void {
    if (this.#peek() !== "") throw this.#error("unexpected input");
  }

  /** In an object's value a comma separates fields. */
  query(hasCommas: boolean): Query {
    const stages = this.#separated("|", () => (hasCommas ? this.#comma() : this.#logic()));
    return stages.length === 1 ? (stages[0] as Query) : { kind: "pipe", stages };
  }

  #comma(): Query {
    const parts = this.#separated(",", () => this.#logic());
    return parts.length === 1 ? (parts[0] as Query) : { kind: "comma", parts };
  }

  #separated(separator: string, part: () => Query): Query[] {
    const parts = [part()];
    while (this.#take(separator)) parts.push(part());
    return parts;
  }

  #logic(): Query {
    let query = this.#compare();
    for (;;) {
      const kind = this.#takeWord("and") ? "and" : this.#takeWord("or") ? "or" : undefined;
      if (kind === undefined) return query;
      query = { kind, left: query, right: this.#compare() };
    }
  }

  #compare(): Query {
    const left = this.#unary();
    const operator = comparisons.find((candidate) => this.#take(candidate));
    return operator === undefined ? left : { kind: "compare", operator, left, right: this.#unary() };
  }

  #unary(): Query {
    if (!this.#takeWord("not")) return this.#primary();
    const isPrefix = /[("{.\-0-9A-Za-z_]/.test(this.#peek()) && !this.#isWord("and") && !this.#isWord("or");
    return { kind: "not", inner: isPrefix ? this.#unary() : identityQuery };
  }

  #primary(): Query {
    const next = this.#peek();
    if (next === "(") return this.#parenthesized();
    if (next === ".") return this.#take("..") ? { kind: "descend" } : this.#path();
    if (next === "{") return this.#object();
    if (next === '"') return { kind: "literal", value: this.#string() };
    if (/[-0-9]/.test(next)) return { kind: "literal", value: this.#number() };
    return this.#word();
  }

  #parenthesized(): Query {
    this.#expect("(");
    const query = this.query(true);
    this.#expect(")");
    return query;
  }

  #word(): Query {
    const word = this.#takePattern(/[A-Za-z_][A-Za-z0-9_]*/y);
    switch (word) {
      case undefined:
        throw this.#error("expected expression");
      case "true":
        return { kind: "literal", value: true };
      case "false":
        return { kind: "literal", value: false };
      case "null":
      case "nil":
        return { kind: "literal", value: null };
      case "map":
      case "select":
        return { kind: word, inner: this.#parenthesized() };
    }
    const name = functionNames.find((candidate) => candidate === word);
    if (name === undefined) throw new QueryError(`jq: unknown identifier '${word}'`);
    return { kind: "function", name };
  }

  #path(): Query {
    const steps: Step[] = [];
    this.#expect(".");
    for (;;) {
      const step = this.#step();
      if (step) steps.push(step);
      else if (!this.#take(".")) return { kind: "path", steps };
      else if (!this.#startsStep()) throw this.#error("expected field name");
    }
  }

  #startsStep(): boolean {
    return /["[A-Za-z_]/.test(this.#peek());
  }

  #step(): Step | undefined {
    const next = this.#peek();
    if (next === "[") return this.#bracket();
    // After blank space a word is an operator: `.a and .b`.
    if (/\s/.test(this.#text.charAt(this.#at - 1)) || this.#isWord("and") || this.#isWord("or")) return undefined;
    if (next === '"') return { kind: "field", name: this.#string() };
    const name = this.#takePattern(/[A-Za-z_][A-Za-z0-9_]*/y);
    return name === undefined ? undefined : { kind: "field", name };
  }

  #bracket(): Step {
    this.#expect("[");
    const step = this.#inBrackets();
    this.#expect("]");
    return step;
  }

  #inBrackets(): Step {
    const next = this.#peek();
    if (next === "]") return { kind: "each" };
    if (next === '"') return { kind: "field", name: this.#string() };
    const start = this.#position();
    if (this.#take(":")) return { kind: "slice", start, end: this.#position() };
    if (this.#peek() !== "]") throw this.#error("expected ']'");
    if (start === undefined) throw new QueryError("jq: expected array index or slice bound");
    return { kind: "index", index: start };
  }

  #position(): number | undefined {
    const digits = this.#takePattern(/-?[0-9]+/y);
    return digits === undefined ? undefined : Number(digits);
  }

  #object(): Query {
    const fields: [string, Query][] = [];
    this.#expect("{");
    while (!this.#take("}")) {
      const key = this.#peek() === '"' ? this.#string() : this.#takePattern(/[A-Za-z_][A-Za-z0-9_]*/y);
      if (key === undefined) throw this.#error("expected object key");
      this.#expect(":");
      fields.push([key, this.query(false)]);
      if (this.#peek() !== "}") this.#expect(",");
    }
    return { kind: "object", fields };
  }

  #number(): Value {
    const digits = this.#takePattern(/-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y);
    if (digits === undefined) throw this.#error("invalid number");
    return this.#literal(digits, `invalid number '${digits}'`);
  }

  #string(): string {
    const quoted = this.#takePattern(/"(?:[^"\\]|\\.)*"/y);
    if (quoted === undefined) throw new QueryError("jq: unterminated string literal");
    return show(this.#literal(quoted, "invalid string literal"));
  }

  /** Literals are JSON's. */
  #literal(text: string, complaint: string): Value {
    try {
      return readJson(text);
    } catch (error) {
      if (error instanceof JsonError) throw new QueryError(`jq: ${complaint}: ${error.message}`);
      throw error;
    }
  }

  #peek(): string {
    while (/\s/.test(this.#text.charAt(this.#at))) this.#at++;
    return this.#text.charAt(this.#at);
  }

  #take(token: string): boolean {
    this.#peek();
    if (!this.#text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  #takePattern(pattern: RegExp): string | undefined {
    this.#peek();
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  #isWord(word: string): boolean {
    this.#peek();
    return this.#text.startsWith(word, this.#at) && !/[A-Za-z0-9_]/.test(this.#text.charAt(this.#at + word.length));
  }

  #takeWord(word: string): boolean {
    const isHere = this.#isWord(word);
    if (isHere) this.#at += word.length;
    return isHere;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw this.#error(`expected '${token}'`);
  }

  #error(complaint: string): QueryError {
    this.#peek();
    return new QueryError(`jq: ${complaint} near '${this.#text.slice(this.#at)}'`);
  }
}
