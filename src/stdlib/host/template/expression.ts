import { FloatValue } from "../../../value/index.ts";
import { type BinaryOperator, type Expression, type Place, TemplateError } from "./syntax.ts";

type Token =
  | { readonly kind: "name" | "operator"; readonly text: string }
  | { readonly kind: "text"; readonly value: string }
  | { readonly kind: "number"; readonly value: number | FloatValue }
  | { readonly kind: "end" };

const lexeme =
  /\s*(?:([A-Za-z_][A-Za-z0-9_]*)|(\d+\.\d+|\d+)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|<=|>=|&&|\|\||[<>!|:,.()[\]{}-]))/sy;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
const depthLimit = 128;

/** Parses the expressions of directives. `filter: a, b` binds as far as the commas go. */
export class ExpressionParser {
  readonly #tokens: readonly Token[];
  readonly #place: Place;
  #at = 0;
  #depth = 0;

  constructor(text: string, place: Place) {
    this.#place = place;
    this.#tokens = this.#scan(text);
  }

  /** The whole text must be one expression. */
  parseAll(): Expression {
    const expression = this.parse();
    this.expectEnd();
    return expression;
  }

  parse(): Expression {
    if (++this.#depth > depthLimit) throw this.error("expression is nested too deeply");
    let expression = this.#or();
    while (this.takeOperator("|")) {
      const name = this.takeName();
      if (name === undefined) throw this.error("expected a filter name after `|`");
      const args: Expression[] = [];
      if (this.takeOperator(":")) {
        do args.push(this.#or());
        while (this.takeOperator(","));
      }
      expression = { kind: "filter", input: expression, name, args };
    }
    this.#depth--;
    return expression;
  }

  /** `{ key: expression, … }` as it follows `with`. */
  parseBindings(): (readonly [string, Expression])[] {
    if (!this.takeOperator("{")) throw this.error("expected `{ ... }` after `with`");
    const bindings: (readonly [string, Expression])[] = [];
    while (!this.takeOperator("}")) {
      const key = this.takeName() ?? this.#takeText();
      if (key === undefined) throw this.error("invalid include binding key");
      if (!this.takeOperator(":")) throw this.error("expected `key: value` in include bindings");
      bindings.push([key, this.parse()]);
      if (!this.takeOperator(",") && !this.#isOperator("}"))
        throw this.error("expected `,` or `}` in include bindings");
    }
    return bindings;
  }

  expectEnd(): void {
    if (this.#peek().kind !== "end") throw this.error(`unexpected ${this.#describe()} in expression`);
  }

  takeName(): string | undefined {
    const token = this.#peek();
    if (token.kind !== "name") return undefined;
    this.#at++;
    return token.text;
  }

  takeWord(word: string): boolean {
    const token = this.#peek();
    if (token.kind !== "name" || token.text !== word) return false;
    this.#at++;
    return true;
  }

  takeOperator(text: string): boolean {
    if (!this.#isOperator(text)) return false;
    this.#at++;
    return true;
  }

  error(message: string): TemplateError {
    return new TemplateError(this.#place, message);
  }

  #or(): Expression {
    return this.#binary(["or", "||"], "or", () => this.#binary(["and", "&&"], "and", () => this.#comparison()));
  }

  #binary(spellings: readonly string[], operator: BinaryOperator, operand: () => Expression): Expression {
    let left = operand();
    while (spellings.some((spelling) => this.takeWord(spelling) || this.takeOperator(spelling))) {
      left = { kind: "binary", operator, left, right: operand() };
    }
    return left;
  }

  #comparison(): Expression {
    const left = this.#unary();
    for (const operator of ["==", "!=", "<=", ">=", "<", ">"] as const) {
      if (this.takeOperator(operator)) return { kind: "binary", operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expression {
    if (this.takeWord("not") || this.takeOperator("!")) {
      if (++this.#depth > depthLimit) throw this.error("expression is nested too deeply");
      const operand = this.#unary();
      this.#depth--;
      return { kind: "not", operand };
    }
    return this.#primary();
  }

  #primary(): Expression {
    if (this.takeOperator("(")) {
      const inner = this.parse();
      if (!this.takeOperator(")")) throw this.error("expected `)`");
      return inner;
    }
    const number = this.#takeNumber();
    if (number !== undefined) return { kind: "literal", value: number };
    const text = this.#takeText();
    if (text !== undefined) return { kind: "literal", value: text };
    const name = this.takeName();
    switch (name) {
      case undefined:
        throw this.error(`unexpected ${this.#describe()} in expression`);
      case "true":
      case "false":
        return { kind: "literal", value: name === "true" };
      case "nil":
        return { kind: "literal", value: null };
      default:
        return { kind: "path", name, steps: this.#steps() };
    }
  }

  #steps(): (string | number)[] {
    const steps: (string | number)[] = [];
    for (;;) {
      if (this.takeOperator(".")) {
        const field = this.takeName();
        if (field === undefined) throw this.error("expected a field name after `.`");
        steps.push(field);
      } else if (this.takeOperator("[")) {
        const step = this.#takeText() ?? this.#takeNumber();
        if (step === undefined || typeof step === "object")
          throw this.error("expected an integer or a quoted key in `[...]`");
        if (!this.takeOperator("]")) throw this.error("expected `]`");
        steps.push(step);
      } else return steps;
    }
  }

  #takeNumber(): number | FloatValue | undefined {
    const isNegative = this.#isOperator("-") && this.#tokens[this.#at + 1]?.kind === "number";
    if (isNegative) this.#at++;
    const token = this.#peek();
    if (token.kind !== "number") return undefined;
    this.#at++;
    if (!isNegative) return token.value;
    return typeof token.value === "number" ? 0 - token.value : new FloatValue(-token.value.value);
  }

  #takeText(): string | undefined {
    const token = this.#peek();
    if (token.kind !== "text") return undefined;
    this.#at++;
    return token.value;
  }

  #isOperator(text: string): boolean {
    const token = this.#peek();
    return token.kind === "operator" && token.text === text;
  }

  #peek(): Token {
    return this.#tokens[this.#at] ?? { kind: "end" };
  }

  #describe(): string {
    const token = this.#peek();
    if (token.kind === "end") return "end of directive";
    return `\`${token.kind === "name" || token.kind === "operator" ? token.text : token.kind}\``;
  }

  #scan(text: string): Token[] {
    const tokens: Token[] = [];
    lexeme.lastIndex = 0;
    let at = 0;
    while (text.slice(at).trim() !== "") {
      lexeme.lastIndex = at;
      const match = lexeme.exec(text);
      if (match === null) throw this.error(`unexpected character \`${[...text.slice(at).trim()][0]}\` in expression`);
      at = lexeme.lastIndex;
      const [, name, number, quoted, operator] = match;
      if (name !== undefined) tokens.push({ kind: "name", text: name });
      else if (number !== undefined) {
        tokens.push({ kind: "number", value: number.includes(".") ? new FloatValue(Number(number)) : Number(number) });
      } else if (quoted !== undefined) tokens.push({ kind: "text", value: unquote(quoted) });
      else tokens.push({ kind: "operator", text: operator as string });
    }
    return tokens;
  }
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}
