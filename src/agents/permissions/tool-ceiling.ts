import { type Json, jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { matchesGlob } from "../../llm/catalog/glob.ts";
import { dictAt, textAt, textsAt } from "../../llm/fields.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { allowsCapability, allowsSideEffect, type CapabilityPolicy, sideEffectLevels } from "../../runtime/index.ts";
import { DictValue, type Value } from "../../value/index.ts";
import { type Annotations, type CallFacts, fits } from "./call-facts.ts";

/** What is known of a tool: what the policy says of it, or else what the tool says of itself. */
export function annotationsOf(
  policy: CapabilityPolicy | undefined,
  entry: ToolEntry | undefined,
  name: string,
): Annotations {
  const stated: Json | undefined =
    policy === undefined || !Object.hasOwn(policy.tool_annotations, name) ? undefined : policy.tool_annotations[name];
  if (stated !== undefined) {
    const value: Value = valueOfJson(stated);
    return value instanceof DictValue ? value : undefined;
  }
  return dictAt(entry?.entry, "annotations") ?? dictAt(entry?.entry, "policy");
}

/** Why a call is beyond the ceiling, or `undefined`. Empty fields of a policy restrict nothing. */
export function exceedsToolCeiling(
  policy: CapabilityPolicy,
  facts: CallFacts,
  annotations: Annotations,
): string | undefined {
  const { tool } = facts;
  if (policy.tools.length > 0 && !policy.tools.some((pattern) => pattern === tool))
    return `tool '${tool}' exceeds tool ceiling`;
  const level = sideEffectLevels.find((known) => known === textAt(annotations, "side_effect_level"));
  for (const [name, operations] of capabilityPairs(annotations)) {
    const beyond = operations.find((operation) => !allowsCapability(policy, name, operation));
    if (beyond !== undefined) return `tool '${tool}' exceeds capability ceiling: ${name}.${beyond}`;
  }
  if (level !== undefined && !allowsSideEffect(policy, level))
    return `tool '${tool}' exceeds side-effect ceiling: ${level}`;
  return brokenConstraint(policy, facts, annotations);
}

function capabilityPairs(annotations: Annotations): readonly (readonly [string, readonly string[]])[] {
  const declared = dictAt(annotations, "capabilities");
  return [...(declared?.keys() ?? [])].map((name) => [name, textsAt(declared, name) ?? []] as const);
}

/** An argument that is absent breaks no constraint. */
function brokenConstraint(policy: CapabilityPolicy, facts: CallFacts, annotations: Annotations): string | undefined {
  for (const constraint of policy.tool_arg_constraints) {
    if (!matchesGlob(constraint.tool, facts.tool)) continue;
    const key = constraint.arg_key ?? textsAt(dictAt(annotations, "arg_schema"), "path_params")?.[0];
    const value = key === undefined ? undefined : facts.arguments.get(key);
    if (key === undefined || value === undefined || value === null) continue;
    const text = typeof value === "string" ? value : JSON.stringify(jsonOfValue(value));
    if (constraint.arg_patterns.some((pattern) => fits(pattern, text))) continue;
    const patterns = `[${constraint.arg_patterns.map((pattern) => JSON.stringify(pattern)).join(", ")}]`;
    return `tool '${facts.tool}' ${key} '${text}' does not match allowed patterns: ${patterns}. Only the ${key} argument is checked against this allow-list — other argument values are not.`;
  }
  return undefined;
}
