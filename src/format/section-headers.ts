/** Comments at the top level that part a file into sections: a bar of dashes, or a title between two. */
import type { PlacedComment } from "./comment-table.ts";

export type CommentPart =
  | { readonly kind: "comments"; readonly comments: PlacedComment[] }
  | { readonly kind: "header"; readonly lines: readonly string[] };

export function splitAtHeaders(comments: readonly PlacedComment[], barWidth: number): CommentPart[] {
  const bar = `// ${"-".repeat(Math.max(barWidth - 3, 4))}`;
  const parts: CommentPart[] = [];
  for (let index = 0; index < comments.length; ) {
    const comment = comments[index] as PlacedComment;
    const framed = framedTitle(comments, index);
    const title = framed ?? inlineTitle(comment);
    if (title !== undefined) parts.push({ kind: "header", lines: [bar, `// ${title}`, bar] });
    else if (isBar(comment)) parts.push({ kind: "header", lines: [bar] });
    else addComment(parts, comment);
    index += framed === undefined ? 1 : 3;
  }
  return parts;
}

function addComment(parts: CommentPart[], comment: PlacedComment): void {
  const last = parts[parts.length - 1];
  if (last?.kind === "comments") last.comments.push(comment);
  else parts.push({ kind: "comments", comments: [comment] });
}

/** The text of a `//` comment. */
function lineText(comment: PlacedComment | undefined): string | undefined {
  return comment?.endsLine && !comment.isDoc ? comment.text.slice(2).trim() : undefined;
}

function isBar(comment: PlacedComment | undefined): boolean {
  return /^-{4,}$/.test(lineText(comment) ?? "");
}

/** The middle one of bar, title, bar on three lines in a row. */
function framedTitle(comments: readonly PlacedComment[], index: number): string | undefined {
  const [first, middle, last] = [comments[index], comments[index + 1], comments[index + 2]];
  if (!first || !isBar(first) || !isBar(last) || isBar(middle)) return undefined;
  const title = lineText(middle);
  if (!title || middle?.firstLine !== first.firstLine + 1 || last?.firstLine !== first.firstLine + 2) return undefined;
  return title;
}

/** `// ---- Title` and `// ---- Title ----`. */
function inlineTitle(comment: PlacedComment): string | undefined {
  const found = /^-{4,}\s*([^\s-].*?)\s*(?:-{4,})?$/.exec(lineText(comment) ?? "");
  return found?.[1];
}
