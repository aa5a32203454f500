import type { CallContext } from "../../builtin/index.ts";
import { type DictValue, Raise, stringifyJson, type Value } from "../../value/index.ts";
import { boolAt, isDict, merged, record, textAt } from "../fields.ts";
import { tryParseJson } from "../json.ts";
import { withOptions } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { embeddedJson, readJsonText } from "./json-answer.ts";
import { mendedData } from "./mended-json.ts";
import { schemaErrors } from "./schema-check.ts";
import { structuredData } from "./structured.ts";

export interface Recovery {
  readonly text: string;
  readonly schema: DictValue;
  /** Options of the repairing call. */
  readonly options: DictValue | undefined;
}

/**
 * JSON that fits the schema out of a text that was meant to hold it: as it stands, taken out of prose, with small slips
 * mended, and at last by asking a model. Nothing is thrown for a text that cannot be saved.
 */
export async function recoverJson(context: CallContext, service: LlmService, recovery: Recovery): Promise<DictValue> {
  const { text, schema } = recovery;
  const fits = async (data: Value): Promise<boolean> => (await schemaErrors(context, data, schema)).length === 0;
  const found = (stage: string, attempts: number, data: Value, repaired = false): DictValue =>
    record({ ok: true, data, stage, attempts, repaired, raw_text: text, error: "", error_category: null });
  let attempts = 1;
  const whole = tryParseJson(text.trim());
  if (whole !== undefined && (await fits(whole))) return found("parsed", attempts, whole);
  const part = whole === undefined ? embeddedJson(text) : undefined;
  if (part !== undefined) {
    attempts++;
    const extracted = readJsonText(text)?.data;
    if (extracted !== undefined && (await fits(extracted))) return found("extracted", attempts, extracted);
  }
  attempts++;
  const coerced = mendedData(text, schema);
  if (coerced !== undefined && (await fits(coerced))) return found("regex", attempts, coerced);
  const lost = (stage: string, problem: Readonly<Record<string, Value>>): DictValue =>
    record({ ok: false, data: null, stage, attempts, repaired: false, raw_text: text, ...problem });
  const repair = repairOptions(recovery.options);
  if (repair === undefined) {
    const errors = coerced === undefined ? [noJson] : await schemaErrors(context, coerced, schema);
    return lost("failed", { error: errors.join("; "), error_category: "schema_validation" });
  }
  attempts++;
  try {
    const asked = { text, schema, options: merged(recovery.options, repair) };
    return found("llm_repair", attempts, await askForRepair(context, service, asked), true);
  } catch (error) {
    if (!(error instanceof Raise) || error.kind === "cancelled" || error.kind === "deadline") throw error;
    return lost("llm_repair", problemOf(error.value));
  }
}

const noJson = "the text holds no JSON";

/** `llm_repair`: what the repairing call is given besides the options, or `undefined` when no model is to be asked. */
function repairOptions(options: DictValue | undefined): DictValue | undefined {
  const wish = options?.get("llm_repair");
  if (wish === false) return undefined;
  if (!isDict(wish)) return record({});
  return boolAt(wish, "enabled") === false ? undefined : wish.without("enabled");
}

function problemOf(value: Value): Readonly<Record<string, Value>> {
  if (isDict(value) && textAt(value, "category") === "schema_validation")
    return { error: "LLM repair pass returned invalid JSON", error_category: "repair_failed" };
  const message = isDict(value) ? (textAt(value, "message") ?? "") : String(value);
  return { error: message, error_category: "transport" };
}

function askForRepair(context: CallContext, service: LlmService, recovery: Recovery): Promise<Value> {
  const { text, schema } = recovery;
  const prompt = [
    "This text should be one JSON value that fits the schema, and is not. Give the value it stands for: JSON alone, without fences or comments.",
    `Schema:\n${stringifyJson(schema)}`,
    `Text:\n${text}`,
  ].join("\n\n");
  const options = withOptions(recovery.options, { schema_retries: 0 });
  return structuredData(context, service, { prompt, schema, options });
}
