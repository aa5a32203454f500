import type { DictValue } from "../../value/index.ts";
import { boolAt, dictAt, intAt, isDict, itemsAt, numberAt, textAt, textsAt } from "../fields.ts";
import { readCapabilityRules } from "./capability-rules.ts";
import type { NameRule } from "./inference.ts";
import type { Alias, ModelRow, ModelTier, Pricing } from "./model-row.ts";
import type { CatalogOverlay } from "./provider-catalog.ts";
import { type AuthStyle, type ProviderRow, providerRows, type WireDialect } from "./providers.ts";

/** A parsed `providers.toml`, or the `[llm]` table of a manifest, as an overlay. What is of the wrong type counts as absent. */
export function readCatalogOverlay(root: DictValue): CatalogOverlay {
  const defaultProvider = textAt(root, "default_provider");
  return {
    ...(defaultProvider === undefined ? {} : { defaultProvider }),
    providers: tables(root, "providers").map(([name, row]) => readProvider(name, row)),
    models: tables(root, "models").map(([id, row]) => readModel(id, row)),
    aliases: Object.fromEntries(tables(root, "aliases").map(([name, row]) => [name, readAlias(row)])),
    inferenceRules: rules(root, "inference_rules", "provider"),
    tierRules: rules(root, "tier_rules", "tier"),
    qualityCheckModels: texts(dictAt(root, "qc_defaults")),
    modelDefaults: tables(root, "model_defaults").map(([pattern, values]) => ({ pattern, values })),
    capabilityRules: readCapabilityRules(root),
  };
}

function tables(root: DictValue, key: string): [name: string, row: DictValue][] {
  return [...(dictAt(root, key)?.entries() ?? [])].flatMap(([name, row]): [string, DictValue][] =>
    isDict(row) ? [[name, row]] : [],
  );
}

function texts(table: DictValue | undefined): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of table?.entries() ?? []) if (typeof value === "string") found[key] = value;
  return found;
}

/** The entries of `row` that are there: rows keep no key for what was not written. */
function present<T extends object>(entries: { readonly [K in keyof T]?: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined)) as Partial<T>;
}

const authStyles: readonly AuthStyle[] = ["bearer", "header", "query", "aws_sigv4", "none"];

/** The wire of a known name stays what it is where the row is silent: another address is enough for a proxy. */
function readProvider(name: string, row: DictValue): ProviderRow {
  const known = providerRows.find((each) => each.name === name);
  const chatPath = textAt(row, "chat_endpoint") ?? known?.chatPath ?? "/chat/completions";
  const authEnv = textsAt(row, "auth_env") ?? [];
  const headers = dictAt(row, "extra_headers");
  return {
    name,
    displayName: textAt(row, "display_name") ?? name,
    dialect: known?.dialect ?? dialectAt(chatPath),
    baseUrl: (textAt(row, "base_url") ?? "").replace(/\/+$/, ""),
    authStyle: authStyleOf(textAt(row, "auth_style"), authEnv, known),
    authEnv,
    chatPath,
    ...present<ProviderRow>({
      baseUrlEnv: textAt(row, "base_url_env"),
      authHeader: textAt(row, "auth_header") ?? known?.authHeader,
      completionPath: textAt(row, "completion_endpoint"),
      healthPath: textAt(dictAt(row, "healthcheck"), "path"),
      fallback: textAt(row, "fallback"),
      requestsPerMinute: intAt(row, "rpm"),
      costPer1kIn: numberAt(row, "cost_per_1k_in"),
      costPer1kOut: numberAt(row, "cost_per_1k_out"),
      latencyP50Ms: numberAt(row, "latency_p50_ms"),
      extraHeaders: headers === undefined ? known?.extraHeaders : texts(headers),
      features: textsAt(row, "features"),
    }),
  };
}

/** A row that names no variable has no key to send, and needs none. */
function authStyleOf(asked: string | undefined, authEnv: readonly string[], known: ProviderRow | undefined): AuthStyle {
  const style = authStyles.find((each) => each === asked) ?? known?.authStyle ?? "bearer";
  return authEnv.length === 0 && style !== "aws_sigv4" ? "none" : style;
}

/** What a server speaks, as its address tells. */
function dialectAt(chatPath: string): WireDialect {
  if (chatPath.endsWith("/messages")) return "anthropic";
  return chatPath.endsWith("/api/chat") ? "ollama" : "openai";
}

const tiers: readonly ModelTier[] = ["small", "mid", "frontier", "reasoning"];

const availabilities = ["serverless", "dedicated", "unknown"] as const;

function scores(table: DictValue | undefined): Record<string, number> | undefined {
  if (table === undefined) return undefined;
  return Object.fromEntries([...table.keys()].flatMap((name) => [[name, numberAt(table, name) ?? 0]]));
}

function readModel(id: string, row: DictValue): ModelRow {
  const tier = textAt(row, "tier");
  return {
    id,
    name: textAt(row, "name") ?? id,
    provider: textAt(row, "provider") ?? "",
    contextWindow: intAt(row, "context_window") ?? 0,
    ...present<ModelRow>({
      runtimeContextWindow: intAt(row, "runtime_context_window"),
      tier: tiers.find((known) => known === tier),
      pricing: readPricing(dictAt(row, "pricing")),
      streamTimeoutS: numberAt(row, "stream_timeout"),
      deprecated: boolAt(row, "deprecated") === true ? (textAt(row, "deprecation_note") ?? "") : undefined,
      openWeight: boolAt(row, "open_weight"),
      availability: availabilities.find((known) => known === textAt(row, "availability")),
      qualityTags: textsAt(row, "quality_tags"),
      strengths: textsAt(row, "strengths"),
      benchmarks: scores(dictAt(row, "benchmarks")),
    }),
  };
}

function readPricing(row: DictValue | undefined): Pricing | undefined {
  const inputPerMtok = numberAt(row, "input_per_mtok");
  const outputPerMtok = numberAt(row, "output_per_mtok");
  if (inputPerMtok === undefined || outputPerMtok === undefined) return undefined;
  return {
    inputPerMtok,
    outputPerMtok,
    ...present<Pricing>({
      cacheReadPerMtok: numberAt(row, "cache_read_per_mtok"),
      cacheWritePerMtok: numberAt(row, "cache_write_per_mtok"),
    }),
  };
}

function readAlias(row: DictValue): Alias {
  const format = textAt(row, "tool_format");
  return {
    model: textAt(row, "id") ?? "",
    provider: textAt(row, "provider") ?? "",
    ...(format === "native" || format === "text" ? { toolFormat: format } : {}),
  };
}

function rules(root: DictValue, key: string, gives: string): NameRule[] {
  return (itemsAt(root, key) ?? []).filter(isDict).flatMap((row): NameRule[] => {
    const value = textAt(row, gives);
    const exact = textAt(row, "exact");
    const pattern = textAt(row, "pattern");
    const contains = textAt(row, "contains");
    if (value === undefined) return [];
    if (exact !== undefined) return [{ exact, gives: value }];
    if (pattern !== undefined) return [{ pattern, gives: value }];
    return contains === undefined ? [] : [{ contains, gives: value }];
  });
}
