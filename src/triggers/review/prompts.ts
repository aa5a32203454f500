import { encodeJson } from "../../eventlog/index.ts";
import type { ReviewFinding } from "./findings.ts";
import type { Rubric } from "./rubrics.ts";

export const reviewer = `You review a diff before it is proposed for merging. Answer with JSON alone:
{"summary": "one sentence", "findings": [{"severity": "blocking" | "warning" | "info", "category": "…", "title": "…", "detail": "evidence and consequence", "suggestion": "…" or null, "file": "…" or null, "line_start": 1 or null, "line_end": 1 or null}]}

No finding is better than a guess. A finding names something that the diff does, and what goes wrong because of it: incorrect behaviour, a security hole, a break of compatibility, an unsafe rollout, a risky change without a test. Style and taste are no findings. Read every part of a changed file before you say that something is missing in it.`;

export interface ReviewRound {
  readonly diff: string;
  readonly rubric: Rubric;
  readonly round: number;
  readonly maxRounds: number;
  readonly secrets: readonly ReviewFinding[];
  /** What the round before has found; the first has none to look at. */
  readonly candidates: readonly ReviewFinding[];
}

/** The question of one round. The first looks for findings, later ones try to disprove those of the round before. */
export function reviewPrompt(round: ReviewRound): string {
  const { candidates, diff, maxRounds, rubric, secrets } = round;
  const head = [
    `Round ${round.round} of ${maxRounds}.`,
    `What to look for (${rubric.preset ?? "custom"}):\n${rubric.text}`,
    candidates.length === 0 ? searching : `${doubting}\n\nCandidates:\n\`\`\`json\n${encodeJson(candidates)}\n\`\`\``,
    secretText(secrets),
  ];
  return `${head.join("\n\n")}\n\nDiff:\n\`\`\`diff\n${diff}\n\`\`\``;
}

const searching = `Rules:
- Report only what the diff shows. It is no listing of the project: what it does not show may be there all the same.
- \`blocking\` is what must not be merged, \`warning\` what should be mended soon, \`info\` is rare.
- "Verify", "consider" and "monitor" are no suggestions: say what to change.
- A clean diff has an empty list of findings.`;

const doubting = `These are candidates of the round before. Try to disprove each, and add none. Keep those that the diff clearly bears out, and word them more exactly where you can. Drop a candidate that is about a file the diff does not change, that says something is missing which the diff adds, that takes absence from the diff for absence from the project, or that only asks to check something.`;

function secretText(secrets: readonly ReviewFinding[]): string {
  if (secrets.length === 0) return "A scan for secrets found none.";
  return `A scan for secrets found these, which are reported already:\n${secrets.map(({ line_start, title }) => `- line ${line_start}: ${title}`).join("\n")}`;
}
