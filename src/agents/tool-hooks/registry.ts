import type { CallContext } from "../../builtin/index.ts";
import { intAt, isDict, isList, itemsAt, list, record, textAt, textsAt } from "../../llm/fields.ts";
import { type DictValue, thrown, truthy, typeName, type Value } from "../../value/index.ts";
import { askPattern, isTagged, priorityOf, readToolRule, requiredId } from "./rule.ts";

/** Rules that belong together: `{id, stack, version, source, priority, rules}`. One without a stack is about any project. */
export function readCatalogue(context: CallContext, config: DictValue): DictValue {
  const id = requiredId("catalogue", config);
  const rules = config.get("rules") ?? null;
  if (rules !== null && !isList(rules)) throw thrown(`catalogue: \`rules\` must be a list, got ${typeName(rules)}`);
  return record({
    _type: "catalogue",
    id,
    stack: textAt(config, "stack") ?? "",
    version: textAt(config, "version") ?? "",
    source: textAt(config, "source") ?? "",
    priority: priorityOf("catalogue", config),
    rules: list((rules?.toArray() ?? []).map((rule, at) => ruleAt(context, rule, at))),
  });
}

function ruleAt(context: CallContext, rule: Value, at: number): DictValue {
  if (!isDict(rule)) throw thrown(`catalogue: rule at index ${at} must be a tool_rule dict, got ${typeName(rule)}`);
  return readToolRule(context, rule);
}

export function registryOf(catalogues: readonly Value[]): DictValue {
  return record({ _type: "tool_hooks_registry", catalogues: list(catalogues) });
}

export function cataloguesOf(builtin: string, registry: DictValue): readonly DictValue[] {
  requireTag(builtin, "first", registry, "tool_hooks_registry");
  return (itemsAt(registry, "catalogues") ?? []).filter(isDict);
}

export function requireTag(builtin: string, place: string, value: DictValue, type: string): void {
  if (!isTagged(value, type))
    throw thrown(`${builtin}: ${place} argument must be a ${type} (created with the matching constructor)`);
}

/** With one more catalogue; one of the same id gives way in its place. */
export function withCatalogue(catalogues: readonly DictValue[], added: DictValue): readonly DictValue[] {
  const at = catalogues.findIndex((each) => each.get("id") === added.get("id"));
  return at < 0 ? [...catalogues, added] : catalogues.with(at, added);
}

/** Those for any project, and those of the stacks if any are named. */
export function ofStacks(
  catalogues: readonly DictValue[],
  stacks: readonly string[] | undefined,
): readonly DictValue[] {
  if (stacks === undefined) return catalogues;
  return catalogues.filter((each) => {
    const stack = textAt(each, "stack") ?? "";
    return stack === "" || stacks.includes(stack);
  });
}

export function summaryOf(catalogue: DictValue): DictValue {
  return record({
    id: textAt(catalogue, "id") ?? "",
    stack: textAt(catalogue, "stack") ?? "",
    version: textAt(catalogue, "version") ?? "",
    source: textAt(catalogue, "source") ?? "",
    priority: intAt(catalogue, "priority") ?? 0,
    rule_count: (itemsAt(catalogue, "rules") ?? []).length,
  });
}

interface Candidate {
  readonly rule: DictValue;
  readonly catalogue: DictValue;
}

/**
 * The rules that fit a command: higher priority first, then that of the catalogue, then as they were registered. A rule for certain stacks
 * asks for one of them in `about.stacks`.
 */
export async function matchRules(
  context: CallContext,
  catalogues: readonly DictValue[],
  command: string,
  about: Value,
): Promise<Value> {
  const stacks = isDict(about) ? (textsAt(about, "stacks") ?? []) : [];
  const candidates = catalogues
    .flatMap((catalogue) => (itemsAt(catalogue, "rules") ?? []).filter(isDict).map((rule) => ({ rule, catalogue })))
    .filter(({ rule }) => appliesTo(rule, stacks))
    .sort(byPriority);
  const found: Value[] = [];
  for (const candidate of candidates) {
    if (truthy(await askPattern(context, candidate.rule, command, about))) found.push(matchOf(candidate));
  }
  return list(found);
}

function appliesTo(rule: DictValue, stacks: readonly string[]): boolean {
  const wanted = textsAt(rule, "applies_to") ?? [];
  return wanted.length === 0 || wanted.some((stack) => stacks.includes(stack));
}

function byPriority(a: Candidate, b: Candidate): number {
  const rules = (intAt(b.rule, "priority") ?? 0) - (intAt(a.rule, "priority") ?? 0);
  return rules === 0 ? (intAt(b.catalogue, "priority") ?? 0) - (intAt(a.catalogue, "priority") ?? 0) : rules;
}

function matchOf({ rule, catalogue }: Candidate): DictValue {
  return record({
    catalogue_id: textAt(catalogue, "id") ?? "",
    stack: textAt(catalogue, "stack") ?? "",
    rule_id: textAt(rule, "id") ?? "",
    severity: textAt(rule, "severity") ?? "",
    explanation: textAt(rule, "explanation") ?? "",
    priority: intAt(rule, "priority") ?? 0,
    references: rule.get("references") ?? list([]),
    rewrite: rule.get("rewrite") ?? null,
    rule,
  });
}
