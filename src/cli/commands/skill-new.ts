import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";

const skillName = /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u;

/** `harn skill new` and `harn skills new`: a skill to fill in. */
export function execute(invocation: Invocation, { output }: CommandContext): number {
  const name = invocation.positionals[0] ?? "";
  if (!skillName.test(name))
    throw new CommandFailure(
      "skill.name",
      `'${name}' is no name for a skill: letters, digits, '.', '_' and '-' may be in it`,
    );
  const folder = invocation.text("dir") ?? join(".harn", "skills", name);
  if (existsSync(folder) && !invocation.has("force"))
    throw new CommandFailure("already_exists", `${folder} already exists. --force writes over its files.`);
  mkdirSync(join(folder, "files"), { recursive: true });
  writeFileSync(join(folder, "SKILL.md"), skillText(name, invocation.text("description") ?? `What ${name} is for`));
  writeFileSync(join(folder, "files", "README.md"), `Files that the skill \`${name}\` brings along.\n`);
  output.write(
    "stdout",
    `Made the skill '${name}' in ${folder}\n  SKILL.md\n  files/README.md\n\nFill in SKILL.md; \`harn skills resolved\` shows whether it is found.\n`,
  );
  return 0;
}

function skillText(name: string, short: string): string {
  return `---
name: ${name}
short: ${JSON.stringify(short)}
# description: more than fits into a line
# when_to_use: what a task is about that wants this skill
# allowed_tools: []
# paths: []
---

# ${name}

What an agent is told when this skill is active: steps to take, tools to
use, things to look out for.

\`$ARGUMENTS\` and \`$1\` stand for what the skill is called with,
\`\${HARN_SKILL_DIR}\` for this folder.
`;
}
