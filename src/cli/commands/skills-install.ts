import { resolve } from "node:path";
import { installSkills, SkillInstallError } from "../../packages/skill-install.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";

/** `harn skills install`: copies skills of a folder or a git repository to where programs of this project find them. */
export function execute(invocation: Invocation, { cwd, output }: CommandContext): number {
  try {
    const installed = installSkills({
      spec: invocation.positionals[0] ?? "",
      project: resolve(cwd),
      name: invocation.text("name"),
      tag: invocation.text("tag"),
      namespace: invocation.text("namespace"),
    });
    const under = installed.namespace === undefined ? "" : ` as ${installed.namespace}/…`;
    const count = installed.skills.length === 1 ? "1 skill" : `${installed.skills.length} skills`;
    output.write("stdout", `installed ${count}${under} in ${installed.path}: ${installed.skills.join(", ")}\n`);
    return 0;
  } catch (error) {
    if (error instanceof SkillInstallError) throw new CommandFailure("skill.install", error.message);
    throw error;
  }
}
