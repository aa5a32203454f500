export interface CypherToken {
  readonly kind: "name" | "number" | "text" | "mark" | "end";
  readonly text: string;
  /** The offset in the query. */
  readonly at: number;
}

export class CypherError extends Error {}

const pattern =
  /\s*(?:([\p{L}_][\p{L}\p{N}_]*)|(-?\d+(?:\.(?!\.)\d+)?)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(->|<-|<>|!=|<=|>=|\.\.|[()[\]{}:,.\-*=<>|]))/suy;
const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };

/** The words and marks of a query, with one that marks its end. A minus belongs to a number that nothing goes before. */
export function cypherTokens(query: string): readonly CypherToken[] {
  const tokens: CypherToken[] = [];
  const text = query.trimEnd();
  let at = 0;
  while (at < text.length) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) throw unexpected(text, at);
    const [whole, name, number, quoted, mark] = match;
    const start = at + whole.length - whole.trimStart().length;
    if (name !== undefined) tokens.push({ kind: "name", text: name, at: start });
    else if (quoted !== undefined) tokens.push({ kind: "text", text: unquoted(quoted), at: start });
    else if (mark !== undefined) tokens.push({ kind: "mark", text: mark, at: start });
    else if (number !== undefined) tokens.push({ kind: "number", text: number, at: start });
    at += whole.length;
  }
  tokens.push({ kind: "end", text: "", at: text.length });
  return tokens;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}

function unexpected(text: string, at: number): CypherError {
  const start = at + text.slice(at).length - text.slice(at).trimStart().length;
  const character = text[start] ?? "";
  if (character === "'" || character === '"') return new CypherError("lex error: unterminated string literal");
  return new CypherError(`lex error: unexpected character \`${character}\` at byte ${start}`);
}
