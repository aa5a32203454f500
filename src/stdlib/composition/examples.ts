/** A snippet to learn from. */
export interface CompositionExample {
  readonly id: string;
  readonly title: string;
  readonly snippet: string;
  readonly tools: readonly string[];
}

/** All are in Harn, and read only. */
export const compositionExamples: readonly CompositionExample[] = [
  {
    id: "read-summarize",
    title: "Read several files and return what matters of each",
    snippet: [
      'let readme = read_file({path: "README.md"})',
      'let changes = read_file({path: "CHANGELOG.md", limit: 40})',
      "return {readme: readme, changes: changes}",
    ].join("\n"),
    tools: ["read_file"],
  },
  {
    id: "search-then-read",
    title: "Search first, then read the first file that was found",
    snippet: [
      'let found = search({query: "deprecated"})',
      "if len(found.matches) == 0 {",
      "  return {found: 0}",
      "}",
      "return {found: len(found.matches), file: read_file({path: found.matches[0].path})}",
    ].join("\n"),
    tools: ["search", "read_file"],
  },
];

/** Those whose texts hold the query, in any case; at least one may come. */
export function searchExamples(query: string, limit: number): readonly CompositionExample[] {
  const wanted = query.toLowerCase();
  return compositionExamples
    .filter(({ id, title, snippet, tools }) =>
      [id, title, snippet, ...tools].some((text) => text.toLowerCase().includes(wanted)),
    )
    .slice(0, Math.max(1, limit));
}
