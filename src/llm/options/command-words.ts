export type CommandWords =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "refused"; readonly problem: string };

const token = /\s*(?:((?:"(?:[^"\\]|\\.)*"|'[^']*'|\\.|[^\s"'\\])+)|(["'\\]))/gsu;
const part = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^"'\\]+)/gsu;
/** Outside of quotes these would be a shell's. */
const operators = /[|;&<>`$]/u;

/** A command line as words: blanks part them, quotes and backslashes keep them together, and what only a shell understands is refused. */
export function commandWords(line: string): CommandWords {
  const words: string[] = [];
  for (const [, word, stray] of line.matchAll(token)) {
    if (stray !== undefined) return { kind: "refused", problem: `the ${stray} is never closed` };
    let text = "";
    for (const [, double, single, escaped, plain] of (word ?? "").matchAll(part)) {
      const operator = plain === undefined ? undefined : operators.exec(plain)?.[0];
      if (operator !== undefined) return { kind: "refused", problem: `${operator} is for shells` };
      text += double?.replace(/\\(["\\])/gu, "$1") ?? single ?? escaped ?? plain ?? "";
    }
    words.push(text);
  }
  return { kind: "words", words };
}
