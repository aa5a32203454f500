/** Lines beyond this in each text are compared as one block: the table of a longest common subsequence grows with both. */
const longest = 2000;

/** The difference of two texts by lines, all of them shown, under the headers of a unified diff. */
export function lineDiff(path: string, before: string, after: string): string {
  const body = compare(linesOf(before), linesOf(after));
  return [`--- a/${path}`, `+++ b/${path}`, ...body, ""].join("\n");
}

function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function compare(before: readonly string[], after: readonly string[]): string[] {
  if (before.length > longest || after.length > longest)
    return [...before.map((line) => `-${line}`), ...after.map((line) => `+${line}`)];
  const lengths = commonLengths(before, after);
  const out: string[] = [];
  let at = 0;
  let to = 0;
  while (at < before.length || to < after.length) {
    if (at < before.length && to < after.length && before[at] === after[to]) {
      out.push(` ${before[at]}`);
      at++;
      to++;
    } else if (to >= after.length || (at < before.length && length(lengths, at + 1, to) >= length(lengths, at, to + 1)))
      out.push(`-${before[at++]}`);
    else out.push(`+${after[to++]}`);
  }
  return out;
}

function length(lengths: readonly (readonly number[])[], at: number, to: number): number {
  return lengths[at]?.[to] ?? 0;
}

/** How long the common subsequence of what is left is, from each pair of places on. */
function commonLengths(before: readonly string[], after: readonly string[]): number[][] {
  const lengths = Array.from({ length: before.length + 1 }, () => new Array<number>(after.length + 1).fill(0));
  for (let at = before.length - 1; at >= 0; at--)
    for (let to = after.length - 1; to >= 0; to--) {
      const row = lengths[at] as number[];
      row[to] =
        before[at] === after[to]
          ? length(lengths, at + 1, to + 1) + 1
          : Math.max(length(lengths, at + 1, to), length(lengths, at, to + 1));
    }
  return lengths;
}
