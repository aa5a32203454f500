import { read, trustSigner } from "../../packages/skill-signing.ts";
import { messageOf } from "../../text/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { signersFolder } from "../skills/place.ts";
import { requiredText, withKeys } from "../skills/signing-command.ts";

const longestPem = 65_536;
const timeoutMs = 20_000;

/** `harn skill trust add`: signatures by this key count from now on. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const source = requiredText(invocation, "from");
  const pem = /^https?:/u.test(source) ? await fetched(source) : withKeys(() => read(source).toString("utf8"));
  const { fingerprint, path } = withKeys(() => trustSigner(signersFolder(context.cwd), pem, source));
  context.output.write("stdout", `fingerprint: ${fingerprint}\npath: ${path}\n`);
  return 0;
}

async function fetched(url: string): Promise<string> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    text = await response.text();
  } catch (error) {
    throw new CommandFailure("skill.signing", `cannot fetch ${url}: ${messageOf(error)}`);
  }
  if (!response.ok) throw new CommandFailure("skill.signing", `cannot fetch ${url}: HTTP ${response.status}`);
  return text.slice(0, longestPem);
}
