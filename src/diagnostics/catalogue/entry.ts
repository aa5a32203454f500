/** What a code means: the one source of `harn explain`, of the pages in `docs/diagnostics/`, and of the tests that hold each to its word. */
export interface CodeEntry {
  /** Without `HARN-`: `TYP-002`. */
  readonly code: string;
  /** One line. */
  readonly summary: string;
  /** Why it is reported, and what to do: Markdown. */
  readonly meaning: string;
  /** A program that draws it, and the same put right. The tests run both. */
  readonly wrong?: string;
  readonly right?: string;
  /** Files that the programs import or render, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** Other codes worth reading. */
  readonly related?: readonly string[];
  /** Known by name, so that its page can be read, and reported by nothing: what it was meant for is found under another code. */
  readonly isReserved?: boolean;
}

type Parts = Omit<CodeEntry, "code" | "summary" | "meaning">;

export function entry(code: string, summary: string, meaning: string, parts: Parts = {}): CodeEntry {
  return { code, summary, meaning, ...parts };
}

/** `instead` says where the mistake is reported now. */
export function reserved(code: string, summary: string, instead: string, ...related: readonly string[]): CodeEntry {
  return { code, summary, meaning: instead, isReserved: true, related };
}
