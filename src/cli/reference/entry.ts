/** One thing that programs can call or name, as the reference shows it. */
export interface ReferenceEntry {
  readonly kind: "builtin" | "method" | "capability" | "function" | "type";
  /** As a program writes it: `len`, `trim` of a string, `harness.fs.read_text`, `truncate_lines`. */
  readonly name: string;
  /** The page it stands on: `strings`, `methods of string`, `harness.fs`, `std/text`. */
  readonly group: string;
  readonly signature: string;
  /** Markdown; the first sentence says what it is for. Empty where nobody wrote it. */
  readonly description: string;
  readonly notes: readonly string[];
  readonly examples: readonly ReferenceExample[];
}

export interface ReferenceExample {
  /** An expression, below the statements that it needs. */
  readonly source: string;
  /** An expression that is equal to it. */
  readonly result: string;
}

export function exampleText({ source, result }: ReferenceExample): string {
  return `${source}  // ${result}`;
}

/** The first sentence, or the whole first paragraph where that is none, on one line. */
export function firstSentence({ description }: ReferenceEntry): string {
  const paragraph = (description.split(/\n\s*(?:\n|[-*|`])/)[0] ?? "").replace(/\s+/g, " ").trim();
  return /^.*?[.!?](?=\s|$)/.exec(paragraph)?.[0] ?? paragraph;
}
