import type { Invocation } from "../arguments/invocation.ts";
import { configText } from "../configuration/document.ts";
import { builtInDefaults } from "../configuration/layer.ts";
import { type FieldOrigin, mergeLayers } from "../configuration/merge.ts";
import { configLayers } from "../configuration/sources.ts";
import type { CommandContext } from "../context.ts";

export async function execute(invocation: Invocation, context: CommandContext): Promise<number> {
  const layers = await configLayers(
    {
      discovers: !invocation.has("no-discovery"),
      configs: invocation.texts("config"),
      managed: invocation.texts("managed"),
      remoteUrl: invocation.text("remote-defaults-url"),
    },
    context,
  );
  const all = [builtInDefaults, ...layers];
  const { config, origins } = mergeLayers(all);
  const told = invocation.has("explain")
    ? { config, layers: all.map(({ kind, name, source }) => ({ kind, name, source })), explain: origins }
    : config;
  context.output.write("stdout", configText(told));
  if (origins.some(isOfFile)) context.output.write("stderr", noteOnRuns);
  return 0;
}

/** Files of settings are for hosts that start programs and for editors (cli-and-config §8). */
const noteOnRuns =
  "note: these settings are for hosts and editors; `harn run` reads HARN_DEFAULT_PROVIDER and the sections of harn.toml besides [config]\n";

function isOfFile({ kind }: FieldOrigin): boolean {
  return kind !== "built_in_defaults" && kind !== "environment_overrides";
}
