import type { DictValue, Value } from "../../value/index.ts";
import { dictAt, isDict, textAt, textsAt } from "../fields.ts";

const depthLimit = 3;
const lineLimit = 8;
const keyLimit = 16;

/** `schema_retry_nudge`: the default text, one of the program's own, or none. */
export type NudgeMode =
  | { readonly kind: "auto" }
  | { readonly kind: "off" }
  | { readonly kind: "text"; readonly text: string };

export function readNudgeMode(options: DictValue | undefined): NudgeMode {
  const value = options?.get("schema_retry_nudge");
  if (value === false) return { kind: "off" };
  return typeof value === "string" ? { kind: "text", text: value } : { kind: "auto" };
}

/** The user turn that asks for an answer once more, or "" when none is to be said. */
export function schemaNudge(mode: NudgeMode, errors: readonly string[], schema: DictValue | undefined): string {
  const problems = errors.length === 0 ? "none given" : errors.join("; ");
  switch (mode.kind) {
    case "off":
      return "";
    case "text":
      return `${mode.text}\n\nValidation errors: ${problems}`;
    case "auto":
      return [
        "The last answer did not fit the required JSON schema.",
        `Validation errors: ${problems}.`,
        ...schemaHints(schema),
        "Answer again with valid JSON that fits the schema, and nothing else: no prose, no markdown fences.",
      ].join("\n");
  }
}

/** Required keys, allowed keys and the shape, one line each. */
export function schemaHints(schema: DictValue | undefined): string[] {
  if (schema === undefined) return [];
  const required = textsAt(schema, "required") ?? [];
  const allowed = dictAt(schema, "properties")?.keys() ?? [];
  const shape: string[] = [];
  describe(schema, "root", 0, shape);
  return [
    ...(required.length === 0 ? [] : [`Required keys: ${required.join(", ")}.`]),
    ...(allowed.length === 0 ? [] : [`Allowed top-level keys: ${allowed.join(", ")}.`]),
    ...(shape.length === 0 ? [] : ["Expected JSON schema shape:", ...shape.map((line) => `- ${line}`)]),
  ];
}

function describe(schema: Value | undefined, path: string, depth: number, lines: string[]): void {
  if (!isDict(schema) || depth > depthLimit || lines.length >= lineLimit) return;
  const properties = dictAt(schema, "properties");
  if (properties !== undefined && properties.size > 0) {
    const required = textsAt(schema, "required") ?? [];
    const tail = required.length === 0 ? "" : `; required keys: ${shortened(required)}`;
    lines.push(`${path} object allowed keys: ${shortened(properties.keys())}${tail}`);
    for (const [key, child] of properties.entries())
      describe(child, depth === 0 ? key : `${path}.${key}`, depth + 1, lines);
    return;
  }
  if (isDict(schema.get("items"))) {
    describe(schema.get("items"), `${path}[]`, depth + 1, lines);
    return;
  }
  const choices = textsAt(schema, "enum");
  if (choices !== undefined && lines.length < lineLimit)
    lines.push(`${path} ${textAt(schema, "type") ?? "value"} one of: ${shortened(choices)}`);
}

function shortened(keys: readonly string[]): string {
  return keys.length <= keyLimit ? keys.join(", ") : `${keys.slice(0, keyLimit).join(", ")}, …`;
}
