import { signSkill } from "../../packages/skill-signing.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { requiredText, withKeys } from "../skills/signing-command.ts";

/** `harn skill sign`: writes `SKILL.md.sig` beside a skill, in the name of its author. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const [path = ""] = invocation.positionals;
  const signed = withKeys(() => signSkill(path, requiredText(invocation, "key"), new Date()));
  const lines = [
    `signature: ${signed.signaturePath}`,
    `fingerprint: ${signed.fingerprint}`,
    `skill_sha256: ${signed.skillSha256}`,
  ];
  context.output.write("stdout", `${lines.join("\n")}\n`);
  return 0;
}
