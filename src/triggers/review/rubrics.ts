/** What to look for, by the names that `self_review` and `std/review` know. */
export const rubrics: Readonly<Record<string, string>> = {
  default:
    "Look for incorrect behaviour, missing tests, security problems and departures from the project's style. Report what matters, and little else. Block on defects, on risky changes without tests, and on exposed credentials.",
  code: "Look for incorrect behaviour, regressions, assumptions that may not hold, breaks of the public interface, and missing tests. Block when the change is probably wrong, or is not tested enough.",
  docs: "Look for statements that are wrong or that the code no longer bears out, examples that do not work, missing migration notes, and wording that could mislead.",
  infra:
    "Look for unsafe rollouts, missing observability, failure modes nobody handles, drift of configuration, missing ways back, and effects on operations.",
  security:
    "Look for exposed credentials, gaps in authentication and authorisation, unsafe handling of data, ways to inject, and cheap ways to harden.",
};

export interface Rubric {
  readonly text: string;
  /** Its name, where it is one of ours. */
  readonly preset: string | null;
}

/** A rubric by its name in any case, or a text that is one; nothing means the default. */
export function rubricOf(given: string | undefined): Rubric {
  const text = (given ?? "").trim();
  const preset = text === "" ? "default" : text.toLowerCase();
  const known = Object.hasOwn(rubrics, preset) ? rubrics[preset] : undefined;
  return known === undefined ? { text, preset: null } : { text: known, preset };
}
