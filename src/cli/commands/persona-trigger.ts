import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { spendingOf, supervise } from "../personas/supervision.ts";
import { printReceipt } from "../personas/text.ts";

/** Gives a persona an event as its providers would. What it comes to is in the receipt; the status is 0 all the same. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const cost = spendingOf(invocation);
  const event = {
    provider: needed(invocation, "provider"),
    kind: needed(invocation, "kind"),
    metadata: metadataOf(invocation.texts("metadata")),
  };
  const receipt = await supervise(invocation, context, "write", (supervisor) => supervisor.trigger(event, cost));
  printReceipt(receipt, invocation, context);
  return 0;
}

function needed(invocation: Invocation, flag: string): string {
  const text = invocation.text(flag);
  if (text === undefined || text.trim() === "") throw new UsageError(`\`harn persona trigger\` needs --${flag}`);
  return text;
}

function metadataOf(pairs: readonly string[]): Readonly<Record<string, string>> {
  const entries = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1) throw new CommandFailure("invalid_metadata", `metadata '${pair}' must use KEY=VALUE syntax`);
    return [pair.slice(0, at), pair.slice(at + 1)] as const;
  });
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}
