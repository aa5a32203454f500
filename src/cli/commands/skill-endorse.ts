import { endorseSkill } from "../../packages/skill-signing.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { requiredText, withKeys } from "../skills/signing-command.ts";

/** `harn skill endorse`: adds a signature of somebody who stands behind a skill that its author has signed. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const [path = ""] = invocation.positionals;
  const signed = withKeys(() => endorseSkill(path, requiredText(invocation, "key"), new Date()));
  const lines = [
    `signature: ${signed.signaturePath}`,
    `endorser_fingerprint: ${signed.fingerprint}`,
    `skill_sha256: ${signed.skillSha256}`,
  ];
  context.output.write("stdout", `${lines.join("\n")}\n`);
  return 0;
}
