/** What a code means, for `explain` and the reference pages. Each room that reports codes keeps the entries of its own. */
export interface CodeEntry {
  readonly code: string;
  /** One line. */
  readonly summary: string;
  /** Markdown: what it says, an example, how to put it right. */
  readonly explanation: string;
  readonly related?: readonly string[];
}
