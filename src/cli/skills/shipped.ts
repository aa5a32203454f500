import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { splitSkillFile } from "../../agents/index.ts";

/** A skill about Harn itself, which comes with the command. Keys are those of the JSON that commands print. */
export interface ShippedSkill {
  readonly name: string;
  readonly short: string;
  readonly description: string;
  readonly when_to_use: string;
}

/** Those that there are, by name. */
export function shippedSkills(): readonly ShippedSkill[] {
  return readdirSync(skillsFolder())
    .sort()
    .map((name) => cardOf(shippedText(name)));
}

/** The whole `SKILL.md`. */
export function shippedText(name: string): string {
  return readFileSync(join(skillsFolder(), name, "SKILL.md"), "utf8");
}

function cardOf(text: string): ShippedSkill {
  const { name, short, description, when_to_use } = parse(splitSkillFile(text).frontmatter) as ShippedSkill;
  return { name, short, description, when_to_use };
}

/** Beside the bundle; in the source tree, among the documents. */
function skillsFolder(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, "skills"), join(here, "..", "..", "..", "docs", "skills")];
  const found = candidates.find((folder) => existsSync(join(folder, "harn-language")));
  if (found === undefined)
    throw new Error(`the skills about Harn are not where this installation keeps them (${candidates[0]})`);
  return found;
}
