import { type ConfigPath, isTable, pathText } from "./document.ts";
import { type ConfigSchema, configFields, configParts, type SchemaType } from "./schema.ts";

/** What a configuration says that it may not say, each with its place; empty where it is right. */
export function configProblems(document: unknown): readonly string[] {
  const problems: string[] = [];
  check({ type: "object", additionalProperties: false, properties: configFields }, document, [], (path, problem) => {
    problems.push(path.length === 0 ? problem : `${pathText(path)}: ${problem}`);
  });
  return problems;
}

type Report = (path: ConfigPath, problem: string) => void;

function check(schema: ConfigSchema, value: unknown, path: ConfigPath, report: Report): void {
  if (schema.$ref !== undefined) {
    return check(configParts[schema.$ref.replace("#/$defs/", "")] ?? {}, value, path, report);
  }
  if (schema.enum !== undefined) {
    if (!schema.enum.includes(value as string)) report(path, `${shown(value)} is not one of ${listed(schema.enum)}`);
    return;
  }
  const types = typesOf(schema);
  if (types.length > 0 && !types.some((type) => isOf(type, value))) {
    return report(path, `expected ${types.filter((type) => type !== "null").join(" or ")}, found ${shown(value)}`);
  }
  if (schema.const !== undefined && value !== schema.const) report(path, `${shown(value)} is not ${schema.const}`);
  if (typeof value === "number" && value < (schema.minimum ?? value))
    report(path, `${value} is less than ${schema.minimum}`);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(schema.items ?? {}, item, [...path, String(index)], report);
  } else if (isTable(value)) {
    for (const [key, inner] of Object.entries(value)) checkEntry(schema, key, inner, path, report);
  }
}

function checkEntry(schema: ConfigSchema, key: string, value: unknown, path: ConfigPath, report: Report): void {
  const known = schema.properties?.[key] ?? schema.additionalProperties;
  if (known === false) {
    const names = listed(Object.keys(schema.properties ?? {}));
    return report([...path, key], `unknown field; expected one of ${names}`);
  }
  if (known !== undefined) check(known, value, [...path, key], report);
}

function typesOf({ type }: ConfigSchema): readonly SchemaType[] {
  if (type === undefined) return [];
  return typeof type === "string" ? [type] : type;
}

function isOf(type: SchemaType, value: unknown): boolean {
  switch (type) {
    case "object":
      return isTable(value);
    case "array":
      return Array.isArray(value);
    case "string":
    case "boolean":
    case "number":
      return typeof value === type;
    case "integer":
      return Number.isInteger(value);
    case "null":
      return value === null;
  }
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function listed(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(", ");
}
