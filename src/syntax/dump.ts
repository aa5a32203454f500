/**
 * Trees and tokens for reading: indented text for people, plain JSON for programs. Both walk the tree by its fields and know no
 * node by name, so a new node needs nothing here.
 */
import type { Source, Span } from "../text/index.ts";
import type { Program } from "./ast.ts";
import type { TokenList } from "./token-list.ts";

export type DumpJson = string | number | boolean | null | readonly DumpJson[] | { readonly [key: string]: DumpJson };

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isSpan(value: unknown): value is Span {
  return isObject(value) && typeof value.start === "number" && typeof value.end === "number" && !("kind" in value);
}

/** A `Name`, which reads better as its text alone. */
function isName(value: Fields): value is Fields & { readonly text: string } {
  return typeof value.text === "string" && isSpan(value.span) && Object.keys(value).length === 2;
}

// ---------------------------------------------------------------- text

/**
 *     program 1:1-3:2
 *       items:
 *         binding 1:1-1:10 mode=let
 *           pattern: name-pattern 1:5-1:6 name=x
 */
export function programText(program: Program, source: Source): string {
  const lines: string[] = [];
  describe(program as unknown as Fields, "", "", { source, lines });
  return `${lines.join("\n")}\n`;
}

interface TextDump {
  readonly source: Source;
  readonly lines: string[];
}

function describe(node: Fields, indent: string, label: string, dump: TextDump): void {
  const scalars: string[] = [];
  const children: [string, unknown][] = [];
  for (const [key, value] of Object.entries(node)) {
    if (key === "kind" || value === undefined || isSpan(value)) continue;
    const scalar = scalarText(value);
    if (scalar === undefined) children.push([key, value]);
    else scalars.push(`${key}=${scalar}`);
  }
  const kind = typeof node.kind === "string" ? [node.kind] : [];
  const place = isSpan(node.span) ? [spanText(node.span, dump.source)] : [];
  dump.lines.push(`${indent}${label}${[...kind, ...place, ...scalars].join(" ")}`.trimEnd());
  for (const [key, value] of children) describeChild(key, value, `${indent}  `, dump);
}

function describeChild(key: string, value: unknown, indent: string, dump: TextDump): void {
  if (isObject(value)) {
    describe(value, indent, `${key}: `, dump);
    return;
  }
  if (!Array.isArray(value) || value.length === 0) return;
  dump.lines.push(`${indent}${key}:`);
  for (const item of value as readonly unknown[]) {
    const scalar = scalarText(item);
    if (isObject(item) && scalar === undefined) describe(item, `${indent}  `, "", dump);
    else dump.lines.push(`${indent}  ${scalar ?? ""}`);
  }
}

function scalarText(value: unknown): string | undefined {
  switch (typeof value) {
    case "string":
      return /^[^\s"\\]+$/u.test(value) ? value : JSON.stringify(value);
    case "number":
    case "boolean":
    case "bigint":
      return String(value);
    default:
      return isObject(value) && isName(value) ? scalarText(value.text) : undefined;
  }
}

function spanText(span: Span, source: Source): string {
  const start = source.lines.positionAt(span.start);
  const end = source.lines.positionAt(span.end);
  return `${start.line}:${start.column}-${end.line}:${end.column}`;
}

// ---------------------------------------------------------------- JSON

/** The tree as it is, with the line and column where each node starts. An int that JSON cannot hold exactly is a string. */
export function programJson(program: Program, source: Source): DumpJson {
  return toJson(program, source);
}

function toJson(value: unknown, source: Source): DumpJson {
  if (typeof value === "bigint") return jsonInt(value);
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return (value as readonly unknown[]).map((item) => toJson(item, source));
  if (!isObject(value)) return null;
  if (isSpan(value)) return { start: value.start, end: value.end, ...source.lines.positionAt(value.start) };
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, toJson(field, source)]));
}

function jsonInt(value: bigint): DumpJson {
  return BigInt.asIntN(54, value) === value ? Number(value) : String(value);
}

// ---------------------------------------------------------------- tokens

/** One token a line: where it starts, its kind, its text. */
export function tokensText(tokens: TokenList): string {
  return tokenRows(tokens)
    .map(
      ({ line, column, kind, text }) => `${line}:${column} ${kind}${text === "" ? "" : ` ${JSON.stringify(text)}`}\n`,
    )
    .join("");
}

export function tokensJson(tokens: TokenList): DumpJson {
  return tokenRows(tokens).map(({ line, column, kind, text, start, end }) => ({
    kind,
    text,
    span: { start, end, line, column },
  }));
}

interface TokenRow extends Span {
  readonly kind: string;
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** Line breaks, which the parser sees as a mark on the next token, are rows of their own here. */
function tokenRows(tokens: TokenList): TokenRow[] {
  const rows: TokenRow[] = [];
  let previousEnd = 0;
  for (let index = 0; index < tokens.count; index++) {
    const start = tokens.starts[index] as number;
    const end = tokens.ends[index] as number;
    const lineBreak = index > 0 && tokens.startsLine(index) ? breakBetween(tokens, previousEnd, start) : -1;
    if (lineBreak !== -1) rows.push(row(tokens.source, "newline", lineBreak, lineBreak + 1));
    rows.push(row(tokens.source, tokens.nameAt(index), start, end));
    previousEnd = end;
  }
  return rows;
}

function breakBetween(tokens: TokenList, from: number, to: number): number {
  const at = tokens.source.text.indexOf("\n", from);
  return at < to ? at : -1;
}

function row(source: Source, kind: string, start: number, end: number): TokenRow {
  return { kind, text: source.text.slice(start, end), start, end, ...source.lines.positionAt(start) };
}
