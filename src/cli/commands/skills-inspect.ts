import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { boolAt, textAt } from "../../llm/fields.ts";
import type { DictValue } from "../../value/index.ts";
import type { Invocation } from "../arguments/invocation.ts";
import { CommandFailure } from "../command-failure.ts";
import type { CommandContext } from "../context.ts";
import { resolvedSkills } from "../skills/place.ts";
import { textsOf } from "../skills/text.ts";

/** `harn skills inspect`: all there is of one skill: its head, what lies beside it, its text. */
export function execute(invocation: Invocation, context: CommandContext): number {
  const id = invocation.positionals[0] ?? "";
  const folders = resolvedSkills(invocation, context);
  const card = folders.cards.find((each) => textAt(each, "id") === id || textAt(each, "name") === id);
  if (card === undefined)
    throw new CommandFailure(
      "skill.not_found",
      `skill '${id}' not found: \`harn skills resolved\` lists what there is`,
    );
  const body = folders.body(textAt(card, "id") ?? "") ?? "";
  const text = invocation.has("json") ? `${JSON.stringify(jsonOf(card, body), null, 2)}\n` : pageOf(card, body);
  context.output.write("stdout", text);
  return 0;
}

function jsonOf(card: DictValue, body: string): object {
  const text = (key: string): string | null => textAt(card, key) ?? null;
  return {
    agent: text("agent"),
    allowed_tools: textsOf(card, "allowed_tools"),
    body,
    context: text("context"),
    description: text("description") ?? "",
    disable_model_invocation: boolAt(card, "disable_model_invocation") ?? false,
    effort: text("effort"),
    files: filesOf(card),
    id: text("id"),
    layer: text("source"),
    model: text("model"),
    name: text("name"),
    namespace: text("namespace"),
    paths: textsOf(card, "paths"),
    shell: text("shell"),
    short: text("short"),
    skill_dir: text("skill_dir"),
    user_invocable: boolAt(card, "user_invocable") ?? false,
    when_to_use: text("when_to_use"),
  };
}

function pageOf(card: DictValue, body: string): string {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["id", textAt(card, "id")],
    ["name", textAt(card, "name")],
    ["layer", textAt(card, "source")],
    ["short", textAt(card, "short")],
    ["description", textAt(card, "description")],
    ["when_to_use", textAt(card, "when_to_use")],
    ["skill_dir", textAt(card, "skill_dir")],
    ["allowed", textsOf(card, "allowed_tools").join(", ")],
    ["paths", textsOf(card, "paths").join(", ")],
    ["files", filesOf(card).join(", ")],
  ];
  const lines = rows.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${`${name}:`.padEnd(12)} ${value}\n`],
  );
  return `${lines.join("")}\n---- SKILL.md body ----\n${body}${body.endsWith("\n") ? "" : "\n"}`;
}

/** What lies beside the text, as paths below the skill's folder. */
function filesOf(card: DictValue): string[] {
  const folder = textAt(card, "skill_dir") ?? "";
  const own = new Set(["SKILL.md", "SKILL.md.sig"]);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .filter((path) => !own.has(path))
    .sort();
}
