import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { operatorName } from "../running/bulk-triggers.ts";
import { withOrchestrator } from "../running/orchestrator.ts";
import { printJson } from "../running/project-runtime.ts";

/** Drops the jobs of a queue that nobody has claimed. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [queue = ""] = invocation.positionals;
  if (!invocation.has("confirm"))
    throw new CommandFailure(
      "orchestrator.confirm",
      "queue purge is destructive; rerun with `--confirm` to drop ready jobs",
    );
  const report = await withOrchestrator(invocation, context, async ({ triggers }) => {
    const purged = await triggers.queue.purgeUnclaimed(queue, operatorName(context), "harn orchestrator queue purge");
    return { queue, purged, summary: await triggers.queue.summary(queue) };
  });
  const { purged, summary } = report;
  if (invocation.has("json")) printJson(context, report);
  else
    context.output.write(
      "stdout",
      `Purged queue '${queue}': purged=${purged} ready=${summary.ready} in_flight=${summary.in_flight} purged_total=${summary.purged}\n`,
    );
  return 0;
}
