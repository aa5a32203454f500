import { helpOf } from "../arguments/help.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { failure, success } from "../envelope.ts";
import { jsonOutputs } from "../json-outputs.ts";
import { product } from "../product.ts";

/** `harn` with flags alone. */
export function execute(invocation: Invocation, { output }: CommandContext): number {
  if (invocation.has("version")) {
    output.write("stdout", `${product.name} ${product.version}\n`);
    return 0;
  }
  if (invocation.has("json-schemas")) return listJsonOutputs(invocation.text("command"), output);
  output.write("stderr", helpOf(invocation.command, invocation.path));
  return 2;
}

function listJsonOutputs(command: string | undefined, output: CommandContext["output"]): number {
  const listed = jsonOutputs.filter((entry) => command === undefined || entry.command === command);
  if (listed.length === 0) {
    output.write(
      "stdout",
      failure({ code: "schema_not_found", message: `no JSON schema registered for command '${command}'` }),
    );
    return 1;
  }
  output.write("stdout", success(listed));
  return 0;
}
