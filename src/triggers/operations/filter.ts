/**
 * A filter as people type it, as an expression of the language: `AND`, `OR` and `NOT` are `&&`, `||` and `!`, and texts may
 * stand in single quotes. What stands in quotes is left alone.
 */
export function filterExpression(text: string): string {
  return text
    .split(/("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')/)
    .map((part, index) => {
      if (index % 2 === 0) return part.replace(/\b(?:AND|OR|NOT)\b/g, (word) => words[word] ?? word);
      return part.startsWith("'") ? JSON.stringify(part.slice(1, -1).replaceAll("\\'", "'")) : part;
    })
    .join("")
    .trim();
}

const words: Readonly<Record<string, string>> = { AND: "&&", OR: "||", NOT: "!" };
