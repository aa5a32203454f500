import { UnknownEventError } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { dispatchReport, dispatchText, withOrchestrator } from "../running/orchestrator.ts";
import { printJson } from "../running/project-runtime.ts";

/** Dispatches an event again that the orchestrator's log has. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [eventId = ""] = invocation.positionals;
  const report = await withOrchestrator(invocation, context, async ({ task, triggers }) => {
    try {
      return dispatchReport(await triggers.replay(task, eventId));
    } catch (error) {
      if (!(error instanceof UnknownEventError)) throw error;
      throw new CommandFailure("orchestrator.unknown_event", error.message);
    }
  });
  if (invocation.has("json")) printJson(context, report);
  else context.output.write("stdout", dispatchText("Replay result:", report));
  return 0;
}
