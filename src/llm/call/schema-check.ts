import type { CallContext } from "../../builtin/index.ts";
import { BuiltinValue, type DictValue, isResult, type Value } from "../../value/index.ts";
import { isDict, textAt, textsAt } from "../fields.ts";

/**
 * What keeps `data` from fitting the schema; empty when it fits. The check is the language's own (`schema_check`), so that a
 * model's answer is held to the same rules as any other value.
 */
export async function schemaErrors(context: CallContext, data: Value, schema: DictValue): Promise<readonly string[]> {
  const verdict = await context.callAsync(new BuiltinValue("schema_check"), [data, schema]);
  if (!isResult(verdict) || verdict.variant === "Ok") return [];
  const [problem] = verdict.fields;
  if (typeof problem === "string") return [problem];
  if (!isDict(problem)) return ["the answer does not fit the schema"];
  return textsAt(problem, "errors") ?? [textAt(problem, "message") ?? "the answer does not fit the schema"];
}
