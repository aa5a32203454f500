import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { personaNamed } from "../personas/manifest.ts";
import { personaText, withSource } from "../personas/text.ts";
import { printJson } from "../running/project-runtime.ts";

/** What a manifest says of one persona. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const { path, persona } = personaNamed(invocation, context);
  if (invocation.has("json")) printJson(context, withSource(persona, path));
  else context.output.write("stdout", personaText(persona, path));
  return 0;
}
