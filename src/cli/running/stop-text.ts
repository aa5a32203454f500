import type { ReplayStop } from "../../runtime/journal/effect-journal.ts";

/** Why a run does not go on, and the way out. */
export function stopText(reason: ReplayStop): string {
  switch (reason.kind) {
    case "diverged":
      return `the program does not do what was recorded: it asks for ${reason.asked}, where the recording has ${reason.recorded}`;
    case "killed":
      return "the recording ends here: the run was killed";
    case "in-doubt":
      return (
        `the run was killed during ${reason.effect}, which may have happened or not; ` +
        "--in-doubt=repeat does it again, --in-doubt=fail lets the program handle it as a failure"
      );
    case "lost-secret":
      return `the program was given a secret that no recording keeps (${reason.name}, by ${reason.effect}); ${wayOut(reason.name)}`;
    case "unwritable":
      return `the run cannot be recorded any further: ${reason.reason}; once that is mended, \`harn run --resume\` goes on with it`;
  }
}

/** Secrets of the environment have names; what only looked like one has a number. */
function wayOut(name: string): string {
  return /^\d+$/.test(name) ? "the run can be replayed, and not resumed" : `set ${name} in the environment`;
}
