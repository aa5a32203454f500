/** Lines that are compared one with another at most; beyond it the middle counts as replaced as a whole. */
const largestTable = 4_000_000;

/** The lines of two texts, marked with a blank, `-` or `+`. What goes stands before what comes. */
export function lineDiff(before: string, after: string): string {
  const old = linesOf(before);
  const young = linesOf(after);
  let head = 0;
  while (head < old.length && head < young.length && old[head] === young[head]) head++;
  let tail = 0;
  while (tail < old.length - head && tail < young.length - head && old.at(-1 - tail) === young.at(-1 - tail)) tail++;
  const middle = middleOf(old.slice(head, old.length - tail), young.slice(head, young.length - tail));
  const same = (lines: readonly string[]): string[] => lines.map((line) => ` ${line}`);
  const all = [...same(old.slice(0, head)), ...middle, ...same(old.slice(old.length - tail))];
  return all.map((line) => `${line}\n`).join("");
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

function middleOf(old: readonly string[], young: readonly string[]): string[] {
  if (old.length * young.length > largestTable)
    return [...old.map((line) => `-${line}`), ...young.map((line) => `+${line}`)];
  const width = young.length + 1;
  // lengths[i * width + j]: longest common subsequence of what follows line i of the old and line j of the young text.
  const lengths = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] as number;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = young.length - 1; j >= 0; j--)
      lengths[i * width + j] = old[i] === young[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: string[] = [];
  let i = 0;
  let j = 0;
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      lines.push(` ${old[i++]}`);
      j++;
    } else if (i < old.length && (j >= young.length || at(i + 1, j) >= at(i, j + 1))) lines.push(`-${old[i++]}`);
    else lines.push(`+${young[j++]}`);
  }
  return lines;
}
