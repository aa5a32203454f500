import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { supervise } from "../personas/supervision.ts";
import { printStatus } from "../personas/text.ts";

/** How a persona stands: what it does, what waits for it, what it has spent. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const status = await supervise(invocation, context, "read", (supervisor) => supervisor.status());
  printStatus(status, invocation, context);
  return 0;
}
