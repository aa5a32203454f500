import { fetchKey, KeyFetchError } from "../../packages/fetched-key.ts";
import { read, trustSigner } from "../../packages/skill-signing.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { signersFolder } from "../skills/place.ts";
import { requiredText, withKeys } from "../skills/signing-command.ts";

/** `harn skill trust add`: signatures by this key count from now on. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const source = requiredText(invocation, "from");
  const pem = /^https?:/u.test(source) ? await fetched(source) : withKeys(() => read(source).toString("utf8"));
  const { fingerprint, path } = withKeys(() => trustSigner(signersFolder(context.cwd), pem, source));
  context.output.write("stdout", `fingerprint: ${fingerprint}\npath: ${path}\n`);
  return 0;
}

async function fetched(url: string): Promise<string> {
  try {
    return await fetchKey(url);
  } catch (error) {
    if (error instanceof KeyFetchError) throw new CommandFailure("skill.signing", error.message, { cause: error });
    throw error;
  }
}
