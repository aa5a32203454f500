import { syntheticEvent } from "../../triggers/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { dispatchReport, dispatchText, withOrchestrator } from "../running/orchestrator.ts";

/** Dispatches a made-up event to one trigger of the manifest. */
export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const [id = ""] = invocation.positionals;
  const report = await withOrchestrator(invocation, context, async ({ task, triggers }) => {
    const binding = triggers.registry.bindings.find(({ spec, state }) => spec.id === id && state === "active");
    if (binding === undefined)
      throw new CommandFailure("orchestrator.unknown_binding", `unknown manifest binding '${id}'`);
    const { events, provider } = binding.spec;
    const given = {
      provider,
      kind: events[0] ?? `${provider}.synthetic`,
      headers: { "x-harn-binding-id": id, "x-harn-synthetic": "true" },
    };
    return dispatchReport(await triggers.fire(task, binding, syntheticEvent(given, triggers)));
  });
  context.output.write("stdout", dispatchText("Synthetic event dispatched:", report));
  return 0;
}
