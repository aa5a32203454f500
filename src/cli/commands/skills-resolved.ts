import { textAt } from "../../llm/fields.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { resolvedSkills } from "../skills/place.ts";
import { shortOf } from "../skills/text.ts";

/** `harn skills resolved`: the skills that programs started here find, and with `--all` those that others hide. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const folders = resolvedSkills(invocation, context);
  const rows = [
    ...folders.cards.map((card) => ({ card, shadowed: false })),
    ...(invocation.has("all") ? folders.shadowed.map((card) => ({ card, shadowed: true })) : []),
  ].map(({ card, shadowed }) => ({
    description: textAt(card, "description") ?? "",
    id: textAt(card, "id") ?? "",
    layer: textAt(card, "source") ?? "",
    origin: textAt(card, "skill_dir") ?? "",
    shadowed,
    short: shortOf(card),
    when_to_use: textAt(card, "when_to_use") ?? null,
  }));
  const { output } = context;
  if (invocation.has("json")) {
    for (const { short: _short, ...row } of rows) output.write("stdout", `${JSON.stringify(row)}\n`);
    return 0;
  }
  if (rows.length === 0) {
    output.write("stdout", "No skills were found. `harn skills new NAME` makes one.\n");
    return 0;
  }
  const width = Math.max(...rows.map(({ id }) => id.length));
  const lines = rows.map(
    ({ id, layer, shadowed, short }) => `  ${id.padEnd(width)}  [${layer}]${shadowed ? " (shadowed)" : ""}  ${short}\n`,
  );
  output.write("stdout", `Resolved skills (${rows.length}):\n${lines.join("")}`);
  return 0;
}
