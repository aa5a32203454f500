/** Both texts line by line at the same place: `- expected`, `+ actual`, two blanks where they agree. */
export function lineDifference(expected: string, actual: string): string {
  const wanted = expected.split("\n");
  const got = actual.split("\n");
  const lines: string[] = [];
  for (let at = 0; at < Math.max(wanted.length, got.length); at++) {
    const left = wanted[at];
    const right = got[at];
    if (left === right) lines.push(`  ${left}`);
    else {
      if (left !== undefined) lines.push(`- ${left}`);
      if (right !== undefined) lines.push(`+ ${right}`);
    }
  }
  return lines.join("\n");
}
