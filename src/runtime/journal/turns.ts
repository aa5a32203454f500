import type { Turns } from "../../vm/index.ts";
import type { EffectJournal } from "./effect-journal.ts";

/** When tasks give the event loop a turn, as it was recorded: a busy program is then interrupted where it was before. */
export function journaledTurns(turns: Turns, journal: EffectJournal): Turns {
  return {
    // Whole milliseconds are exact enough, and most readings in a row are the same.
    now: () => journal.reading("turn.now", () => Math.floor(turns.now())),
    after: (callback) => {
      journal.callback("turn.after", [], callback, (fire) => {
        turns.after(fire);
        return () => {};
      });
    },
  };
}
