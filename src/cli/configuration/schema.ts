/** The part of JSON Schema that the schema of configuration files uses. */
export interface ConfigSchema {
  readonly type?: SchemaType | readonly SchemaType[];
  readonly enum?: readonly string[];
  readonly const?: number;
  readonly minimum?: number;
  readonly items?: ConfigSchema;
  readonly properties?: Readonly<Record<string, ConfigSchema>>;
  /** False where other keys are mistakes; a schema where keys are names. */
  readonly additionalProperties?: false | ConfigSchema;
  readonly $ref?: string;
}

export type SchemaType = "object" | "array" | "string" | "integer" | "number" | "boolean" | "null";

const text: ConfigSchema = { type: "string" };
const texts: ConfigSchema = { type: "array", items: text };
const optionalText: ConfigSchema = { type: ["string", "null"] };
const count: ConfigSchema = { minimum: 0, type: ["integer", "null"] };
const flag: ConfigSchema = { type: "boolean" };

function table(properties: Readonly<Record<string, ConfigSchema>>): ConfigSchema {
  return { additionalProperties: false, properties, type: "object" };
}

function byName(of: ConfigSchema): ConfigSchema {
  return { additionalProperties: of, type: "object" };
}

function choice(...words: readonly string[]): ConfigSchema {
  return { enum: words };
}

function part(name: string): ConfigSchema {
  return { $ref: `#/$defs/${name}` };
}

const sources: ConfigSchema = { type: "array", items: part("source") };

/** What several fields are made of. */
export const configParts: Readonly<Record<string, ConfigSchema>> = {
  endpoint: table({
    command: texts,
    enabled: flag,
    headers: byName(text),
    transport: optionalText,
    url: optionalText,
  }),
  model_alias: table({ capability_refs: texts, model: text, provider: text }),
  permission_mode: choice("allow", "ask", "deny"),
  provider: table({
    auth_env: texts,
    base_url: optionalText,
    capability_refs: texts,
    metadata: { type: "object" },
    models: texts,
  }),
  source: table({ kind: text, name: text, path: optionalText, trust: optionalText, url: optionalText }),
};

/** Fields of the layered configuration (cli-and-config §8). Editors read it as `harn config schema` prints it. */
export const configFields: Readonly<Record<string, ConfigSchema>> = {
  endpoints: table({ a2a: byName(part("endpoint")), acp: byName(part("endpoint")), mcp: byName(part("endpoint")) }),
  limits: table({
    budget_usd: { minimum: 0, type: ["number", "null"] },
    concurrency: count,
    filesystem: choice("read-write", "read-only", "sandboxed"),
    network: choice("allow", "ask", "deny", "offline"),
    sandbox: choice("host", "process", "container", "worktree"),
    tokens: count,
  }),
  logging: table({ file: optionalText, format: text, level: choice("error", "warn", "info", "debug", "trace") }),
  models: table({
    aliases: byName(part("model_alias")),
    capability_refs: texts,
    default_model: optionalText,
    default_provider: optionalText,
    providers: byName(part("provider")),
  }),
  packages: table({ lockfile: optionalText, sources }),
  permissions: table({ capabilities: byName(part("permission_mode")), default: part("permission_mode") }),
  plugins: table({ sources }),
  policy: table({ denied_fields: texts, locked_fields: texts }),
  redaction: table({ extra_fields: texts, extra_url_params: texts, mode: choice("off", "standard", "strict") }),
  replay: table({ directory: optionalText, enabled: flag }),
  retention: table({ days: count, max_bytes: count }),
  schema_version: { const: 1, type: "integer" },
  skills: table({ paths: texts, sources }),
};

export const configSchema = {
  $defs: configParts,
  $id: "https://harnlang.com/schemas/harn-config.schema.json",
  $schema: "https://json-schema.org/draft/2020-12/schema",
  ...table(configFields),
  title: "Harn runtime config",
};
