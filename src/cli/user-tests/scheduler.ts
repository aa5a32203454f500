/** How a piece of work may share the machine. */
export interface Claim {
  /** Of two pieces with the same group, one waits for the other. */
  readonly serialGroup?: string;
  readonly places: number;
}

/**
 * Runs work side by side on a number of places. A piece that needs more places than there are gets all of them. Pieces start in
 * their order as far as claims allow: one that must wait lets later ones go first.
 */
export async function runSideBySide<T extends Claim>(
  work: readonly T[],
  places: number,
  perform: (piece: T) => Promise<void>,
): Promise<void> {
  const waiting = [...work];
  const groups = new Set<string>();
  const running = new Set<Promise<void>>();
  let free = places;
  const start = (piece: T): void => {
    const taken = Math.min(piece.places, places);
    const { serialGroup } = piece;
    free -= taken;
    if (serialGroup !== undefined) groups.add(serialGroup);
    const done: Promise<void> = perform(piece).finally(() => {
      free += taken;
      if (serialGroup !== undefined) groups.delete(serialGroup);
      running.delete(done);
    });
    running.add(done);
  };
  const mayStart = ({ places: wanted, serialGroup }: T): boolean =>
    Math.min(wanted, places) <= free && (serialGroup === undefined || !groups.has(serialGroup));
  while (waiting.length > 0 || running.size > 0) {
    for (let next = waiting.findIndex(mayStart); next !== -1; next = waiting.findIndex(mayStart)) {
      start(waiting.splice(next, 1)[0] as T);
    }
    await Promise.race(running);
  }
}
