/** The candidate that is closest to `name` by edits, at most `limit` of them; the first of equals, and never `name` itself. */
export function nearestName(name: string, candidates: Iterable<string>, limit = slips(name)): string | undefined {
  let best: string | undefined;
  let bound = limit;
  for (const candidate of candidates) {
    const distance = editDistance(name, candidate, bound);
    if (distance > bound || distance === 0) continue;
    if (best !== undefined && distance === bound) continue;
    best = candidate;
    bound = distance;
    if (bound === 1) break;
  }
  return best;
}

/** How many slips of the finger a name of its length can have and still be recognised. */
function slips(name: string): number {
  return name.length <= 2 ? 1 : name.length <= 5 ? 2 : 3;
}

/** Insertions, deletions and replacements between two names; anything above `limit` once it is clear that there are more. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    let least = row;
    for (let column = 1; column <= b.length; column++) {
      const replaced = (previous[column - 1] as number) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const cost = Math.min(replaced, (previous[column] as number) + 1, (current[column - 1] as number) + 1);
      current.push(cost);
      least = Math.min(least, cost);
    }
    if (least > limit) return limit + 1;
    previous = current;
  }
  return previous[b.length] as number;
}
