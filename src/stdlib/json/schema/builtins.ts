import {
  type Builtin,
  type CallContext,
  type CatalogPart,
  type CompiledRegex,
  declare,
  opt,
  regexEngine,
  req,
  t,
} from "../../../builtin/index.ts";
import {
  DictValue,
  err,
  isObject,
  ListValue,
  ok,
  Raise,
  show,
  thrown,
  typeName,
  type Value,
} from "../../../value/index.ts";
import { canonicalSchema } from "./canonical.ts";
import { exportSchema } from "./export.ts";
import { keepFields, partialSchema } from "./transform.ts";
import { type Validation, validate } from "./validate.ts";

const json = declare("json");

/** Validates, with the patterns of the runtime's engine, each compiled once. */
export function checkSchema(
  context: CallContext,
  value: Value,
  schema: DictValue,
  appliesDefaults: boolean,
): Validation {
  const patterns = new Map<string, CompiledRegex | string>();
  const compiled = (pattern: string): CompiledRegex | string => {
    const known = patterns.get(pattern) ?? compile(context, pattern);
    patterns.set(pattern, known);
    return known;
  };
  try {
    return validate(value, schema, {
      appliesDefaults,
      matches(pattern, text) {
        const regex = compiled(pattern);
        return typeof regex === "string" ? regex : regex.findAll(text).length > 0;
      },
    });
  } finally {
    for (const regex of patterns.values()) if (typeof regex !== "string") regex.dispose();
  }
}

function compile(context: CallContext, pattern: string): CompiledRegex | string {
  try {
    return context.service(regexEngine).compile(pattern);
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

/** A Result: what is wrong is data there, and so is a schema that is none. */
function checked(context: CallContext, value: Value, schema: Value, appliesDefaults: boolean): Value {
  let canonical: DictValue;
  try {
    canonical = canonicalSchema(schema);
  } catch (error) {
    if (error instanceof Raise && error.kind === "thrown") return err(failure([show(error.value)]));
    throw error;
  }
  const result = checkSchema(context, value, canonical, appliesDefaults);
  return result.errors.length === 0 ? ok(result.value) : err(failure(result.errors, result.value));
}

function failure(errors: readonly string[], value?: Value): DictValue {
  return DictValue.of({
    message: errors[0] ?? "",
    errors: new ListValue([...errors]),
    ...(value === undefined ? {} : { value }),
  });
}

function expected(context: CallContext, value: Value, schema: Value, appliesDefaults: boolean): Value {
  const result = checkSchema(context, value, canonicalSchema(schema), appliesDefaults);
  if (result.errors.length > 0) throw thrown(result.errors.join("; "));
  return result.value;
}

function fits(context: CallContext, value: Value, schema: Value): boolean {
  return checkSchema(context, value, canonicalSchema(schema), false).errors.length === 0;
}

/** A builtin from a schema to a schema. */
function conversion(
  name: string,
  param: string,
  type: "any" | "dict",
  summary: string,
  example: readonly [string, string],
  convert: (schema: DictValue) => Value,
): Builtin {
  return json({
    name,
    summary,
    params: [req(param, type === "any" ? t.any : t.dict)],
    returns: t.dict,
    examples: [[`${name}(${example[0]})`, example[1]]],
    run: (_context, schema: Value) => convert(canonicalSchema(schema)),
  });
}

function fieldChoice(name: string, summary: string, example: string, isPick: boolean): Builtin {
  return json({
    name,
    summary,
    params: [req("schema", t.any), req("keys", t.list)],
    returns: t.dict,
    examples: [[`${name}({properties: {a: {}, b: {}}}, ["a"])`, example]],
    run: (_context, schema, keys) => {
      const names = new Set(keys.view().map(show));
      return keepFields(canonicalSchema(schema), (key) => names.has(key) === isPick);
    },
  });
}

const schemaParams = [req("value", t.any), req("schema", t.any)] as const;

export const schemaBuiltins: CatalogPart = {
  builtins: [
    json({
      name: "json_validate",
      summary: "True if a value fits a schema; otherwise everything that is wrong is thrown as one text.",
      params: [req("value", t.any), req("schema", t.dict)],
      returns: t.bool,
      borrows: true,
      examples: [['json_validate(5, {type: "int"})', "true"]],
      run: (context, value, schema) => {
        expected(context, value, schema, false);
        return true;
      },
    }),
    json({
      name: "schema_check",
      summary: "A Result: the value, or a dict of `message`, `errors` and `value`.",
      params: schemaParams,
      examples: [['is_ok(schema_check(5, {type: "int"}))', "true"]],
      run: (context, value, schema) => checked(context, value, schema, false),
    }),
    json({
      name: "schema_parse",
      summary: "Like `schema_check`, with the defaults of absent fields filled in.",
      params: schemaParams,
      examples: [["schema_parse({}, {properties: {n: {default: 1}}})", "Result.Ok({n: 1})"]],
      run: (context, value, schema) => checked(context, value, schema, true),
    }),
    json({
      name: "schema_expect",
      summary: "The value if it fits a schema, with defaults if asked; otherwise what is wrong is thrown.",
      params: [req("value", t.any), req("schema", t.any), opt("apply_defaults", t.bool)],
      examples: [['schema_expect([1], {type: "list"})', "[1]"]],
      run: (context, value, schema, appliesDefaults = false) => expected(context, value, schema, appliesDefaults),
    }),
    json({
      name: "schema_is",
      summary: "Whether a value fits a schema.",
      params: schemaParams,
      returns: t.bool,
      borrows: true,
      examples: [['schema_is("x", {type: "int"})', "false"]],
      run: (context, value, schema) => fits(context, value, schema),
    }),
    json({
      name: "is_type",
      summary: "Whether a value fits a schema or a type alias.",
      params: schemaParams,
      returns: t.bool,
      borrows: true,
      examples: [['is_type(5, {type: "int"})', "true"]],
      run: (context, value, schema) => fits(context, value, schema),
    }),
    json({
      name: "schema_of",
      summary: "The schema of a type alias; a schema as it is.",
      params: [req("type_alias", t.any)],
      returns: t.dict,
      examples: [['schema_of({type: "int"})', "{type: int}"]],
      run: (_context, schema) => {
        if (isObject(schema) && schema.kind === "dict") return schema;
        throw thrown(`schema_of: expected a type alias or schema dict, got ${typeName(schema)}`);
      },
    }),
    json({
      name: "schema_extend",
      summary: "A schema with the keys of another over its own.",
      params: [req("base", t.dict), req("overrides", t.dict)],
      returns: t.dict,
      examples: [['schema_extend({type: "int"}, {min: 1})', "{min: 1, type: int}"]],
      run: (_context, base, overrides) =>
        new DictValue(new Map([...canonicalSchema(base).toMap(), ...canonicalSchema(overrides).toMap()])),
    }),
    fieldChoice("schema_pick", "A schema with some of its fields only.", "{properties: {a: {}}}", true),
    fieldChoice("schema_omit", "A schema without some of its fields.", "{properties: {b: {}}}", false),
    conversion(
      "schema_partial",
      "schema",
      "any",
      "A schema with nothing required, at any depth.",
      ['{type: "dict", required: ["a"]}', "{type: dict}"],
      partialSchema,
    ),
    conversion(
      "schema_to_json_schema",
      "schema",
      "any",
      "A schema in the words of JSON Schema.",
      ['{type: "int", nullable: true}', "{type: [integer, null]}"],
      (schema) => exportSchema(schema, "json"),
    ),
    conversion(
      "schema_to_openapi_schema",
      "schema",
      "any",
      "A schema in the words of OpenAPI 3.0.",
      ['{type: "int", nullable: true}', "{nullable: true, type: integer}"],
      (schema) => exportSchema(schema, "openapi"),
    ),
    conversion(
      "schema_from_json_schema",
      "json_schema",
      "dict",
      "A schema from one in the words of JSON Schema.",
      ['{type: "array", items: {type: "integer"}}', "{items: {type: int}, type: list}"],
      (schema) => schema,
    ),
    conversion(
      "schema_from_openapi_schema",
      "openapi_schema",
      "dict",
      "A schema from one in the words of OpenAPI.",
      ['{type: "integer", maximum: 3}', "{max: 3, type: int}"],
      (schema) => schema,
    ),
  ],
};
