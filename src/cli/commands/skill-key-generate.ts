import { generateSkillKey } from "../../packages/skill-signing.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { requiredText, withKeys } from "../skills/signing-command.ts";

/** `harn skill key generate`: a key pair to sign skills with. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const path = requiredText(invocation, "out");
  const { fingerprint, publicPath } = withKeys(() => generateSkillKey(path));
  context.output.write("stdout", `private_key: ${path}\npublic_key: ${publicPath}\nfingerprint: ${fingerprint}\n`);
  return 0;
}
