import { jsonOfValue, valueOfJson } from "../../eventlog/index.ts";
import { type ContextPolicy, contextPolicyJson, readContextPolicyShape } from "../../records/index.ts";
import { DictValue } from "../../value/index.ts";
import { understood } from "./artifact.ts";

/** Which artifacts a stage is shown, and in what order they are preferred. */
export function readContextPolicy(given: DictValue | undefined): ContextPolicy {
  return understood(() => readContextPolicyShape(jsonOfValue(given ?? new DictValue())));
}

/** With every field written. */
export function contextPolicyDict(given: DictValue | undefined): DictValue {
  const policy = readContextPolicy(given);
  const dict = valueOfJson(contextPolicyJson(policy)) as DictValue;
  return policy.custom_sections === null ? dict.without("custom_sections") : dict;
}
