import { matchesGlob } from "../../llm/catalog/glob.ts";
import { textAt, textsAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";
import { words } from "../tools/bm25.ts";

export interface MatchSubject {
  readonly text: string;
  /** Files that are being worked on. */
  readonly files: readonly string[];
}

/** Words that say nothing about what a text is about. */
const common: ReadonlySet<string> = new Set(
  "a an and are as at be but by do for from has have how if in into is it its of on or some that the this to use user wants when where with you your".split(
    " ",
  ),
);

/** How well a skill fits: words that both share, its name in the text, files under its paths. Zero is no match. */
export function scoreSkill(
  skill: DictValue,
  subject: MatchSubject,
): { readonly score: number; readonly reason: string } {
  const said = new Set(words(subject.text));
  const about = new Set(
    words(`${textAt(skill, "description") ?? ""} ${textAt(skill, "when_to_use") ?? ""}`).filter(
      (word) => !common.has(word),
    ),
  );
  const hits = [...about].filter((word) => said.has(word));
  const name = textAt(skill, "name") ?? "";
  const isNamed = name !== "" && subject.text.toLowerCase().includes(name.toLowerCase());
  const paths = (textsAt(skill, "paths") ?? []).filter((pattern) =>
    subject.files.some((file) => matchesGlob(pattern.replaceAll("**", "*"), file)),
  );
  const reasons = [
    hits.length > 0 ? `words: ${hits.join(", ")}` : "",
    isNamed ? "named" : "",
    paths.length > 0 ? `paths: ${paths.join(", ")}` : "",
  ];
  return {
    score: hits.length / (hits.length + 1.5) + (isNamed ? 2 : 0) + paths.length * 1.5,
    reason: reasons.filter((reason) => reason !== "").join("; "),
  };
}
