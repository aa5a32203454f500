// Whether a text is a JMESPath expression, by the grammar of jmespath.org: a parser that keeps nothing.

const tokenPattern =
  /\s+|([A-Za-z_]\w*)|("(?:[^"\\]|\\.)*")|('(?:[^'\\]|\\.)*')|(`(?:[^`\\]|\\.)*`)|(-?\d+)|(\[\?|\[\]|\|\||&&|==|!=|<=|>=|[[\]{}().*,:@&!<>|])/y;

interface Token {
  readonly kind: "name" | "quoted" | "raw" | "literal" | "number" | "sign" | "end";
  readonly text: string;
  readonly at: number;
}

class Problem extends Error {}

/** What is wrong with the expression; undefined when nothing is. */
export function jmespathProblem(text: string): string | undefined {
  try {
    const parser = new Parser(tokensOf(text));
    parser.expression(0);
    parser.end();
    return undefined;
  } catch (error) {
    if (error instanceof Problem) return error.message;
    throw error;
  }
}

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const kinds = ["name", "quoted", "raw", "literal", "number", "sign"] as const;
  let at = 0;
  while (at < text.length) {
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text);
    if (match === null) throw new Problem(`unexpected \`${text[at]}\` at column ${at + 1}`);
    const kind = kinds.find((_kind, index) => match[index + 1] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: match[0], at });
    at = tokenPattern.lastIndex;
  }
  return [...tokens, { kind: "end", text: "", at: text.length }];
}

/** How tightly what stands between two operands binds. */
const power: Readonly<Record<string, number>> = {
  "|": 1,
  "||": 2,
  "&&": 3,
  "==": 5,
  "!=": 5,
  "<": 5,
  "<=": 5,
  ">": 5,
  ">=": 5,
  ".": 40,
  "[": 55,
  "[]": 55,
  "[?": 55,
};

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  expression(least: number): void {
    this.#operand();
    for (;;) {
      const { kind, text } = this.#peek;
      const binds = kind === "sign" ? (power[text] ?? 0) : 0;
      if (binds <= least) return;
      this.#take();
      if (text === ".") this.#afterDot();
      else if (text === "[") this.#inBrackets();
      else if (text === "[?") this.#filter();
      else if (text !== "[]") this.expression(binds);
    }
  }

  end(): void {
    if (this.#peek.kind !== "end") this.#refuse(this.#peek);
  }

  #operand(): void {
    const token = this.#take();
    if (token.kind === "name" && this.#is("(")) return this.#list("(", ")");
    if (token.kind === "end") return this.#refuse(token);
    if (token.kind !== "sign") return token.kind === "number" ? this.#refuse(token) : undefined;
    switch (token.text) {
      case "@":
      case "*":
      case "[]":
        return;
      case "!":
        return this.expression(45);
      case "&":
        return this.expression(0);
      case "(":
        this.expression(0);
        return this.#expect(")");
      case "{":
        return this.#members();
      case "[":
        return this.#startsBrackets();
      case "[?":
        return this.#filter();
      default:
        return this.#refuse(token);
    }
  }

  #afterDot(): void {
    const token = this.#take();
    if (token.kind === "name") return this.#is("(") ? this.#list("(", ")") : undefined;
    if (token.kind === "quoted" || token.text === "*") return;
    if (token.text === "{") return this.#members();
    if (token.text === "[") return this.#elements();
    this.#refuse(token);
  }

  /** An index, a slice or `*`. */
  #inBrackets(): void {
    if (this.#is("*")) this.#take();
    else {
      let hasPart = false;
      while (this.#peek.kind === "number" || this.#is(":")) {
        this.#take();
        hasPart = true;
      }
      if (!hasPart) this.#refuse(this.#peek);
    }
    this.#expect("]");
  }

  /** In the place of an operand, brackets may also hold expressions. */
  #startsBrackets(): void {
    const isIndex = this.#peek.kind === "number" || this.#is(":");
    const isAll = this.#is("*") && this.#tokens[this.#next + 1]?.text === "]";
    if (isIndex || isAll) this.#inBrackets();
    else this.#elements();
  }

  #elements(): void {
    do this.expression(0);
    while (this.#takes(","));
    this.#expect("]");
  }

  #filter(): void {
    this.expression(0);
    this.#expect("]");
  }

  #members(): void {
    do {
      const key = this.#take();
      if (key.kind !== "name" && key.kind !== "quoted") this.#refuse(key);
      this.#expect(":");
      this.expression(0);
    } while (this.#takes(","));
    this.#expect("}");
  }

  #list(open: string, close: string): void {
    this.#expect(open);
    if (this.#takes(close)) return;
    do this.expression(0);
    while (this.#takes(","));
    this.#expect(close);
  }

  get #peek(): Token {
    return this.#tokens[this.#next] as Token;
  }

  #is(sign: string): boolean {
    return this.#peek.kind === "sign" && this.#peek.text === sign;
  }

  #take(): Token {
    const token = this.#peek;
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #takes(sign: string): boolean {
    if (!this.#is(sign)) return false;
    this.#next++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) this.#refuse(this.#peek);
  }

  #refuse({ kind, text, at }: Token): never {
    throw new Problem(kind === "end" ? "it ends too early" : `unexpected \`${text}\` at column ${at + 1}`);
  }
}
