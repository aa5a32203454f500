import { type CallContext, type ServiceKey, serviceKey } from "../../builtin/index.ts";
import {
  boolAt,
  dictAt,
  intAt,
  isCallable,
  isDict,
  itemsAt,
  list,
  merged,
  record,
  textAt,
  textsAt,
} from "../../llm/fields.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { type DictValue, thrown, type Value } from "../../value/index.ts";
import { scoreSkill } from "../skills/match.ts";
import { catalogEntries, renderCatalog, skillsOf } from "../skills/registry.ts";
import { renderSkill, skillText } from "../skills/render.ts";
import { emit } from "./checkpoints.ts";
import type { LoopState } from "./state.ts";
import { ownEntry, type ToolFilter } from "./tool-set.ts";

export const loadSkill = "load_skill";

type Strategy = "catalog" | "metadata" | "manual" | "none";
const strategies: readonly Strategy[] = ["catalog", "metadata", "manual", "none"];

interface Settings {
  readonly strategy: Strategy;
  readonly topN: number;
  readonly sticky: boolean;
  readonly catalogLimit: number;
  readonly catalogBudget: number;
  /** Whether the catalogue stays once a skill is active. */
  readonly catalogAlways: boolean;
}

/** The skills of the workflow that the task works for, as `{skills, skill_match}`: for its loops, and for those of child agents, that name none. */
const workflowSkills: ServiceKey<DictValue> = serviceKey("skills of the workflow");

/** Runs a stage of a workflow with the skills of its run. */
export async function withWorkflowSkills<T>(
  context: CallContext,
  options: DictValue,
  body: () => Promise<T>,
): Promise<T> {
  const outer = context.scoped(workflowSkills);
  const own = record({ skills: options.get("skills"), skill_match: options.get("skill_match") });
  context.setScoped(workflowSkills, own.has("skills") ? own : outer);
  try {
    return await body();
  } finally {
    context.setScoped(workflowSkills, outer);
  }
}

/** The skills of a loop: which are there, which are active, and what the model is told of both. */
export class LoopSkills implements ToolFilter {
  readonly #skills: readonly DictValue[];
  readonly #settings: Settings;
  #active: readonly DictValue[] = [];

  constructor(registry: DictValue, options: DictValue) {
    this.#skills = skillsOf(registry);
    this.#settings = readSettings(options);
    const named = textsAt(options, "active_skills") ?? [];
    this.#active = this.#skills.filter((skill) => named.includes(nameOf(skill)));
  }

  get isEmpty(): boolean {
    return this.#skills.length === 0;
  }

  get activeNames(): readonly string[] {
    return this.#active.map(nameOf);
  }

  /** Active skills that name tools narrow the loop to them; loading another skill stays possible. */
  shows(tool: ToolEntry): boolean {
    const patterns = this.#active.flatMap((skill) => textsAt(skill, "allowed_tools") ?? []);
    return patterns.length === 0 || tool.name === loadSkill || patterns.some((pattern) => fitsTool(pattern, tool));
  }

  /** Looks for skills that fit what is going on, and activates the best. */
  async match(context: CallContext, state: LoopState): Promise<void> {
    const { strategy, topN, sticky } = this.#settings;
    if (strategy !== "metadata" || this.isEmpty || (sticky && this.#active.length > 0)) return;
    const subject = { text: subjectOf(state), files: textsAt(state.options.given, "working_files") ?? [] };
    const ranked = this.#skills
      .filter((skill) => boolAt(skill, "disable_model_invocation") !== true)
      .map((skill) => ({ skill, ...scoreSkill(skill, subject) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score)
      .slice(0, topN);
    state.note(
      "skill_matched",
      record({
        strategy,
        iteration: state.iteration,
        candidates: list(ranked.map(({ skill, score, reason }) => record({ name: nameOf(skill), score, reason }))),
      }),
    );
    const before = this.#active;
    this.#active = ranked.map(({ skill }) => skill);
    for (const skill of before) if (!this.#active.includes(skill)) await this.#deactivated(context, state, skill);
    for (const { skill, reason } of ranked)
      if (!before.includes(skill)) await this.#activated(context, state, skill, reason);
  }

  async #activated(context: CallContext, state: LoopState, skill: DictValue, reason: string): Promise<void> {
    const about = { skill_name: nameOf(skill), iteration: state.iteration, reason };
    state.note("skill_activated", record(about));
    await emit(context, state, { type: "skill_activated", ...about });
    await callIfAny(context, skill.get("on_activate"));
    const allowed = textsAt(skill, "allowed_tools") ?? [];
    if (allowed.length === 0) return;
    state.note("skill_scope_tools", record({ skill_name: nameOf(skill), allowed_tools: list(allowed) }));
    await emit(context, state, { type: "skill_scope_tools", skill_name: nameOf(skill), allowed_tools: allowed });
  }

  async #deactivated(context: CallContext, state: LoopState, skill: DictValue): Promise<void> {
    const about = { skill_name: nameOf(skill), iteration: state.iteration };
    state.note("skill_deactivated", record(about));
    await emit(context, state, { type: "skill_deactivated", ...about });
    await callIfAny(context, skill.get("on_deactivate"));
  }

  /** What the system text says: the active skills, then what else could be loaded. */
  systemParts(place: Parameters<typeof renderSkill>[1]): string[] {
    const sections = this.#active.map((skill) => skillSection(skill, place));
    const active = sections.length === 0 ? [] : [`## Active skills\n\n${sections.join("\n\n")}`];
    const { strategy, catalogAlways, catalogLimit, catalogBudget } = this.#settings;
    if (strategy !== "catalog" || this.isEmpty || (active.length > 0 && !catalogAlways)) return active;
    const entries = catalogEntries(record({ _type: "skill_registry", skills: list(this.#loadable()) }));
    return [...active, renderCatalog(entries.slice(0, catalogLimit), catalogBudget)];
  }

  #loadable(): readonly DictValue[] {
    return this.#skills.filter((skill) => boolAt(skill, "disable_model_invocation") !== true);
  }

  load(name: string, place: Parameters<typeof renderSkill>[1]): string {
    const skill = this.#skills.find((each) => nameOf(each) === name || textAt(each, "id") === name);
    if (skill === undefined) throw thrown(`skill_not_found: skill '${name}' not found`);
    if (boolAt(skill, "disable_model_invocation") === true)
      throw thrown(`skill_model_invocation_disabled: skill '${name}' cannot be loaded by a model`);
    return bodyOf(skill, place);
  }
}

function readSettings(options: DictValue): Settings {
  const given = dictAt(options, "skill_match");
  const word = textAt(given, "strategy") ?? "catalog";
  const strategy = strategies.find((known) => known === word);
  if (strategy === undefined)
    throw thrown(
      `skill_match.strategy: expected one of ${strategies.join(", ")}; got "${word}" and no host matches skills`,
    );
  return {
    strategy,
    topN: Math.max(1, intAt(given, "top_n") ?? 1),
    sticky: boolAt(given, "sticky") ?? true,
    catalogLimit: Math.max(0, intAt(given, "catalog_limit") ?? intAt(options, "skill_catalog_limit") ?? 12),
    catalogBudget: Math.max(1, intAt(given, "catalog_budget") ?? intAt(options, "skill_catalog_budget") ?? 2000),
    catalogAlways: boolAt(given, "catalog_always") ?? boolAt(options, "skill_catalog_always") ?? false,
  };
}

function nameOf(skill: DictValue): string {
  return textAt(skill, "name") ?? "";
}

function bodyOf(skill: DictValue, place: Parameters<typeof renderSkill>[1]): string {
  return renderSkill(skillText(skill, place), {
    ...place,
    skillFolder: textAt(skill, "skill_dir"),
  });
}

/** An active skill as the model reads it. */
function skillSection(skill: DictValue, place: Parameters<typeof renderSkill>[1]): string {
  const when = (textAt(skill, "when_to_use") ?? "").trim();
  const tools = textsAt(skill, "allowed_tools") ?? [];
  const about = [
    (textAt(skill, "description") ?? "").trim(),
    when === "" ? "" : `When to use: ${when}`,
    tools.length === 0 ? "" : `Scoped tools: ${tools.join(", ")}`,
  ].filter((line) => line !== "");
  const parts = [[`### ${nameOf(skill)}`, ...about].join("\n"), bodyOf(skill, place).trim()];
  return parts.filter((part) => part !== "").join("\n\n");
}

function fitsTool(pattern: string, tool: ToolEntry): boolean {
  if (pattern === "*" || pattern === tool.name) return true;
  return pattern.startsWith("namespace:") && pattern.slice("namespace:".length) === tool.namespace;
}

function subjectOf(state: LoopState): string {
  const said = state.session.messages.findLast((message) => message.get("role") === "user");
  return `${state.task} ${textAt(said, "content") ?? ""}`;
}

async function callIfAny(context: CallContext, callback: Value | undefined): Promise<void> {
  if (isCallable(callback)) await context.callAsync(callback as Value, []);
}

/** The skills of the `skills` option: a registry, or a list of registries and skills. */
export function skillRegistry(options: DictValue): DictValue | undefined {
  const given = options.get("skills");
  if (isDict(given)) return given;
  const items = itemsAt(options, "skills");
  if (items === undefined) return undefined;
  const skills = items
    .filter(isDict)
    .flatMap((item) => (item.get("_type") === "skill_registry" ? skillsOf(item) : [item]));
  return record({ _type: "skill_registry", skills: list(skills) });
}

/** Gives a loop its skills and the tool that loads one. */
export function addSkills(context: CallContext, state: LoopState): LoopSkills | undefined {
  const { given } = state.options;
  const options = given.has("skills") ? given : merged(given, context.scoped(workflowSkills) ?? record({}));
  const registry = skillRegistry(options);
  if (registry === undefined) return undefined;
  const skills = new LoopSkills(registry, options);
  if (skills.isEmpty) return undefined;
  state.tools.filter(skills);
  state.tools.add({
    entry: ownEntry(loadSkill, "Load the full text of a skill by its name.", {
      name: record({ type: "string", description: "The name of the skill." }),
    }),
    run: async (_context, args) => skills.load(textAt(args, "name") ?? "", skillPlace(context, state)),
  });
  return skills;
}

export function skillPlace(context: CallContext, state: LoopState): Parameters<typeof renderSkill>[1] {
  return {
    args: [],
    skillFolder: undefined,
    sessionId: state.session.id,
    folderBody: (id) => state.service.skillFolders?.body(id),
    environment: (name) => context.host.environment?.get(name),
  };
}
