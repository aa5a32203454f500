import type { CallContext } from "../../builtin/index.ts";
import { type DictValue, Raise, stringifyJson, thrown, typeName, type Value } from "../../value/index.ts";
import { selectModel } from "../catalog/selection.ts";
import { boolAt, float, intAt, isDict, list, merged, record, textAt } from "../fields.ts";
import { withOptions } from "../options/call-options.ts";
import type { LlmService } from "../service.ts";
import { type CallOutcome, errorDict, prepare, resultOf, runCall, withFailureDicts } from "./call.ts";
import { usageDict } from "./result.ts";
import { schemaHints } from "./schema-nudge.ts";

const defaultRetries = 3;

/** The schema argument of a structured call. */
export function requireSchema(builtin: string, schema: Value | undefined): DictValue {
  if (schema === undefined || schema === null)
    throw thrown(`${builtin}: missing required \`schema\` argument (a JSON Schema dict)`);
  if (!isDict(schema)) throw thrown(`${builtin}: \`schema\` must be a dict (JSON Schema), got ${typeName(schema)}`);
  return schema;
}

/** The options of a structured call: a schema format, errors instead of bad data, and more retries, unless they say otherwise. */
function structuredOptions(service: LlmService, schema: DictValue, options: DictValue | undefined): DictValue {
  const retries = intAt(options, "schema_retries") ?? intAt(options, "retries") ?? defaultRetries;
  const defaults: Record<string, Value> = { output_schema: schema, schema_retries: retries };
  if (!isGiven(options, "output_validation")) defaults.output_validation = "error";
  // Half an answer cannot be repaired.
  if (readRepair(options) !== undefined && !isGiven(options, "schema_stream_abort"))
    defaults.schema_stream_abort = false;
  if (takesSchema(service, options)) {
    if (!isGiven(options, "output_format"))
      defaults.output_format = record({ kind: "json_schema", schema, strict: true });
  } else {
    defaults.system_suffix = list([
      ...(isGiven(options, "system_suffix") ? [options?.get("system_suffix") ?? ""] : []),
      schemaContract(schema),
    ]);
  }
  return withOptions(options, defaults);
}

function isGiven(options: DictValue | undefined, key: string): boolean {
  const value = options?.get(key);
  return value !== undefined && value !== null;
}

/** Whether the route has a way of its own to be held to a schema; a mock is taken to have one. */
function takesSchema(service: LlmService, options: DictValue | undefined): boolean {
  const selection = selectModel(service.catalog, {
    provider: textAt(options, "provider"),
    model: textAt(options, "model"),
    modelTier: textAt(options, "model_tier"),
  });
  if (selection.provider === "mock" || service.mocks.isPrepared) return true;
  const { structuredOutput } = service.catalog.capabilities(selection.provider, selection.model);
  return structuredOutput !== undefined && structuredOutput !== "delimited";
}

function schemaContract(schema: DictValue): string {
  return [
    "Answer with one JSON value that fits this schema, and nothing else.",
    stringifyJson(schema),
    ...schemaHints(schema),
  ].join("\n");
}

interface StructuredRun {
  readonly prompt: string;
  readonly schema: DictValue;
  readonly options: DictValue | undefined;
}

/** The validated data of `llm_call_structured`. */
export async function structuredData(context: CallContext, service: LlmService, run: StructuredRun): Promise<Value> {
  const options = structuredOptions(service, run.schema, run.options);
  const prepared = prepare(context, service, { prompt: run.prompt, system: undefined, options });
  return withFailureDicts(prepared, async () => {
    const outcome = await runCall(context, service, prepared);
    return resultOf(context, service, outcome).get("data") ?? null;
  });
}

/** `{ok, data, error}`. */
export async function structuredSafe(
  context: CallContext,
  service: LlmService,
  run: StructuredRun,
): Promise<DictValue> {
  try {
    return record({ ok: true, data: await structuredData(context, service, run), error: null });
  } catch (error) {
    return record({ ok: false, data: null, error: errorDict(error) });
  }
}

/** The envelope of `llm_call_structured_result`: never throws for what the model did. */
export async function structuredResult(
  context: CallContext,
  service: LlmService,
  run: StructuredRun,
): Promise<DictValue> {
  const options = structuredOptions(service, run.schema, run.options);
  const prepared = prepare(context, service, { prompt: run.prompt, system: undefined, options });
  let outcome: CallOutcome;
  try {
    outcome = await withFailureDicts(prepared, () => runCall(context, service, prepared));
  } catch (error) {
    return transportEnvelope(error, prepared.selection.provider, prepared.selection.model);
  }
  if (outcome.errors.length === 0) return successEnvelope(service, outcome, outcome.data ?? null, false);
  const repair = readRepair(run.options);
  if (repair === undefined)
    return failureEnvelope(service, outcome, outcome.hasJson ? "schema_validation" : "missing_json");
  const repaired = await tryRepair(context, service, run, repair, outcome);
  return repaired === undefined
    ? failureEnvelope(service, outcome, "repair_failed")
    : successEnvelope(service, outcome, repaired, true);
}

/** The `repair` option as overrides of the extra call; `undefined` when there is none. */
function readRepair(options: DictValue | undefined): DictValue | undefined {
  const repair = options?.get("repair");
  if (repair === true) return record({});
  return isDict(repair) && boolAt(repair, "enabled") !== false ? repair : undefined;
}

/** Hands the bad text back once, with what is wrong with it. */
async function tryRepair(
  context: CallContext,
  service: LlmService,
  run: StructuredRun,
  repair: DictValue,
  outcome: CallOutcome,
): Promise<Value | undefined> {
  const prompt = [
    "Turn the text below into JSON that fits the schema. Keep what it says; change only its form.",
    `Schema: ${stringifyJson(run.schema)}`,
    `Validation errors: ${outcome.errors.join("; ")}`,
    `Text:\n${outcome.read.reply.text}`,
    "Answer with the JSON alone.",
  ].join("\n\n");
  const overrides = withOptions(merged(run.options, repair), {
    messages: null,
    schema_retries: 0,
    retries: 0,
    repair: false,
  });
  try {
    return await structuredData(context, service, { prompt, schema: run.schema, options: overrides });
  } catch (error) {
    if (error instanceof Raise && error.kind === "thrown") return undefined;
    throw error;
  }
}

function successEnvelope(service: LlmService, outcome: CallOutcome, data: Value, isRepaired: boolean): DictValue {
  return envelope(service, outcome, {
    ok: true,
    data,
    error: "",
    error_category: null,
    repaired: isRepaired,
    extracted_json: outcome.isExtracted,
  });
}

function failureEnvelope(service: LlmService, outcome: CallOutcome, category: string): DictValue {
  const error = outcome.errors.join("; ");
  return envelope(service, outcome, {
    ok: false,
    data: null,
    error,
    error_category: category,
    repaired: false,
    extracted_json: outcome.isExtracted,
  });
}

function envelope(service: LlmService, outcome: CallOutcome, fields: Readonly<Record<string, Value>>): DictValue {
  const { reply } = outcome.read;
  return record({
    ...fields,
    raw_text: reply.text,
    attempts: outcome.attempts,
    usage: usageDict(service, reply),
    model: reply.model,
    provider: reply.provider,
  });
}

function transportEnvelope(error: unknown, provider: string, model: string): DictValue {
  const problem = errorDict(error);
  const usage = record({
    input_tokens: 0,
    output_tokens: 0,
    cache_read_tokens: 0,
    cache_write_tokens: 0,
    cache_creation_input_tokens: 0,
  });
  return record({
    ok: false,
    data: null,
    raw_text: "",
    error: textAt(problem, "message") ?? "",
    error_category: textAt(problem, "category") ?? "generic",
    attempts: 0,
    repaired: false,
    extracted_json: false,
    usage: usage.with("cache_hit_ratio", float(0)).with("cache_savings_usd", float(0)),
    model,
    provider,
  });
}
