import type { CallContext } from "../../builtin/index.ts";
import { dictAt, isDict, textAt } from "../../llm/fields.ts";
import type { ToolEntry } from "../../llm/tools/registry.ts";
import { executionPoliciesKey } from "../../runtime/index.ts";
import { DictValue, type Value } from "../../value/index.ts";
import { annotationsOf } from "../permissions/tool-ceiling.ts";
import type { CalledTool } from "./dispatch.ts";

/** Arguments that models like to send as text although a number is meant. */
const wholeNumbers: ReadonlySet<string> = new Set([
  "range_start",
  "range_end",
  "offset",
  "limit",
  "timeout",
  "line",
  "start_line",
  "end_line",
  "count",
]);

/** The call with its arguments under the names and in the form that its handler expects. */
export function normalArguments(context: CallContext, call: CalledTool, entry: ToolEntry | undefined): CalledTool {
  const given = call.arguments;
  if (!isDict(given)) return call;
  const policy = context.service(executionPoliciesKey).requested(context);
  const aliases = dictAt(dictAt(annotationsOf(policy, entry, call.name), "arg_schema"), "arg_aliases");
  let isChanged = false;
  const args = new Map<string, Value>();
  for (const [name, value] of given.entries()) {
    const known = textAt(aliases, name) ?? name;
    const whole = wholeNumbers.has(known) && typeof value === "string" && /^-?\d{1,15}$/.test(value.trim());
    if (known !== name || whole) isChanged = true;
    if (known === name || !given.has(known)) args.set(known, whole ? Number(value) : value);
  }
  return isChanged ? { ...call, arguments: new DictValue(args) } : call;
}
