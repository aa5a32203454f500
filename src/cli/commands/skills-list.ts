import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { success } from "../envelope.ts";
import { shippedSkills } from "../skills/shipped.ts";

/** `harn skills list`: the skills about Harn itself. */
export function execute(invocation: Invocation, { output }: CommandContext): number {
  const skills = shippedSkills();
  if (invocation.has("json")) {
    output.write("stdout", success({ skills }));
    return 0;
  }
  const width = Math.max(...skills.map(({ name }) => name.length));
  const lines = skills.map(({ name, short }) => `  ${name.padEnd(width)}  ${short}\n`);
  output.write(
    "stdout",
    `Skills about Harn (${skills.length}):\n${lines.join("")}\n\`harn skills get NAME --full\` prints one.\n`,
  );
  return 0;
}
