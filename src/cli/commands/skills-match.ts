import { scoreSkill } from "../../agents/index.ts";
import { textAt } from "../../llm/fields.ts";
import type { Invocation } from "../arguments/invocation.ts";
import type { CommandContext } from "../context.ts";
import { resolvedSkills } from "../skills/place.ts";

const defaultCount = 5;

/** `harn skills match`: which skills the matcher of agent loops would pick for a prompt, the best first. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const query = invocation.positionals[0] ?? "";
  const subject = { text: query, files: [...invocation.texts("working-file")] };
  const matches = resolvedSkills(invocation, context)
    .cards.map((card) => ({
      id: textAt(card, "id") ?? "",
      layer: textAt(card, "source") ?? "",
      ...scoreSkill(card, subject),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
    .slice(0, invocation.count("top-n") ?? defaultCount);
  if (invocation.has("json")) {
    context.output.write("stdout", `${JSON.stringify(matches, null, 2)}\n`);
    return 0;
  }
  const lines = matches.map(
    ({ id, layer, reason, score }, index) =>
      `  ${String(index + 1).padStart(2)}. ${id.padEnd(20)}  score=${score.toFixed(3)}  [${layer}]  ${reason}\n`,
  );
  context.output.write(
    "stdout",
    lines.length === 0 ? `No skill matches: ${query}\n` : `Match results for: ${query}\n${lines.join("")}`,
  );
  return 0;
}
