import { type Builtin, declare, opt, req, t } from "../../builtin/index.ts";
import { isDict, list, numberOf, record, textAt, textsAt } from "../../llm/fields.ts";
import { Raise, runtimeError, show, thrown } from "../../value/index.ts";
import { agentService } from "../service.ts";
import {
  catalogEntries,
  defineSkill,
  describeSkills,
  emptySkills,
  plainSkill,
  renderCatalog,
  requireSkills,
  skillsOf,
  withSkills,
} from "../skills/registry.ts";
import { renderSkill, skillText } from "../skills/render.ts";

const skills = declare("skills");
const registry = req("registry", t.dict);
function toolRejected(message: string): Raise {
  return new Raise("runtime", `Error [tool_rejected]: ${message}`, "tool_rejected");
}

const defaultCatalogBudget = 2000;

export const skillBuiltins: readonly Builtin[] = [
  skills({
    name: "%skill",
    summary: "What a skill declaration evaluates to.",
    params: [req("name", t.string), req("fields", t.dict)],
    returns: t.dict,
    run: (_context, name, fields) => defineSkill(emptySkills(), name, fields),
  }),
  skills({
    name: "skill_registry",
    summary: "A registry without skills.",
    params: [],
    returns: t.dict,
    examples: [["skill_registry().skills", "[]"]],
    run: () => emptySkills(),
  }),
  skills({
    name: "skill_define",
    summary: "A registry with one more skill; one of the same name gives way.",
    params: [registry, req("name", t.string), req("config", t.dict)],
    returns: t.dict,
    run: (_context, target, name, config) => defineSkill(requireSkills("skill_define", target), name, config),
  }),
  skills({
    name: "skill_list",
    summary: "The skills without their functions.",
    params: [registry],
    returns: t.list,
    run: (_context, target) => list(skillsOf(requireSkills("skill_list", target)).map(plainSkill)),
  }),
  skills({
    name: "skill_find",
    summary: "The skill of a name, or nil.",
    params: [registry, req("name", t.string)],
    returns: t.nilable(t.dict),
    examples: [['skill_find(skill_registry(), "absent")', "nil"]],
    run: (_context, target, name) =>
      skillsOf(requireSkills("skill_find", target)).find((skill) => textAt(skill, "name") === name) ?? null,
  }),
  skills({
    name: "skill_select",
    summary: "A registry of the named skills alone.",
    params: [registry, req("names", t.list)],
    returns: t.dict,
    run: (_context, target, names) => {
      const base = requireSkills("skill_select", target);
      const wanted = new Set(names.toArray());
      return withSkills(
        base,
        skillsOf(base).filter((skill) => wanted.has(textAt(skill, "name") ?? "")),
      );
    },
  }),
  skills({
    name: "skill_remove",
    summary: "A registry without the skill of a name.",
    params: [registry, req("name", t.string)],
    returns: t.dict,
    run: (_context, target, name) => {
      const base = requireSkills("skill_remove", target);
      return withSkills(
        base,
        skillsOf(base).filter((skill) => textAt(skill, "name") !== name),
      );
    },
  }),
  skills({
    name: "skill_count",
    summary: "How many skills there are.",
    params: [registry],
    returns: t.int,
    examples: [["skill_count(skill_registry())", "0"]],
    run: (_context, target) => skillsOf(requireSkills("skill_count", target)).length,
  }),
  skills({
    name: "skill_describe",
    summary: "The skills as text.",
    params: [registry],
    returns: t.string,
    run: (_context, target) => describeSkills(requireSkills("skill_describe", target)),
  }),
  skills({
    name: "skill_render",
    summary: "A skill's body with its placeholders filled.",
    // Nil as well, since that is what `skill_find` may give: whoever knows that the skill is there need not prove it.
    params: [req("skill", t.nilable(t.union(t.dict, t.string))), opt("args", t.list)],
    returns: t.string,
    effect: "state",
    run: (context, skill, args) => {
      if (skill === null)
        throw runtimeError(
          "skill_render: there is no skill to render: `skill_find` gives nil for a name that is not in the registry",
        );
      const service = context.service(agentService);
      const folderBody = (id: string): string | undefined => service.skillFolders?.body(id);
      const body = isDict(skill) ? skillText(skill, { folderBody }) : skill;
      return renderSkill(body, {
        args: (args?.toArray() ?? []).map(show),
        skillFolder: isDict(skill) ? textAt(skill, "skill_dir") : undefined,
        sessionId: service.currentSession(context.taskId),
        environment: (name) => context.host.environment?.get(name),
      });
    },
  }),
  skills({
    name: "load_skill",
    summary:
      "The text of a skill that is kept in a folder, its placeholders filled: by id or name, or as `{name, args}`.",
    params: [req("request", t.union(t.string, t.dict))],
    returns: t.string,
    effect: "fs.read",
    run: (context, request) => {
      const name = isDict(request) ? (textAt(request, "name") ?? textAt(request, "id") ?? "") : request;
      const service = context.service(agentService);
      const skill = skillsOf(service.folderRegistry()).find(
        (each) => textAt(each, "id") === name || textAt(each, "name") === name,
      );
      if (skill === undefined) throw toolRejected(`skill_not_found: skill '${name}' not found`);
      return renderSkill(skillText(skill, { folderBody: (id) => service.skillFolders?.body(id) }), {
        args: isDict(request) ? (textsAt(request, "args") ?? []) : [],
        skillFolder: textAt(skill, "skill_dir"),
        sessionId: service.currentSession(context.taskId),
        environment: (key) => context.host.environment?.get(key),
      });
    },
  }),
  skills({
    name: "skill_who_signed",
    summary: "Who answers for a skill: nobody, as skills carry no signatures here.",
    params: [registry, req("name", t.string)],
    returns: t.dict,
    run: (_context, target, name) => {
      const found = skillsOf(requireSkills("skill_who_signed", target)).find((skill) => textAt(skill, "name") === name);
      if (found === undefined) throw thrown(`skill_who_signed: skill '${name}' not found`);
      return record({
        skill_id: textAt(found, "id") ?? name,
        signed: false,
        trusted: false,
        endorsements: list([]),
      });
    },
  }),
  skills({
    name: "skills_catalog_entries",
    summary: "Name, description and occasion of each skill.",
    params: [registry],
    returns: t.list,
    run: (_context, target) => list(catalogEntries(requireSkills("skills_catalog_entries", target))),
  }),
  skills({
    name: "render_always_on_catalog",
    summary: "What a system prompt says about skills that can be loaded.",
    params: [req("entries_or_registry", t.union(t.list, t.dict)), opt("budget", t.int)],
    returns: t.string,
    run: (_context, subject, budget) => {
      const entries = isDict(subject)
        ? catalogEntries(requireSkills("render_always_on_catalog", subject))
        : subject.toArray().filter(isDict);
      const limit = budget === undefined ? defaultCatalogBudget : (numberOf(budget) ?? 0);
      if (limit <= 0) throw thrown("render_always_on_catalog: second argument must be a positive integer budget");
      return renderCatalog(entries, limit);
    },
  }),
];
