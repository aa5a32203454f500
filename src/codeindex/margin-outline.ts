import { type FileFacts, type FoundImport, type FoundSymbol, signatureOf } from "./facts.ts";
import type { Language } from "./language.ts";
import { maskText } from "./mask.ts";

const longestHead = 400;
const reserved = new Set(
  "module where import instance infix infixl infixr default deriving foreign pattern".split(" "),
);

/** Haskell: what begins at the margin is declared there, and goes on as long as lines are further in or of the same name. */
export function marginFacts(text: string, language: Language): FileFacts {
  const masked = maskText(text, language);
  const lines = masked.split("\n");
  const symbols: FoundSymbol[] = [];
  const imports: FoundImport[] = [];
  const words = new Set(masked.match(/[\p{L}_][\p{L}\p{N}_']*/gu) ?? []);
  let start = 0;
  for (const [index, line] of lines.entries()) {
    const offset = start;
    start += line.length + 1;
    const last = symbols.at(-1);
    if (!/^\S/.test(line)) {
      if (last !== undefined && line.trim() !== "") symbols[symbols.length - 1] = { ...last, endLine: index + 1 };
      continue;
    }
    const head = line.slice(0, longestHead);
    const word = /^[\p{L}_][\p{L}\p{N}_']*/u.exec(head)?.[0] ?? "";
    if (language.importers.includes(word)) {
      const statement = head.trimEnd();
      imports.push({ text: statement, line: index + 1, kind: word, specifier: statement });
      continue;
    }
    const declared = Object.hasOwn(language.declarers, word) ? language.declarers[word] : undefined;
    const name = declared === undefined ? word : /^\w+\s+(?:.*=>\s*)?([\p{Lu}][\p{L}\p{N}_']*)/u.exec(head)?.[1];
    const isFunction = declared === undefined && /^[\p{Ll}_]/u.test(word) && !reserved.has(word);
    if (name === undefined || name === "" || (declared === undefined && !isFunction)) continue;
    if (last?.name === name && isFunction) {
      symbols[symbols.length - 1] = { ...last, endLine: index + 1 };
      continue;
    }
    symbols.push({
      name,
      kind: declared === undefined || declared === "owner" ? "function" : declared,
      startLine: index + 1,
      endLine: index + 1,
      signature: signatureOf(text, offset, offset + head.search(/\s=(?!>)|\swhere\b|$/)),
      container: undefined,
      bases: [],
    });
  }
  return { symbols, calls: [], imports, words };
}
