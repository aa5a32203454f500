import { type DictValue, thrown, typeName } from "../../value/index.ts";
import { boolAt, dictAt, isDict, textAt } from "../fields.ts";
import type { OutputFormat } from "../model.ts";

export type OutputValidation = "off" | "warn" | "error";

export interface OutputWish {
  readonly format: OutputFormat;
  /** Checked on this side, whatever the provider was asked for. */
  readonly schema: DictValue | undefined;
  /** The answer is read as JSON into `data`. */
  readonly wantsJson: boolean;
  readonly validation: OutputValidation;
}

/** What an answer is to look like, out of `output_format`, `response_format` and the schema options. */
export function readOutputWish(options: DictValue | undefined): OutputWish {
  for (const key of ["output_schema", "json_schema", "schema"]) {
    const schema = options?.get(key) ?? null;
    if (schema !== null && !isDict(schema))
      throw thrown(`${key}: expected a JSON Schema object, got ${typeName(schema)}`);
  }
  const given = dictAt(options, "output_schema") ?? dictAt(options, "json_schema") ?? dictAt(options, "schema");
  const format = readFormat(options, given);
  const schema = given ?? (format.kind === "json_schema" ? format.schema : undefined);
  return {
    format,
    schema,
    wantsJson: format.kind !== "text" || schema !== undefined,
    validation: readValidation(options),
  };
}

function readFormat(options: DictValue | undefined, schema: DictValue | undefined): OutputFormat {
  const wish = options?.get("output_format");
  if (wish !== undefined && wish !== null) {
    if (typeof wish === "string") return formatOfKind(wish, undefined, schema, "output_format");
    if (!isDict(wish)) throw thrown(`output_format: expected string or dict, got ${typeName(wish)}`);
    const ownSchema = dictAt(wish, "schema") ?? dictAt(wish, "json_schema");
    return formatOfKind(
      textAt(wish, "kind") ?? "json_schema",
      boolAt(wish, "strict"),
      ownSchema ?? schema,
      "output_format.kind",
    );
  }
  const legacy = textAt(options, "response_format");
  if (legacy === undefined)
    return dictAt(options, "json_schema") === undefined
      ? { kind: "text" }
      : formatOfKind("json_schema", undefined, schema, "json_schema");
  if (legacy === "text") return { kind: "text" };
  if (legacy !== "json" && legacy !== "json_object") {
    throw thrown(`response_format: expected "json", "json_object", or "text", got "${legacy}"`);
  }
  return schema === undefined
    ? { kind: "json_object" }
    : formatOfKind("json_schema", undefined, schema, "response_format");
}

function formatOfKind(
  kind: string,
  strict: boolean | undefined,
  schema: DictValue | undefined,
  field: string,
): OutputFormat {
  switch (kind) {
    case "text":
    case "none":
    case "off":
      return { kind: "text" };
    case "json":
    case "json_object":
      return { kind: "json_object" };
    case "json_schema":
    case "schema":
      if (schema === undefined) throw thrown('output_format: kind "json_schema" requires a `schema` field');
      return { kind: "json_schema", schema, strict: strict ?? true };
    default:
      throw thrown(`${field}: expected "text" | "json_object" | "json_schema", got "${kind}"`);
  }
}

function readValidation(options: DictValue | undefined): OutputValidation {
  const word = textAt(options, "output_validation");
  if (word === undefined || word === "off" || word === "none") return "off";
  if (word === "warn" || word === "error") return word;
  throw thrown(`output_validation: expected "off" | "warn" | "error", got "${word}"`);
}
