import { splitSkillFile } from "../../agents/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { shippedSkills, shippedText } from "../skills/shipped.ts";

/** `harn skills get NAME`: what a skill about Harn is for, with `--full` also what it says. */
export function execute(invocation: Invocation, { output }: CommandContext): number {
  const requested = invocation.positionals[0] ?? "";
  const skills = shippedSkills();
  const skill = skills.find(({ name }) => name === requested);
  if (skill === undefined) {
    const message = `no skill named \`${requested}\``;
    const available = skills.map(({ name }) => name);
    if (invocation.has("json"))
      output.write("stdout", failure({ code: "skill_not_found", message, details: { available, requested } }));
    else output.write("stderr", `error: ${message}.\nhint: there are ${available.join(", ")}\n`);
    return 1;
  }
  const body = invocation.has("full") ? splitSkillFile(shippedText(skill.name)).body : undefined;
  if (invocation.has("json")) {
    output.write("stdout", success({ ...skill, ...(body !== undefined && { body }) }));
    return 0;
  }
  const width = Math.max(...Object.keys(skill).map((key) => key.length)) + 1;
  const lines = Object.entries(skill).map(([key, text]) => `${`${key}:`.padEnd(width)} ${text}\n`);
  output.write("stdout", `${lines.join("")}${body ?? ""}`);
  return 0;
}
