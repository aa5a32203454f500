import { writeFileSync } from "node:fs";
import { hostError } from "../../host/node/errors.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import { configText } from "../configuration/document.ts";
import { configSchema } from "../configuration/schema.ts";
import type { CommandContext } from "../context.ts";

export function execute(invocation: Invocation, { output }: CommandContext): number {
  const text = configText(configSchema);
  const file = invocation.text("output");
  if (file === undefined) {
    output.write("stdout", text);
    return 0;
  }
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CommandFailure("write_failed", `cannot write ${file}: ${hostError(error).message}`);
  }
  return 0;
}
