import { trustedSigners } from "../../packages/skill-signing.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { signersFolder } from "../skills/place.ts";

/** `harn skill trust list`: whose signatures count on this machine. */
export function execute(_invocation: Invocation, context: CommandContext): number {
  const signers = trustedSigners(signersFolder(context.cwd));
  const lines = signers.map(({ fingerprint, path }) => `${fingerprint} ${path}\n`);
  context.output.write("stdout", lines.length === 0 ? "No trusted skill signers installed.\n" : lines.join(""));
  return 0;
}
