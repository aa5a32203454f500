import type { JsonObject } from "../../eventlog/index.ts";
import { outcomeJson, strandedEnvelopes } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { UsageError } from "../arguments/usage-error.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { withOrchestrator } from "../running/orchestrator.ts";
import { periodOf } from "./orchestrator-queue-drain.ts";

/** Dispatches events that were taken in and never begun, because a process ended in between. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const age = invocation.text("envelope-age");
  if (age === undefined) throw new UsageError("`harn orchestrator recover` needs --envelope-age");
  const minAgeMs = periodOf(age);
  const isDryRun = invocation.has("dry-run");
  if (!isDryRun && !invocation.has("yes"))
    throw new CommandFailure(
      "orchestrator.confirm",
      "refusing to replay stranded envelopes without --yes; pass --dry-run to inspect first",
    );
  const { outcomes, stranded } = await withOrchestrator(invocation, context, async ({ task, triggers }) => {
    const found = await strandedEnvelopes(triggers, minAgeMs);
    return { stranded: found, outcomes: isDryRun ? [] : (await triggers.recover(task, minAgeMs)).map(outcomeJson) };
  });
  const lines = [
    "Recovery:",
    `- dry_run=${isDryRun}`,
    `- min_envelope_age=${age}`,
    `- stranded_envelopes=${stranded.length}`,
    "",
    "Candidates:",
    ...listed(
      stranded,
      ({ age_ms, event_id, trigger_id }) => `event=${event_id} trigger=${trigger_id ?? "-"} age=${age_ms}ms`,
    ),
    ...(isDryRun
      ? []
      : ["", "Replayed:", ...listed(outcomes, ({ event_id, status }) => `event=${event_id} status=${status}`)]),
  ];
  context.output.write("stdout", `${lines.join("\n")}\n`);
  return 0;
}

function listed(items: readonly JsonObject[], line: (item: JsonObject) => string): readonly string[] {
  return items.length === 0 ? ["- none"] : items.map((item) => `- ${line(item)}`);
}
