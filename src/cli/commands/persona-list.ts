import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { openPersonas } from "../personas/manifest.ts";
import { personaList, withSource } from "../personas/text.ts";
import { printJson } from "../running/project-runtime.ts";

/** The personas that a manifest declares. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const { path, personas } = openPersonas(invocation.text("manifest"), context);
  if (invocation.has("json"))
    printJson(
      context,
      personas.map((persona) => withSource(persona, path)),
    );
  else context.output.write("stdout", personaList(personas, path));
  return 0;
}
