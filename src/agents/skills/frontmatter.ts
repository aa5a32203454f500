export interface SkillFile {
  /** The YAML between the `---` lines; empty when there is none. */
  readonly frontmatter: string;
  readonly body: string;
}

/** Takes a `SKILL.md` apart. */
export function splitSkillFile(text: string): SkillFile {
  const match = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/.exec(text);
  if (match === null) return { frontmatter: "", body: text };
  return { frontmatter: match[1] ?? "", body: text.slice(match[0].length) };
}
