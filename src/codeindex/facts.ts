import type { SymbolKind } from "./language.ts";

/** What one file says, before anything is known of the others. */
export interface FileFacts {
  readonly symbols: readonly FoundSymbol[];
  readonly calls: readonly FoundCall[];
  readonly imports: readonly FoundImport[];
  /** Every word of its code once. */
  readonly words: ReadonlySet<string>;
}

export interface FoundSymbol {
  readonly name: string;
  readonly kind: SymbolKind;
  readonly startLine: number;
  readonly endLine: number;
  /** From its first word to its body, on one line. */
  readonly signature: string;
  /** The type that it is in. */
  readonly container: string | undefined;
  /** The types that it extends or implements, by name. */
  readonly bases: readonly string[];
}

export interface FoundCall {
  readonly name: string;
  readonly line: number;
  /** The symbol whose body it is in. */
  readonly caller: number | undefined;
}

export interface FoundImport {
  /** The statement. */
  readonly text: string;
  readonly line: number;
  /** `import`, `use`, `include` …: the word of the language. */
  readonly kind: string;
  /** What names the other file, in the form of the language. */
  readonly specifier: string;
}

export const noFacts: FileFacts = { symbols: [], calls: [], imports: [], words: new Set() };

const longestSignature = 200;

export function signatureOf(text: string, from: number, to: number): string {
  const line = text
    .slice(from, Math.min(to, from + 4 * longestSignature))
    .replace(/\s+/g, " ")
    .trim();
  return line.length > longestSignature ? `${line.slice(0, longestSignature)}…` : line;
}
