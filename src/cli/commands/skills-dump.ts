import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { shippedSkills, shippedText } from "../skills/shipped.ts";

/** `harn skills dump --all`: the skills about Harn as files. Nothing is written when one of them is there already. */
export function execute(invocation: Invocation, { cwd, output }: CommandContext): number {
  if (!invocation.has("all")) throw new UsageError("`harn skills dump` requires `--all`: it writes every skill");
  const folder = invocation.text("out") ?? "skills";
  const files = shippedSkills().map(({ name }) => ({ name, path: join(folder, name, "SKILL.md") }));
  const taken = invocation.has("force") ? undefined : files.find(({ path }) => existsSync(resolve(cwd, path)));
  if (taken !== undefined)
    throw new CommandFailure("already_exists", `${taken.path} already exists. --force writes over it.`);
  for (const { name, path } of files) {
    mkdirSync(resolve(cwd, folder, name), { recursive: true });
    writeFileSync(resolve(cwd, path), shippedText(name));
  }
  output.write(
    "stdout",
    `Wrote ${files.length} skill(s) to ${folder}\n${files.map(({ path }) => `  ${path}\n`).join("")}`,
  );
  return 0;
}
