/** Comments on lines of their own. Ordinary ones keep their text; doc comments that stand together become one block. */
import type { PlacedComment } from "./comment-table.ts";
import { fragment, indentOf, lineAt } from "./fragment.ts";

/** Each comment after a line break, indented. */
export function commentBlock(comments: readonly PlacedComment[], level: number, lineWidth: number): string {
  return commentLines(comments, level, lineWidth)
    .map((line) => (line === "" ? "\n" : lineAt(level) + line))
    .join("");
}

/** The comments as lines, which the caller indents. A blank one keeps two doc comments from becoming one. */
export function commentLines(comments: readonly PlacedComment[], level: number, lineWidth: number): string[] {
  const lines: string[] = [];
  for (let index = 0; index < comments.length; ) {
    const comment = comments[index] as PlacedComment;
    if (!comment.isDoc) {
      lines.push(comment.text);
      index++;
      continue;
    }
    const run = docRun(comments, index);
    if (comments[index - 1]?.isDoc) lines.push("");
    lines.push(...docLines(run, level, lineWidth));
    index += run.length;
  }
  return lines;
}

/** The doc comments from an index on with nothing between them, not even a blank line. */
function docRun(comments: readonly PlacedComment[], from: number): PlacedComment[] {
  const run = [comments[from] as PlacedComment];
  for (let index = from + 1; index < comments.length; index++) {
    const next = comments[index] as PlacedComment;
    if (!next.isDoc || next.firstLine !== (run[run.length - 1] as PlacedComment).lastLine + 1) break;
    run.push(next);
  }
  return run;
}

function docLines(run: readonly PlacedComment[], level: number, lineWidth: number): string[] {
  const body = withoutBlankEnds(run.flatMap(docBody));
  // Its text would end the block early or nest in it: the lines stay as they are.
  if (body.some((line) => /\*\/|\/\*/.test(line))) return run.map(({ text }) => text);
  if (body.length === 0) return ["/** */"];
  const [first = ""] = body;
  const single = `/** ${first} */`;
  if (body.length === 1 && indentOf(level).length + fragment(single).bytes <= lineWidth) return [single];
  return ["/**", ...body.map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}

function docBody({ text, endsLine }: PlacedComment): string[] {
  if (endsLine) return [text.slice(3).replace(/^ /, "").trimEnd()];
  const [first = "", ...others] = text.slice(3, -2).split("\n");
  return [first.replace(/^ /, "").trimEnd(), ...others.map((line) => line.replace(/^\s*\*? ?/, "").trimEnd())];
}

function withoutBlankEnds(lines: readonly string[]): readonly string[] {
  let from = 0;
  let to = lines.length;
  while (from < to && lines[from] === "") from++;
  while (to > from && lines[to - 1] === "") to--;
  return lines.slice(from, to);
}
