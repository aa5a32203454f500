import type { JsonObject } from "../../eventlog/index.ts";
import type { DeadLetter } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { withOrchestrator } from "../running/orchestrator.ts";
import { type ProjectRuntime, printJson } from "../running/project-runtime.ts";

/** What no attempt could deliver: list it, try it again, or drop it. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const { title, report } = await withOrchestrator(invocation, context, (project) => perform(project, invocation));
  if (invocation.has("json")) printJson(context, report);
  else context.output.write("stdout", title === undefined ? listText(report) : factsText(title, report));
  return 0;
}

interface Performed {
  readonly title?: string;
  readonly report: JsonObject;
}

async function perform({ task, triggers }: ProjectRuntime, invocation: Invocation): Promise<Performed> {
  const entries = await triggers.deadLetters.pending();
  const named = (id: string): DeadLetter => {
    const entry = entries.find((candidate) => candidate.id === id);
    if (entry === undefined)
      throw new CommandFailure("orchestrator.unknown_entry", `unknown pending DLQ entry '${id}'`);
    return entry;
  };
  const [replay, discard] = [invocation.text("replay"), invocation.text("discard")];
  if (replay !== undefined) {
    const { id, event_id } = named(replay);
    const { outcome } = await triggers.replay(task, event_id);
    const { error, replayOfEventId, status } = outcome;
    const facts = { entry_id: id, event_id, status: status === "succeeded" ? "dispatched" : status };
    return { title: "DLQ replay:", report: { ...facts, error, replay_of_event_id: replayOfEventId } };
  }
  if (discard !== undefined) {
    const { id, event_id } = triggers.deadLetters.discard(named(discard));
    return { title: "DLQ entry discarded:", report: { entry_id: id, event_id, state: "discarded" } };
  }
  return { report: { dispatcher_dlq_depth: 0, pending_entries: entries.length, entries } };
}

function listText({ dispatcher_dlq_depth: depth, entries, pending_entries: pending }: JsonObject): string {
  const lines = (entries as readonly DeadLetter[]).map(
    ({ binding_id, error, event_id, id }) => `- ${id} binding=${binding_id} event=${event_id} error=${error ?? "-"}`,
  );
  const list = lines.length === 0 ? ["- none"] : lines;
  return `${["DLQ:", `- dispatcher_dlq_depth=${depth}`, `- pending_entries=${pending}`, ...list].join("\n")}\n`;
}

function factsText(title: string, report: JsonObject): string {
  return `${[title, ...Object.entries(report).map(([key, value]) => `- ${key}=${value ?? "-"}`)].join("\n")}\n`;
}
