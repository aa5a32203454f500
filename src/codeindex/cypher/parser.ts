import { CypherError, type CypherToken, cypherTokens } from "./lexer.ts";
import type {
  Comparison,
  Condition,
  CypherQuery,
  EdgePattern,
  Literal,
  NodePattern,
  Operand,
  Pattern,
  ReturnItem,
} from "./query.ts";

/** Hops that a variable-length step may take. */
export const deepestTraversal = 4;
const longestQuery = 20_000;
const deepestNesting = 100;

/** Reads a query; a `CypherError` says what was expected, and where. */
export function parseCypher(text: string): CypherQuery {
  if (text.length > longestQuery)
    throw new CypherError(`parse error: the query has ${text.length} characters, more than ${longestQuery}`);
  return new Parser(cypherTokens(text)).query();
}

class Parser {
  readonly #tokens: readonly CypherToken[];
  #at = 0;
  #nesting = 0;
  #unnamed = 0;

  constructor(tokens: readonly CypherToken[]) {
    this.#tokens = tokens;
  }

  query(): CypherQuery {
    this.#keyword("MATCH");
    const patterns = this.#list(() => this.#pattern());
    const conditions = this.#takeKeyword("WHERE") ? conjuncts(this.#either()) : [];
    this.#keyword("RETURN");
    const isDistinct = this.#takeKeyword("DISTINCT");
    const items = this.#list(() => this.#item());
    const limit = this.#takeKeyword("LIMIT") ? this.#count() : undefined;
    if (this.#next.kind !== "end") {
      const supported = "(after RETURN a query may have DISTINCT, items with AS, and LIMIT)";
      throw new CypherError(`parse error: trailing ${described(this.#next)} after RETURN ${supported}`);
    }
    const twice = items.find(({ alias }, index) => items.findIndex((item) => item.alias === alias) !== index);
    if (twice !== undefined) throw new CypherError(`parse error: duplicate alias \`${twice.alias}\` in RETURN clause`);
    return { patterns, conditions, isDistinct, items, limit };
  }

  get #next(): CypherToken {
    return this.#tokens[this.#at] as CypherToken;
  }

  #list<T>(read: () => T): readonly T[] {
    const items = [read()];
    while (this.#take(",")) items.push(read());
    return items;
  }

  #pattern(): Pattern {
    const start = this.#node();
    const steps: { readonly edge: EdgePattern; readonly node: NodePattern }[] = [];
    while (this.#isMark("-") || this.#isMark("<-")) steps.push({ edge: this.#edge(), node: this.#node() });
    return { start, steps };
  }

  #node(): NodePattern {
    this.#expect("(");
    const variable = this.#next.kind === "name" ? this.#name("node variable") : `(${this.#unnamed++})`;
    const label = this.#take(":") ? this.#name("node kind") : undefined;
    const properties = this.#take("{") ? this.#properties() : [];
    this.#expect(")");
    return { variable, label, properties };
  }

  #properties(): readonly (readonly [string, Literal])[] {
    const found: (readonly [string, Literal])[] = [];
    if (this.#take("}")) return found;
    do {
      const name = this.#name("property");
      this.#expect(":");
      found.push([name, this.#literal("value")]);
    } while (this.#take(","));
    if (!this.#take("}")) throw this.#expected("`,` or `}`");
    return found;
  }

  #edge(): EdgePattern {
    const isForward = !this.#take("<-");
    if (isForward) this.#expect("-");
    this.#expect("[");
    if (this.#next.kind === "name")
      throw new CypherError(
        `parse error: an edge takes no variable: write \`[:LABEL]\`, not \`[${this.#next.text}:LABEL]\``,
      );
    this.#expect(":");
    const label = this.#name("edge label");
    const { least, most } = this.#take("*") ? this.#hops() : { least: 1, most: 1 };
    this.#expect("]");
    if (this.#isMark("-") && isForward)
      throw new CypherError("parse error: an edge has a direction: write `-[:LABEL]->` or `<-[:LABEL]-`");
    this.#expect(isForward ? "->" : "-");
    if (most > deepestTraversal)
      throw new CypherError(
        `exec error: variable-length traversal capped at depth ${deepestTraversal} (got \`*${least}..${most}\`)`,
      );
    return { label, isForward, least, most };
  }

  #hops(): { readonly least: number; readonly most: number } {
    const least = this.#next.kind === "number" ? this.#count() : undefined;
    if (!this.#take("..")) return least === undefined ? { least: 1, most: deepestTraversal } : { least, most: least };
    const most = this.#next.kind === "number" ? this.#count() : deepestTraversal;
    return { least: least ?? 1, most };
  }

  #count(): number {
    const token = this.#next;
    const value = Number(token.text);
    if (token.kind !== "number" || !Number.isSafeInteger(value) || value < 0) throw this.#expected("a whole number");
    this.#at++;
    return value;
  }

  #either(): Condition {
    let left = this.#both();
    while (this.#takeKeyword("OR")) left = { kind: "or", left, right: this.#both() };
    return left;
  }

  #both(): Condition {
    let left = this.#negated();
    while (this.#takeKeyword("AND")) left = { kind: "and", left, right: this.#negated() };
    return left;
  }

  #negated(): Condition {
    if (++this.#nesting > deepestNesting) throw new CypherError("parse error: WHERE is nested too deeply");
    try {
      if (this.#takeKeyword("NOT")) return { kind: "not", inner: this.#negated() };
      if (!this.#take("(")) return this.#comparison();
      const inner = this.#either();
      this.#expect(")");
      return inner;
    } finally {
      this.#nesting--;
    }
  }

  #comparison(): Condition {
    const left = this.#operand();
    const operator = this.#next.text === "!=" ? "<>" : this.#next.text;
    if (this.#next.kind === "mark" && isComparison(operator)) {
      this.#at++;
      return { kind: "comparison", operator, left, right: this.#operand() };
    }
    if (left.kind === "literal" && typeof left.value === "boolean") return { kind: "constant", value: left.value };
    throw new CypherError(
      `parse error: expected comparison operator in WHERE clause (one of = <> != < <= > >=), got ${described(this.#next)}`,
    );
  }

  #operand(): Operand {
    const { kind, text } = this.#next;
    if (kind !== "name" || isKeyword(text, "true") || isKeyword(text, "false") || isKeyword(text, "null"))
      return { kind: "literal", value: this.#literal("operand") };
    const variable = this.#name("operand");
    if (this.#isMark("("))
      throw new CypherError(
        `parse error: there are no functions: \`${variable}(…)\` (return properties, and count the rows)`,
      );
    return { kind: "property", variable, property: this.#take(".") ? this.#name("property") : undefined };
  }

  #literal(what: string): Literal {
    const { kind, text } = this.#next;
    const word = kind === "name" ? text.toLowerCase() : undefined;
    if (kind !== "text" && kind !== "number" && word !== "true" && word !== "false" && word !== "null")
      throw this.#expected(what);
    this.#at++;
    if (kind === "text") return text;
    if (kind === "number") return Number(text);
    return word === "null" ? null : word === "true";
  }

  #item(): ReturnItem {
    const operand = this.#operand();
    if (this.#takeKeyword("AS")) return { operand, alias: this.#name("alias") };
    if (operand.kind === "literal") return { operand, alias: String(operand.value) };
    return {
      operand,
      alias: operand.property === undefined ? operand.variable : `${operand.variable}.${operand.property}`,
    };
  }

  #name(what: string): string {
    const { kind, text } = this.#next;
    if (kind !== "name") throw this.#expected(what);
    this.#at++;
    return text;
  }

  #isMark(text: string): boolean {
    return this.#next.kind === "mark" && this.#next.text === text;
  }

  #take(mark: string): boolean {
    if (!this.#isMark(mark)) return false;
    this.#at++;
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) throw this.#expected(`\`${mark}\``);
  }

  #takeKeyword(word: string): boolean {
    if (this.#next.kind !== "name" || !isKeyword(this.#next.text, word)) return false;
    this.#at++;
    return true;
  }

  #keyword(word: string): void {
    if (!this.#takeKeyword(word)) throw this.#expected(`\`${word}\``);
  }

  #expected(what: string): CypherError {
    return new CypherError(`parse error: expected ${what}, got ${described(this.#next)}`);
  }
}

function conjuncts(condition: Condition): readonly Condition[] {
  return condition.kind === "and" ? [...conjuncts(condition.left), ...conjuncts(condition.right)] : [condition];
}

function isComparison(text: string): text is Comparison {
  return ["=", "<>", "<", "<=", ">", ">="].includes(text);
}

function isKeyword(text: string, word: string): boolean {
  return text.toUpperCase() === word.toUpperCase();
}

function described({ at, kind, text }: CypherToken): string {
  if (kind === "end") return "the end of the query";
  return `\`${kind === "text" ? `'${text}'` : text}\` at position ${at}`;
}
