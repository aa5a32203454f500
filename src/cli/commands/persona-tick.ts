import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { spendingOf, supervise } from "../personas/supervision.ts";
import { printReceipt } from "../personas/text.ts";

/** Lets the schedule of a persona come due. What it comes to is in the receipt; the status is 0 all the same. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const cost = spendingOf(invocation);
  const receipt = await supervise(invocation, context, "write", (supervisor) => supervisor.tick(cost));
  printReceipt(receipt, invocation, context);
  return 0;
}
