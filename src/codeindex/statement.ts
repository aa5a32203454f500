import type { Token } from "./tokens.ts";

/** The tokens of a file with what readers of statements ask of them. */
export interface TokenText {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly pairs: ReadonlyMap<number, number>;
}

/** Tokens and groups that a statement is followed for: a file without any end of a statement is read in linear time as well. */
const longestStatement = 400;

/** What a line may begin with and still belong to the statement before it. */
const goesOn = new Set(
  ". , ? : + - * / & | = < > ) ] } ( [ % ^ extends implements with where throws instanceof in of as and or".split(" "),
);
/** What a line may end with and go on. */
const wantsMore = new Set(". , ? : + - * / & | = < > ( [ { % ^ ! ~ extends implements".split(" "));

/** Behind the group that begins here, if one does and is closed; otherwise behind the token. */
export function after({ pairs }: TokenText, at: number): number {
  return (pairs.get(at) ?? at) + 1;
}

/** Whether a new line at `at` ends the statement that `at - 1` belongs to. */
export function endsBefore({ tokens }: TokenText, at: number): boolean {
  const token = tokens[at];
  if (token === undefined) return true;
  if (token.indent === undefined) return false;
  return !goesOn.has(token.text) && !wantsMore.has(tokens[at - 1]?.text ?? "");
}

/** Where the statement ends: the index behind its last token. Groups are passed over in whole. */
export function statementEnd(source: TokenText, from: number): number {
  const { tokens } = source;
  let at = from;
  for (let steps = 0; at < tokens.length && steps < longestStatement; steps++) {
    const text = (tokens[at] as Token).text;
    if (text === ";" || text === "}" || text === ")" || text === "]") return at;
    if (endsBefore(source, at)) return at;
    at = after(source, at);
  }
  return at;
}

/**
 * The brace that opens the body of what is declared from `from` on; `undefined` where it has none. `{` right behind a closed group
 * of braces is the body, and the group was a type.
 */
export function bodyOf(source: TokenText, from: number): number | undefined {
  const { tokens, pairs } = source;
  let at = from;
  for (let steps = 0; at < tokens.length && steps < longestStatement; steps++) {
    const token = tokens[at] as Token;
    if (token.text === "{") {
      const next = pairs.get(at) === undefined ? undefined : (pairs.get(at) as number) + 1;
      return next !== undefined && tokens[next]?.text === "{" && tokens[next]?.indent === undefined ? next : at;
    }
    if (";)]}=".includes(token.text) && !isArrow(tokens, at)) return undefined;
    if (endsBefore(source, at)) return undefined;
    at = token.text === "<" ? at + 1 : after(source, at);
  }
  return undefined;
}

export function isArrow(tokens: readonly Token[], at: number): boolean {
  return (
    tokens[at]?.text === "=" && tokens[at + 1]?.text === ">" && tokens[at + 1]?.start === (tokens[at]?.start ?? 0) + 1
  );
}
