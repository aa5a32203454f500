import type { Invocation } from "../arguments/invocation.ts";
import { discoveredFiles, layerOf } from "../configuration/sources.ts";
import type { CommandContext } from "../context.ts";

export function execute(invocation: Invocation, context: CommandContext): number {
  const { positionals } = invocation;
  const paths = positionals.length > 0 ? positionals : discoveredFiles(context).map(({ path }) => path);
  const noun = invocation.has("managed") ? "managed policy" : "config";
  for (const path of paths) {
    layerOf({ kind: "project_config", name: noun, path });
    context.output.write("stdout", `ok: ${noun} ${path}\n`);
  }
  return 0;
}
