import { HumanRequestError } from "../../hitl/index.ts";
import { humanDesk } from "../../hitl/key.ts";
import { resumeWaiting } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { withOrchestrator } from "../running/orchestrator.ts";
import { printJson } from "../running/project-runtime.ts";

/** Accepts an escalation, and dispatches the event again that waited for it. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [requestId = ""] = invocation.positionals;
  const reviewer = invocation.text("reviewer") as string;
  const reason = invocation.text("reason");
  const report = await withOrchestrator(invocation, context, async ({ machine, task, triggers }) => {
    const desk = machine.service(humanDesk);
    try {
      await desk.requireKnown(requestId);
      await desk.respond({
        requestId,
        accepted: true,
        approved: true,
        reviewer,
        ...(reason !== undefined && { reason }),
      });
    } catch (error) {
      if (error instanceof HumanRequestError) throw new CommandFailure("orchestrator.resume", error.message);
      throw error;
    }
    const resumed = await resumeWaiting(triggers, task, requestId);
    return {
      request_id: requestId,
      reviewer,
      reason: reason ?? null,
      resumed: resumed.map(({ eventId, status }) => ({ event_id: eventId, status })),
    };
  });
  if (invocation.has("json")) printJson(context, report);
  else {
    const resumed = report.resumed.map(({ event_id, status }) => `- event=${event_id} status=${status}`);
    context.output.write("stdout", `${[`Accepted ${requestId} as ${reviewer}`, ...resumed].join("\n")}\n`);
  }
  return 0;
}
