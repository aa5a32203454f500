import { isDict, isList, itemsAt, list, record, textAt } from "../../llm/fields.ts";
import { type DictValue, isObject, thrown, type Value } from "../../value/index.ts";
import { byName } from "../tools/registry.ts";

export function emptySkills(): DictValue {
  return record({ _type: "skill_registry", skills: list([]) });
}

export function requireSkills(builtin: string, value: Value | undefined): DictValue {
  if (isDict(value) && value.get("_type") === "skill_registry") return value;
  throw thrown(`${builtin}: argument must be a skill registry (created with skill_registry())`);
}

export function skillsOf(registry: DictValue): DictValue[] {
  return (itemsAt(registry, "skills") ?? []).filter(isDict);
}

export function withSkills(registry: DictValue, skills: readonly DictValue[]): DictValue {
  return registry.with("skills", list(skills));
}

const textKeys = ["description", "when_to_use", "prompt", "invocation", "model", "effort"];
const listKeys = ["paths", "allowed_tools", "mcp", "requires_mcp"];

/** A registry with one more skill; one of the same name gives way. */
export function defineSkill(registry: DictValue, name: string, config: DictValue): DictValue {
  if (name === "") throw thrown("skill_define: skill name must be a non-empty string");
  for (const key of textKeys)
    if (isWrong(config.get(key), (value) => typeof value === "string"))
      throw thrown(`skill_define: '${key}' must be a string`);
  for (const key of listKeys)
    if (isWrong(config.get(key), isList)) throw thrown(`skill_define: '${key}' must be a list`);
  for (const tool of itemsAt(config, "allowed_tools") ?? []) checkToolName(tool);
  const described = config.has("description") ? config : config.with("description", "");
  return withSkills(registry, [
    ...skillsOf(registry).filter((skill) => textAt(skill, "name") !== name),
    described.with("name", name),
  ]);
}

function isWrong(value: Value | undefined, fits: (value: Value) => boolean): boolean {
  return value !== undefined && value !== null && !fits(value);
}

function checkToolName(tool: Value): void {
  if (typeof tool !== "string" || !tool.includes(":")) return;
  if (tool === "namespace:")
    throw thrown("skill_define: 'allowed_tools' entry 'namespace:' missing a tag after the colon");
  if (tool.startsWith("namespace:") && !tool.slice("namespace:".length).includes(":")) return;
  throw thrown(
    `skill_define: 'allowed_tools' entry '${tool}' contains ':' — only the \`namespace:<tag>\` prefix is recognized`,
  );
}

/** A skill without its functions: what can be shown, stored and sent. */
export function plainSkill(skill: DictValue): DictValue {
  const plain = new Map(
    [...skill.entries()].filter(
      ([, value]) => !isObject(value) || (value.kind !== "closure" && value.kind !== "builtin"),
    ),
  );
  return record(Object.fromEntries(plain));
}

/** The skills as text, in name order. */
export function describeSkills(registry: DictValue): string {
  const skills = byName(skillsOf(registry));
  if (skills.length === 0) return "Available skills:\n(none)";
  return [
    "Available skills:",
    ...skills.flatMap((skill) => entryLines(skill, `- ${textAt(skill, "name") ?? ""}`)),
  ].join("\n");
}

function entryLines(skill: DictValue, head: string): string[] {
  const when = textAt(skill, "when_to_use") ?? "";
  const line = `${head}: ${textAt(skill, "description") ?? ""}`;
  return when === "" ? [line] : [line, `  when: ${when}`];
}

/** `{name, description, when_to_use}` of each skill, in name order. */
export function catalogEntries(registry: DictValue): DictValue[] {
  return byName(skillsOf(registry)).map((skill) =>
    record({
      name: textAt(skill, "name") ?? "",
      description: textAt(skill, "description") ?? "",
      when_to_use: textAt(skill, "when_to_use") ?? "",
    }),
  );
}

const catalogHeader =
  '## Available skills\n\nThese skills are available. Call `load_skill({ name: "<skill-id>" })` to load the full body of a skill when it becomes relevant.\n\n';

/** What a system prompt says about skills that can be loaded, within so many characters of entries. */
export function renderCatalog(entries: readonly DictValue[], budget: number): string {
  const lines = entries.map((entry) => entryLines(entry, `- \`${textAt(entry, "name") ?? ""}\``).join("\n"));
  if (lines.length === 0) return `${catalogHeader}(none)`;
  const kept: string[] = [];
  let used = 0;
  for (const line of lines) {
    if (used + line.length + 1 > budget) break;
    kept.push(line);
    used += line.length + 1;
  }
  const omitted = lines.length - kept.length;
  const body = kept.length === 0 ? "(none)" : kept.join("\n");
  return omitted === 0
    ? `${catalogHeader}${body}`
    : `${catalogHeader}${body}\n\n... ${omitted} more skill(s) omitted to stay within budget.`;
}
