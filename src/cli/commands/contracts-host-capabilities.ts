import { manifestAbove } from "../analysis/manifest.ts";
import { preflightHost } from "../analysis/preflight.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";

export function execute(invocation: Invocation, { output, cwd }: CommandContext): number {
  const { capabilities } = preflightHost(manifestAbove(cwd), {
    severity: undefined,
    capabilitiesFile: invocation.text("host-capabilities"),
    bundleRoot: undefined,
  });
  const rows = [...capabilities].map(([name, operations]) => [name, [...operations].sort()] as const);
  const told = { capabilities: Object.fromEntries(rows.sort(([a], [b]) => (a < b ? -1 : 1))), version: 1 };
  output.write("stdout", `${JSON.stringify(told, null, invocation.text("pretty") === "true" ? 2 : 0)}\n`);
  return 0;
}
