import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { supervise } from "../personas/supervision.ts";
import { printStatus } from "../personas/text.ts";

/** Lets a persona go on, with what waited for it first. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const status = await supervise(invocation, context, "write", (supervisor) => supervisor.resume());
  printStatus(status, invocation, context);
  return 0;
}
