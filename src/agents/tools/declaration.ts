import { boolAt, isDict, record, textAt } from "../../llm/fields.ts";
import { propertySchema } from "../../llm/tools/native-schema.ts";
import { DictValue, type Value } from "../../value/index.ts";
import type { DeclaredTools } from "./declared-tools.ts";
import { emptyRegistry, withEntry } from "./registry.ts";

export interface ToolDeclarationParts {
  readonly name: string;
  readonly description: string;
  /** `{name, schema, has_default, default?}` for each parameter, in order. */
  readonly params: readonly Value[];
  readonly handler: Value;
  readonly returns: Value;
}

/** What a `tool` declaration evaluates to: a registry of the one tool. Its handler takes the parameters one by one. */
export function declareTool(declared: DeclaredTools, parts: ToolDeclarationParts): DictValue {
  const params = parts.params.filter(isDict);
  declared.add(
    parts.handler,
    params.map((param) => ({ name: textAt(param, "name") ?? "", fallback: param.get("default") })),
  );
  const parameters = new Map<string, Value>();
  for (const param of params) parameters.set(textAt(param, "name") ?? "", parameterSpec(param));
  const entry = record({
    name: parts.name,
    description: parts.description,
    parameters: new DictValue(parameters),
    handler: parts.handler,
    outputSchema: isDict(parts.returns) ? propertySchema(parts.returns) : undefined,
    executor: "harn",
  });
  return withEntry(emptyRegistry(), entry);
}

function parameterSpec(param: DictValue): DictValue {
  const schema = param.get("schema");
  const spec = isDict(schema) ? propertySchema(schema) : record({ type: "string" });
  if (boolAt(param, "has_default") !== true) return spec;
  const optional = spec.with("required", false);
  const fallback = param.get("default");
  return fallback === undefined ? optional : optional.with("default", fallback);
}
