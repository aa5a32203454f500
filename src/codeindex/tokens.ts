/** A word, a number, or a single mark. */
export interface Token {
  readonly text: string;
  readonly start: number;
  /** 1-based. */
  readonly line: number;
  /** Blanks before it, where it is the first of its line. */
  readonly indent: number | undefined;
  readonly isWord: boolean;
}

const pattern = /[\p{L}_$@][\p{L}\p{N}_$]*|\p{N}[\p{L}\p{N}_]*|\n|[^\s]/gu;

/** The words and marks of a text whose comments and strings are blank. */
export function tokensOf(masked: string): readonly Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let isFirst = true;
  for (const match of masked.matchAll(pattern)) {
    const [text] = match;
    if (text === "\n") {
      line++;
      lineStart = match.index + 1;
      isFirst = true;
      continue;
    }
    const indent = isFirst ? match.index - lineStart : undefined;
    tokens.push({ text, start: match.index, line, indent, isWord: /^[\p{L}_$@]/u.test(text) });
    isFirst = false;
  }
  return tokens;
}

const closers: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);

/** For each opening bracket, where its closing one is. Brackets that do not match have none. */
export function bracketPairs(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const pairs = new Map<number, number>();
  const open: number[] = [];
  for (const [at, { text }] of tokens.entries()) {
    if (closers.has(text)) open.push(at);
    else if (text === ")" || text === "]" || text === "}") {
      const last = open.at(-1);
      if (last !== undefined && closers.get((tokens[last] as Token).text) === text) pairs.set(open.pop() as number, at);
    }
  }
  return pairs;
}
