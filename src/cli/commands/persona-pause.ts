import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { supervise } from "../personas/supervision.ts";
import { printStatus } from "../personas/text.ts";

/** Pauses a persona: what comes for it waits. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const status = await supervise(invocation, context, "write", (supervisor) => supervisor.pause());
  printStatus(status, invocation, context);
  return 0;
}
