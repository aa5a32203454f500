const preservedLines = 32;
const diagnosticLine = /\b(error|warning|fail(ed|ure)?|panic(ked)?|exception|fatal)\b/i;

/** A text cut to about `limit` characters: its head and tail, on line bounds where there are some, and diagnostic lines from between. */
export function microcompact(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor(limit / 2);
  const head = wholeLines(text.slice(0, half), "end");
  const tail = wholeLines(text.slice(text.length - half), "start");
  const middle = text.slice(head.length, text.length - tail.length);
  const diagnostics = middle.split("\n").filter((line) => diagnosticLine.test(line) && line.length <= half);
  const kept =
    diagnostics.length === 0
      ? ""
      : `[diagnostic lines preserved]\n${diagnostics.slice(0, preservedLines).join("\n")}\n`;
  const cut = `${head}\n[... ${middle.length} characters snipped ...]\n${kept}${tail}`;
  return cut.length < text.length ? cut : text;
}

/** Drops a broken line at one end, unless that would drop half of the piece or more. */
function wholeLines(piece: string, brokenEnd: "start" | "end"): string {
  const at = brokenEnd === "end" ? piece.lastIndexOf("\n") : piece.indexOf("\n");
  if (at < 0) return piece;
  const whole = brokenEnd === "end" ? piece.slice(0, at) : piece.slice(at + 1);
  return whole.length * 2 > piece.length ? whole : piece;
}
