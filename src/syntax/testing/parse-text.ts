/** Short ways to parse text in tests, and to say what came out. */
import { Source } from "../../text/index.ts";
import type { Block, DictKey, Expression, Parameter, Program, SpreadElement, Statement } from "../ast.ts";
import { lex } from "../lexer.ts";
import { type Parsed, parse } from "../parser/parse.ts";

export function parseText(text: string): Parsed {
  return parse(new Source("test.harn", text));
}

/** The program of a text that must be free of mistakes. */
export function programOf(text: string): Program {
  const { program, diagnostics } = parseText(text);
  if (diagnostics.length > 0) throw new Error(`${errorsOf(text).join("\n")}\nin:\n${text}`);
  return program;
}

export function statementsOf(text: string): readonly Statement[] {
  return programOf(text).items;
}

export function statementOf(text: string): Statement {
  const [first, ...others] = statementsOf(text);
  if (!first || others.length > 0) throw new Error(`one statement expected, found ${others.length + (first ? 1 : 0)}`);
  return first;
}

/** A statement known to be of a kind. */
export function declarationOf<Kind extends Statement["kind"]>(
  text: string,
  kind: Kind,
): Extract<Statement, { kind: Kind }> {
  const statement = statementOf(text);
  if (statement.kind !== kind) throw new Error(`${kind} expected, found ${statement.kind}`);
  return statement as Extract<Statement, { kind: Kind }>;
}

/** The expression of `let it = …`, where every form of expression may stand. */
export function expressionOf(text: string): Expression {
  return declarationOf(`let it = ${text}`, "binding").value;
}

/** `LINE:COLUMN message` of each finding. */
export function errorsOf(text: string): string[] {
  return parseText(text).diagnostics.map(({ source, span, message }) => {
    const { line, column } = source.lines.positionAt(span.start);
    return `${line}:${column} ${message}`;
  });
}

/** Kind and text of each token but the last. */
export function tokensOf(text: string): string[] {
  const { tokens } = lex(new Source("test.harn", text));
  return Array.from({ length: tokens.count - 1 }, (_, index) => `${tokens.nameAt(index)} ${tokens.textAt(index)}`);
}

/** The tree of an expression with its operators in front: `(+ 1 (* 2 3))`. */
export function shapeOf(text: string): string {
  return shape(expressionOf(text));
}

export function shape(node: Expression | SpreadElement): string {
  switch (node.kind) {
    case "nil":
      return "nil";
    case "bool":
    case "int":
    case "float":
      return String(node.value);
    case "duration":
      return node.lexeme;
    case "string":
      return JSON.stringify(node.value);
    case "name":
      return node.name;
    case "spread":
      return `...${shape(node.value)}`;
    case "interpolation":
      return form(
        "str",
        ...node.parts.map((part) => (part.kind === "text" ? JSON.stringify(part.value) : shape(part.expression))),
      );
    case "list":
      return `[${node.items.map(shape).join(" ")}]`;
    case "dict":
    case "struct": {
      const entries = node.entries.map((entry) =>
        entry.kind === "spread" ? shape(entry) : `${keyShape(entry.key)}:${shape(entry.value)}`,
      );
      return `${node.kind === "struct" ? node.name.text : ""}{${entries.join(" ")}}`;
    }
    case "unary":
      return form(node.operator, shape(node.operand));
    case "try-star":
      return form("try*", shape(node.operand));
    case "unwrap":
      return form("unwrap", shape(node.operand));
    case "binary":
    case "logical":
      return form(node.operator, shape(node.left), shape(node.right));
    case "pipe":
      return form("|>", shape(node.left), shape(node.right));
    case "range":
      return form(node.isExclusive ? "to-exclusive" : "to", shape(node.start), shape(node.end));
    case "ternary":
      return form("?", shape(node.condition), shape(node.then), shape(node.otherwise));
    case "call":
      return form("call", node.callee.text, ...node.arguments.map(shape));
    case "method-call":
      return form(
        `${node.isOptional ? "?." : "."}${node.method.text}()`,
        shape(node.object),
        ...node.arguments.map(shape),
      );
    case "property":
      return form(`${node.isOptional ? "?." : "."}${node.name.text}`, shape(node.object));
    case "index":
      return form(node.isOptional ? "?[]" : "[]", shape(node.object), shape(node.index));
    case "slice":
      return form("[:]", shape(node.object), node.start ? shape(node.start) : "_", node.end ? shape(node.end) : "_");
    case "closure":
      return form(
        node.form === "fn" ? "fn" : "closure",
        `(${node.params.map(paramShape).join(" ")})`,
        ...blockShape(node.body),
      );
    case "human":
      return form(node.verb, ...node.arguments.map(({ name, value }) => (name ? `${name.text}:` : "") + shape(value)));
    default:
      return `<${node.kind}>`;
  }
}

function form(...parts: string[]): string {
  return `(${parts.join(" ")})`;
}

function keyShape(key: DictKey): string {
  return key.kind === "computed-key" ? `[${shape(key.expression)}]` : key.text;
}

function paramShape({ name, fallback, isRest }: Parameter): string {
  return `${isRest ? "..." : ""}${name.text}${fallback ? `=${shape(fallback)}` : ""}`;
}

function blockShape(block: Block): string[] {
  return block.statements.map((statement) =>
    statement.kind === "expression" ? shape(statement.expression) : `<${statement.kind}>`,
  );
}

/** A tree without its spans, as text that two trees share when they say the same. Comments are not part of what a tree says. */
export function meaningOf(program: Program): string {
  return JSON.stringify(program.items, (key, value: unknown) => {
    if (key === "span" || key === "pathSpan") return undefined;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
