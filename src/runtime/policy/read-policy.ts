import { isJsonArray, isJsonObject, type Json, type JsonObject, jsonNumber } from "../../eventlog/index.ts";
import {
  type CapabilityPolicy,
  sandboxProfiles,
  sideEffectLevels,
  type ToolArgConstraint,
  unrestrictedPolicy,
} from "./capability-policy.ts";

/** A policy that cannot be understood. A typing error must not widen what it was meant to narrow, so nothing is ignored. */
export class PolicyShapeError extends Error {}

/** A capability policy as a program or a file writes it. Absent fields do not restrict. */
export function readPolicy(json: Json): CapabilityPolicy {
  if (!isJsonObject(json)) throw new PolicyShapeError("expected a dict");
  const unknown = Object.keys(json).find((key) => !Object.hasOwn(unrestrictedPolicy, key));
  if (unknown !== undefined)
    throw new PolicyShapeError(
      `unknown field \`${unknown}\`, expected one of ${backticked(Object.keys(unrestrictedPolicy))}`,
    );
  return {
    tools: strings(json, "tools"),
    capabilities: capabilities(json.capabilities ?? {}),
    workspace_roots: strings(json, "workspace_roots"),
    side_effect_level: oneOf(json.side_effect_level, "side_effect_level", sideEffectLevels) ?? null,
    recursion_limit: count(json.recursion_limit),
    tool_arg_constraints: list(json.tool_arg_constraints, "tool_arg_constraints").map(constraint),
    tool_annotations: annotations(json.tool_annotations),
    sandbox_profile: oneOf(json.sandbox_profile, "sandbox_profile", sandboxProfiles) ?? "unrestricted",
  };
}

/** A policy as JSON, every field written. */
export function policyJson(policy: CapabilityPolicy): JsonObject {
  return { ...policy, tool_arg_constraints: policy.tool_arg_constraints.map((each) => ({ ...each })) };
}

function list(json: Json | undefined, field: string): readonly Json[] {
  if (json === undefined || json === null) return [];
  if (!isJsonArray(json)) throw new PolicyShapeError(`\`${field}\` must be a list`);
  return json;
}

function strings(of: JsonObject, field: string): readonly string[] {
  return list(of[field], field).map((item) => {
    if (typeof item !== "string") throw new PolicyShapeError(`\`${field}\` must be a list of strings`);
    return item;
  });
}

function capabilities(json: Json): CapabilityPolicy["capabilities"] {
  if (json === null) return {};
  if (!isJsonObject(json)) throw new PolicyShapeError("`capabilities` must be a dict");
  return Object.fromEntries(Object.keys(json).map((name) => [name, strings(json, name)]));
}

function annotations(json: Json | undefined): Readonly<Record<string, Json>> {
  if (json === undefined || json === null) return {};
  if (!isJsonObject(json)) throw new PolicyShapeError("`tool_annotations` must be a dict");
  return Object.fromEntries(Object.entries(json).map(([tool, item]) => [tool, item ?? null]));
}

function constraint(json: Json): ToolArgConstraint {
  if (!isJsonObject(json) || typeof json.tool !== "string")
    throw new PolicyShapeError("`tool_arg_constraints` needs a `tool` in each item");
  const key = json.arg_key ?? null;
  if (key !== null && typeof key !== "string") throw new PolicyShapeError("`arg_key` must be a string");
  return { tool: json.tool, arg_patterns: strings(json, "arg_patterns"), arg_key: key };
}

function count(json: Json | undefined): number | null {
  if (json === undefined || json === null) return null;
  const value = jsonNumber(json);
  if (value === undefined || !Number.isSafeInteger(value) || value < 0)
    throw new PolicyShapeError("`recursion_limit` must be a non-negative int");
  return value;
}

function oneOf<T extends string>(json: Json | undefined, field: string, words: readonly T[]): T | undefined {
  if (json === undefined || json === null) return undefined;
  const found = words.find((word) => word === json);
  if (found === undefined)
    throw new PolicyShapeError(`\`${field}\` is \`${String(json)}\`, expected one of ${backticked(words)}`);
  return found;
}

function backticked(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}
