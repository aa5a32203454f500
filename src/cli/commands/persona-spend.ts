import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import { spendingOf, supervise } from "../personas/supervision.ts";
import { printJson } from "../running/project-runtime.ts";

/** Records what work of a persona cost; status 1 where a limit of its budget stands against that. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  if (invocation.text("cost-usd") === undefined) throw new UsageError("`harn persona spend` needs --cost-usd");
  const cost = spendingOf(invocation);
  const budget = await supervise(invocation, context, "write", (supervisor) => supervisor.spend(cost));
  const { exhausted, spent_today_usd: spent, tokens_today: tokens } = budget;
  if (invocation.has("json")) printJson(context, budget);
  else
    context.output.write(
      "stdout",
      `budget: spent_today=$${spent.toFixed(4)} tokens_today=${tokens} exhausted=${exhausted}\n`,
    );
  return 0;
}
