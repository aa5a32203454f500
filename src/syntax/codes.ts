import type { CodeEntry } from "../diagnostics/index.ts";

export const parserCodes: readonly CodeEntry[] = [
  {
    code: "HARN-PAR-001",
    summary: "A token does not fit the grammar here",
    explanation: `The text cannot be read as a program at this place. The message names what would fit.

\`\`\`harn
let total = 1 +* 2   // expected expression, found *
\`\`\`

Often the mistake stands before the marked place: a missing bracket, a missing line break between two statements, or a
reserved word used as a name. Brackets nest 64 levels deep at most.`,
    related: ["HARN-PAR-002"],
  },
  {
    code: "HARN-PAR-002",
    summary: "The file ends inside a construct",
    explanation: `A block, list or parenthesis was opened and never closed, or a statement has no end.

\`\`\`harn
pipeline main() {
  log("never closed")
\`\`\`

Add the closing bracket that the help line names, where the construct ends.`,
    related: ["HARN-PAR-001"],
  },
  {
    code: "HARN-PAR-003",
    summary: "A character that no token starts with",
    explanation: `The language has no use for this character outside of strings and comments. An interpolation without an
expression is reported at its closing brace.

\`\`\`harn
let name = 'single quotes'   // strings take double quotes
let text = "empty \${}"       // an interpolation needs an expression
\`\`\``,
    related: ["HARN-PAR-004"],
  },
  {
    code: "HARN-PAR-004",
    summary: "A string without an end",
    explanation: `A string in double quotes ends on its line. Text of several lines goes into triple quotes.

\`\`\`harn
let greeting = "never closed
let poem = """
  several
  lines
"""
\`\`\``,
    related: ["HARN-PAR-003"],
  },
  {
    code: "HARN-PAR-005",
    summary: "A block comment without an end",
    explanation: `Block comments nest: each \`/*\` needs its own \`*/\`.

\`\`\`harn
/* outer /* inner */ still open
\`\`\``,
  },
];
