import type { Json, JsonObject } from "../../eventlog/index.ts";
import { type Backlog, backlogOf } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { withOrchestrator } from "../running/orchestrator.ts";
import { printJson } from "../running/project-runtime.ts";

/** What waits: jobs of worker queues, dispatches under way, retries, and envelopes that nobody has begun. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const report = await withOrchestrator(invocation, context, async ({ triggers }) => {
    const backlog = await backlogOf(triggers);
    const queues = await triggers.queue.summaries();
    const inspected = await Promise.all(queues.map(({ queue }) => triggers.queue.inspect(queue)));
    return {
      dispatcher: backlog,
      worker_queues: queues,
      scheduler: inspected.map(({ scheduler }) => scheduler ?? null),
    };
  });
  if (invocation.has("json")) printJson(context, report);
  else context.output.write("stdout", textOf(report));
  return 0;
}

interface QueueReport {
  readonly dispatcher: Backlog;
  readonly worker_queues: readonly JsonObject[];
  readonly scheduler: readonly Json[];
}

function textOf({ dispatcher, worker_queues: queues }: QueueReport): string {
  const { in_flight_dispatches: running, pending_retries: retries, stranded_envelopes: stranded } = dispatcher;
  const facts = {
    inferred_in_flight: running.length,
    inferred_pending_retries: retries.length,
    stranded_envelopes: stranded.length,
    inbox_claims_written: dispatcher.inbox_claims_written,
    inbox_envelopes_written: dispatcher.inbox_envelopes_written,
  };
  const sections: readonly (readonly [string, readonly string[]])[] = [
    ["Queue:", Object.entries(facts).map(([key, value]) => `${key}=${value}`)],
    ["Worker queues:", queues.map(queueLine)],
    ["In-flight dispatches:", running.map(dispatchLine)],
    ["Pending retries:", retries.map(dispatchLine)],
    ["Waiting dispatches:", dispatcher.waiting_dispatches.map(dispatchLine)],
    [
      "Stranded envelopes:",
      stranded.map((item) => `event=${item.event_id} trigger=${item.trigger_id ?? "-"} age=${item.age_ms}ms`),
    ],
  ];
  return `${sections.map(([title, lines]) => [title, ...listed(lines)].join("\n")).join("\n\n")}\n`;
}

function listed(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ["- none"] : lines.map((line) => `- ${line}`);
}

function queueLine({
  acked,
  in_flight,
  oldest_unclaimed_age_ms: age,
  purged,
  queue,
  ready,
  responses,
}: JsonObject): string {
  const oldest = age === null ? "-" : `${age}ms`;
  return `${queue} ready=${ready} in_flight=${in_flight} acked=${acked} purged=${purged} responses=${responses} oldest_unclaimed_age=${oldest}`;
}

function dispatchLine({ attempt, binding_key, event_id }: JsonObject): string {
  return `binding=${binding_key} event=${event_id} attempt=${attempt ?? "-"}`;
}
