import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import type { CommandContext } from "../context.ts";
import { withProject } from "../running/project-runtime.ts";
import { tierOf } from "./trust-query.ts";

/** `harn trust promote` and `demote`: what the agent may do from now on, as a record of the graph. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [agent = ""] = invocation.positionals;
  const tier = tierOf(invocation.text("to"));
  if (tier === undefined) throw new UsageError("`harn trust` needs the tier to change to: --to");
  const verb = invocation.path.at(-1) as "promote" | "demote";
  const reason = verb === "demote" ? invocation.text("reason") : undefined;
  await withProject(context, { installs: false }, async ({ triggers: { trust, uuid } }) => {
    await trust.record({
      agent,
      action: `trust.${verb}`,
      approver: null,
      outcome: "success",
      traceId: `trustctl-${uuid()}`,
      tier,
      costUsd: null,
      metadata: reason === undefined ? {} : { reason },
    });
  });
  context.output.write("stdout", `${verb}d ${agent} -> ${tier}\n`);
  return 0;
}
