import { isJsonObject, type JsonObject } from "../../eventlog/index.ts";
import { bindingSnapshot, recentDispatches } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { withOrchestrator } from "../running/orchestrator.ts";
import { printJson } from "../running/project-runtime.ts";

/** The triggers of the manifest, and what was dispatched lately. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const report = await withOrchestrator(invocation, context, async ({ triggers }) => ({
    triggers: triggers.registry.bindings.map((binding) => bindingSnapshot(binding, triggers.now)),
    recent_dispatches: await recentDispatches(triggers, 20),
  }));
  if (invocation.has("json")) printJson(context, report);
  else context.output.write("stdout", textOf(report));
  return 0;
}

function textOf({ recent_dispatches: recent, triggers }: Readonly<Record<string, readonly JsonObject[]>>): string {
  const lines = ["Triggers:", ...listed(triggers ?? [], triggerLine), "", "Recent dispatches:"];
  return `${[...lines, ...listed(recent ?? [], dispatchLine)].join("\n")}\n`;
}

function listed(items: readonly JsonObject[], line: (item: JsonObject) => string): readonly string[] {
  return items.length === 0 ? ["- none"] : items.map((item) => `- ${line(item)}`);
}

function triggerLine({ id, kind, metrics, provider, state, version }: JsonObject): string {
  const { dispatched, failed, in_flight, received } = isJsonObject(metrics) ? metrics : {};
  const counts = `received:${received} dispatched:${dispatched} failed:${failed} in_flight:${in_flight}`;
  return `${id} provider=${provider} kind=${kind} state=${state} version=${version} metrics=${counts}`;
}

function dispatchLine({ attempt, event_id, kind, replay_of_event_id, trigger_id }: JsonObject): string {
  return `${kind} trigger=${trigger_id} event=${event_id} attempt=${attempt ?? "-"} replay_of=${replay_of_event_id ?? "-"}`;
}
