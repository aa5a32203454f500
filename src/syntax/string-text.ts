/** What the text between quotes stands for: escapes of `"…"`, and the indentation of `"""…"""`. */

const escapes: Readonly<Record<string, string>> = {
  n: "\n",
  r: "\r",
  t: "\t",
  "0": "\0",
  "\\": "\\",
  '"': '"',
  $: "$",
};

/** Any other backslash pair stays as the two characters it is. */
export function unescapePlain(raw: string): string {
  let result = "";
  let from = 0;
  for (let at = raw.indexOf("\\"); at !== -1; at = raw.indexOf("\\", from)) {
    const replacement = escapes[raw.charAt(at + 1)];
    result += raw.slice(from, at) + (replacement ?? raw.slice(at, at + 2));
    from = at + 2;
  }
  return result + raw.slice(from);
}

/** Triple-quoted text knows one escape, which keeps a `${` from opening a hole. */
function unescapeTriple(raw: string): string {
  return raw.replaceAll("\\${", "${");
}

/**
 * The pieces of a triple-quoted string around its holes, dedented as one text: a hole counts as visible text of its line.
 * The first line break goes, so does one at the very end; the indentation common to all non-blank lines goes; blank lines
 * become empty.
 */
export function dedent(raw: readonly string[]): string[] {
  const pieces = raw.slice();
  pieces[0] = (pieces[0] ?? "").replace(/^\r?\n/, "");
  const indent = commonIndent(pieces);
  const last = pieces.length - 1;
  const stripped = pieces.map((piece, index) => stripIndent(piece, indent, index > 0, index < last));
  stripped[last] = (stripped[last] ?? "").replace(/\r?\n$/, "");
  return stripped.map(unescapeTriple);
}

function leadingBlanks(line: string): number {
  let count = 0;
  while (line[count] === " " || line[count] === "\t") count++;
  return count;
}

function isBlank(line: string): boolean {
  return leadingBlanks(line) === line.length || /^[ \t]*\r?$/.test(line);
}

function commonIndent(pieces: readonly string[]): number {
  let smallest = Number.POSITIVE_INFINITY;
  pieces.forEach((piece, index) => {
    const lines = piece.split("\n");
    const isLastPiece = index === pieces.length - 1;
    lines.forEach((line, lineIndex) => {
      if (index > 0 && lineIndex === 0) return;
      const endsAtHole = lineIndex === lines.length - 1 && !isLastPiece;
      if (endsAtHole || !isBlank(line)) smallest = Math.min(smallest, leadingBlanks(line));
    });
  });
  return Number.isFinite(smallest) ? smallest : 0;
}

/** `afterHole`: the first line goes on a line that has begun. `beforeHole`: the last line goes on in a hole. */
function stripIndent(piece: string, indent: number, afterHole: boolean, beforeHole: boolean): string {
  const lines = piece.split("\n");
  return lines
    .map((line, index) => {
      if (afterHole && index === 0) return line;
      if (beforeHole && index === lines.length - 1) return line.slice(indent);
      return isBlank(line) ? (line.endsWith("\r") ? "\r" : "") : line.slice(indent);
    })
    .join("\n");
}
