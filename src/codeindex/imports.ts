import { type FoundImport, signatureOf } from "./facts.ts";
import type { Language } from "./language.ts";
import { statementEnd, type TokenText } from "./statement.ts";
import type { Token } from "./tokens.ts";

interface FoundAt {
  readonly imports: readonly FoundImport[];
  /** Behind its last token. */
  readonly end: number;
  /** Whether there is nothing in it but the import. */
  readonly isWhole: boolean;
}

/** Calls that import what their text names: `require("./a")`. */
const importingCalls: Readonly<Record<string, readonly string[]>> = {
  javascript: ["require"],
  jsx: ["require"],
  typescript: ["require"],
  tsx: ["require"],
  lua: ["require"],
  zig: ["@import"],
  r: ["source"],
};

/** The import that begins at this word, if one does. */
export function importsAt(source: TokenText, at: number, language: Language): FoundAt | undefined {
  const { pairs, tokens } = source;
  const token = tokens[at] as Token;
  if (importingCalls[language.name]?.includes(token.text) === true) {
    const close = tokens[at + 1]?.text === "(" ? pairs.get(at + 1) : undefined;
    const end = close === undefined ? endOfLine(tokens, at) : close + 1;
    if (tokens[at - 1]?.text === "." || (close === undefined && language.name !== "lua")) return undefined;
    const found = importsIn(source, at, end, token.text.replace("@", ""), language);
    return found.length === 0 ? undefined : { imports: found, end, isWhole: false };
  }
  if (!language.importers.includes(token.text)) return undefined;
  const isDirective = token.text === "include" && language.name !== "php";
  if (isDirective ? tokens[at - 1]?.text !== "#" : !beginsStatement(tokens, at)) return undefined;
  const end = isDirective ? endOfLine(tokens, at) : endOfImport(source, at, language);
  if (token.text === "mod" && tokens[end]?.text !== ";") return undefined;
  if (token.text === "export" && !tokens.slice(at, end).some(({ text }) => text === "from")) return undefined;
  if (token.text === "import" && tokens[at + 1]?.text === "(" && language.name !== "go") return undefined;
  // `use` inside a class takes up traits; `using (x)` opens a block.
  if (token.text === "using" && tokens[at + 1]?.text === "(") return undefined;
  const imports = importsIn(source, at, end, token.text === "export" ? "import" : token.text, language);
  return imports.length === 0 ? undefined : { imports, end, isWhole: true };
}

function beginsStatement(tokens: readonly Token[], at: number): boolean {
  if ((tokens[at] as Token).indent !== undefined) return true;
  const previous = tokens[at - 1]?.text ?? ";";
  return ";}{".includes(previous) || previous === "pub" || previous === "<?php" || previous === "php";
}

function endOfLine(tokens: readonly Token[], at: number): number {
  const line = (tokens[at] as Token).line;
  let end = at + 1;
  while (tokens[end]?.line === line) end++;
  return end;
}

/** `import {a} from` goes on behind its group, and Python's lists may hold brackets over lines. */
function endOfImport(source: TokenText, at: number, language: Language): number {
  const { tokens, pairs } = source;
  if (language.layout !== "braces") {
    const line = (tokens[at] as Token).line;
    let end = at + 1;
    while (tokens[end] !== undefined && tokens[end]?.line === line) end = (pairs.get(end) ?? end) + 1;
    return end;
  }
  return statementEnd(source, at + 1);
}

/** The texts between quotes are blank in what was read, so they are looked for in the source. */
function importsIn(
  { text, tokens }: TokenText,
  at: number,
  end: number,
  kind: string,
  language: Language,
): readonly FoundImport[] {
  const first = tokens[at] as Token;
  const next = tokens[end];
  const lineEnd = text.indexOf("\n", (tokens[end - 1] as Token).start);
  const limit = next !== undefined && (next.line === tokens[end - 1]?.line || lineEnd === -1) ? next.start : lineEnd;
  const stop = next?.text === ";" ? next.start + 1 : limit === -1 ? text.length : limit;
  const statement = text.slice(first.start, Math.min(stop, first.start + longestStatement)).trimEnd();
  const entry = (shown: string, specifier: string): FoundImport => ({
    text: signatureOf(shown, 0, shown.length),
    line: first.line,
    kind,
    specifier,
  });
  const quoted = [...statement.matchAll(/["'`]([^"'`\n]+)["'`]|<([^<>\s]+)>/g)];
  if (language.name === "go")
    return quoted.map(([, path]) => entry(`import "${path}"`, path ?? "")).filter(({ specifier }) => specifier !== "");
  const isNamedByText = quotes.has(language.name);
  if (isNamedByText) {
    const path = quoted.find(([, inQuotes]) => inQuotes !== undefined)?.[1];
    if (path === undefined && kind !== "include") return [];
    return [entry(statement, path ?? "")];
  }
  const specifier = language.name === "bash" ? statement.replace(/^\S+\s+["']?([^"'\s]+).*$/s, "$1") : statement;
  return [entry(statement, specifier)];
}

const longestStatement = 2000;
const quotes = new Set(["typescript", "tsx", "javascript", "jsx", "c", "cpp", "ruby", "lua", "zig", "r"]);
