import type { DictValue } from "../../value/index.ts";
import { merged } from "../fields.ts";
import {
  type Capabilities,
  type CapabilityRow,
  type CapabilityRule,
  capabilityRows,
  findCapabilities,
} from "./capabilities.ts";
import { matchesGlob } from "./glob.ts";
import { fitsName, type Inference, inferProvider, type NameRule, wireModelId } from "./inference.ts";
import type { Alias, ModelRow, Pricing } from "./model-row.ts";
import { aliases, defaultModels, fallbackModel, fallbackTier, modelRows, qualityCheckDefaults } from "./models.ts";
import { isMockProvider, type ProviderRow, providerRows } from "./providers.ts";

/** What a project or an embedder lays over the embedded catalogue. A row replaces the whole row of its name. */
export interface CatalogOverlay {
  readonly defaultProvider?: string;
  readonly providers?: readonly ProviderRow[];
  readonly models?: readonly ModelRow[];
  readonly aliases?: Readonly<Record<string, Alias>>;
  readonly capabilityRules?: readonly CapabilityRule[];
  /** Asked before the embedded rules. */
  readonly inferenceRules?: readonly NameRule[];
  readonly tierRules?: readonly NameRule[];
  readonly qualityCheckModels?: Readonly<Record<string, string>>;
  /** Sampling for models that a glob names; later ones win field by field. */
  readonly modelDefaults?: readonly { readonly pattern: string; readonly values: DictValue }[];
}

export interface ResolvedModel {
  readonly id: string;
  readonly provider: string;
  readonly alias: string | undefined;
  readonly toolFormat: "native" | "text";
  readonly tier: string;
}

/** Names a file of credentials, and is none itself. */
const accountFile = "GOOGLE_APPLICATION_CREDENTIALS";

export type ReadEnvironment = (name: string) => string | undefined;

/** Models whose capabilities are kept: programs ask for few, with every call. */
const knownModelLimit = 500;

/** Providers, models and what they can do: the embedded tables with the overlays of one runtime. */
export class ProviderCatalog {
  readonly #environment: ReadEnvironment;
  readonly #providers = new Map<string, ProviderRow>();
  readonly #models = new Map<string, ModelRow>();
  readonly #aliases = new Map<string, Alias>(Object.entries(aliases));
  readonly #overlayRules: readonly CapabilityRule[];
  readonly #inferenceRules: readonly NameRule[];
  readonly #tierRules: readonly NameRule[];
  readonly #qualityCheckModels: Readonly<Record<string, string>>;
  readonly #modelDefaults: NonNullable<CatalogOverlay["modelDefaults"]>;
  #projectRules: readonly CapabilityRule[] = [];
  readonly #configuredDefault: string;
  /** By `provider model`, until rules come or go. */
  readonly #capabilities = new Map<string, Capabilities>();

  constructor(environment: ReadEnvironment, overlays: readonly CatalogOverlay[] = []) {
    this.#environment = environment;
    for (const rows of [providerRows, ...overlays.map((overlay) => overlay.providers ?? [])])
      for (const row of rows) this.#providers.set(row.name, row);
    for (const rows of [modelRows, ...overlays.map((overlay) => overlay.models ?? [])])
      for (const row of rows) this.#models.set(row.id, row);
    for (const overlay of overlays)
      for (const [name, alias] of Object.entries(overlay.aliases ?? {})) this.#aliases.set(name, alias);
    this.#overlayRules = overlays.flatMap((overlay) => overlay.capabilityRules ?? []);
    // The highest layer is asked first.
    this.#inferenceRules = overlays.toReversed().flatMap((overlay) => overlay.inferenceRules ?? []);
    this.#tierRules = overlays.toReversed().flatMap((overlay) => overlay.tierRules ?? []);
    this.#qualityCheckModels = Object.assign(
      {},
      qualityCheckDefaults,
      ...overlays.map((overlay) => overlay.qualityCheckModels),
    );
    this.#modelDefaults = overlays.flatMap((overlay) => overlay.modelDefaults ?? []);
    this.#configuredDefault =
      overlays.findLast((overlay) => overlay.defaultProvider !== undefined)?.defaultProvider ?? "anthropic";
  }

  provider(name: string): ProviderRow | undefined {
    return this.#providers.get(name);
  }

  /** Names a row of the catalogue; a program may register one that has none. */
  register(name: string): boolean {
    if (this.#providers.has(name)) return false;
    const openai = this.#providers.get("openai") as ProviderRow;
    this.#providers.set(name, { ...openai, name, displayName: name, baseUrl: "", authEnv: ["ANTHROPIC_API_KEY"] });
    return true;
  }

  providerNames(): string[] {
    return [...this.#providers.keys()].sort();
  }

  /** By provider, then by id. */
  models(): readonly ModelRow[] {
    const sortKey = ({ provider, id }: ModelRow): string => `${provider}\u0000${id}`;
    return [...this.#models.values()].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
  }

  aliasNames(): string[] {
    return [...this.#aliases.keys()].sort();
  }

  alias(name: string): Alias | undefined {
    return this.#aliases.get(name);
  }

  model(id: string): ModelRow | undefined {
    return this.#models.get(id);
  }

  infer(model: string): Inference {
    return inferProvider(model, this.#models.get(model)?.provider, this.#fallbackProvider(), this.#inferenceRules);
  }

  /** The provider of a model that nothing else places. */
  #fallbackProvider(): string {
    return this.#set("HARN_DEFAULT_PROVIDER") ?? this.#configuredDefault;
  }

  /** The provider when a call names neither provider nor model: the default one if it has a key, else a local server. */
  unnamedProvider(): string {
    const preferred = this.#fallbackProvider();
    if (this.isAvailable(preferred)) return preferred;
    return this.#providers.has("ollama") ? "ollama" : "local";
  }

  resolve(selector: string): ResolvedModel {
    const alias = this.#aliases.get(selector);
    const id = alias?.model ?? wireModelId(selector);
    const provider = alias?.provider ?? this.infer(selector).provider;
    return {
      id,
      provider,
      alias: alias === undefined ? undefined : selector,
      toolFormat: this.toolFormat(provider, id, selector),
      tier: this.tier(id),
    };
  }

  tier(model: string): string {
    const row = this.#models.get(model);
    if (row?.tier !== undefined) return row.tier;
    const configured = this.#tierRules.find((rule) => fitsName(rule, model));
    return configured?.gives ?? fallbackTier;
  }

  /** The model of a tier, of one provider where it has such an alias. */
  ofTier(tier: string, provider: string | undefined): Alias | undefined {
    const names = provider === undefined ? [] : [`${provider}/${tier}`, `${provider}:${tier}`];
    for (const name of [...names, `tier/${tier}`, tier]) {
      const alias = this.#aliases.get(name);
      if (alias !== undefined) return alias;
    }
    return undefined;
  }

  defaultModel(provider: string): string {
    if (provider === "local")
      return this.#set("LOCAL_LLM_MODEL") ?? this.#set("HARN_LLM_MODEL") ?? "gemma-4-26b-a4b-it";
    if (provider === "mlx") return this.#set("MLX_MODEL_ID") ?? fallbackModel;
    return defaultModels[provider] ?? fallbackModel;
  }

  qualityCheckModel(provider: string): string | undefined {
    return this.#set("BURIN_QC_MODEL") ?? this.#qualityCheckModels[provider];
  }

  qualityCheckModels(): Readonly<Record<string, string>> {
    return this.#qualityCheckModels;
  }

  /** Sampling that a configuration gives a model when a call says nothing. */
  modelDefaults(model: string): DictValue | undefined {
    const fitting = this.#modelDefaults.filter((row) => matchesGlob(row.pattern, model));
    return fitting.reduce<DictValue | undefined>((values, row) => merged(values, row.values), undefined);
  }

  capabilities(provider: string, model: string): Capabilities {
    const key = `${provider} ${model}`;
    const known = this.#capabilities.get(key);
    if (known !== undefined) return known;
    const found = findCapabilities(provider, model, [...this.#projectRules, ...this.#overlayRules]);
    if (this.#capabilities.size >= knownModelLimit) this.#capabilities.clear();
    this.#capabilities.set(key, found);
    return found;
  }

  /** The rules behind that answer. */
  capabilityRows(): readonly CapabilityRow[] {
    return capabilityRows([...this.#projectRules, ...this.#overlayRules]);
  }

  installCapabilities(rules: readonly CapabilityRule[]): void {
    this.#projectRules = [...rules, ...this.#projectRules];
    this.#capabilities.clear();
  }

  clearCapabilities(): void {
    this.#projectRules = [];
    this.#capabilities.clear();
  }

  toolFormat(provider: string, model: string, selector = model): "native" | "text" {
    const pinned = this.#aliases.get(selector)?.toolFormat;
    if (pinned !== undefined) return pinned;
    const capabilities = this.capabilities(provider, model);
    return capabilities.preferredToolFormat ?? (capabilities.nativeTools ? "native" : "text");
  }

  pricing(
    model: string,
    provider?: string,
  ): { readonly pricing: Pricing; readonly source: "catalog_model" | "provider_economics" } | undefined {
    const row = this.#models.get(model);
    if (row?.pricing !== undefined) return { pricing: row.pricing, source: "catalog_model" };
    const economics = provider === undefined ? undefined : this.#providers.get(provider);
    if (economics?.costPer1kIn === undefined || economics.costPer1kOut === undefined) return undefined;
    return {
      pricing: { inputPerMtok: economics.costPer1kIn * 1000, outputPerMtok: economics.costPer1kOut * 1000 },
      source: "provider_economics",
    };
  }

  baseUrl(row: ProviderRow): string {
    const replaced = row.baseUrlEnv === undefined ? undefined : this.#set(row.baseUrlEnv);
    if (replaced === undefined) return row.baseUrl;
    const url = replaced.replace(/\/+$/, "");
    return /^https?:\/\//.test(url) ? url : `http://${url}`;
  }

  /** The key of a provider, from its own variables; a provider without a row takes Anthropic's. */
  key(provider: string): string | undefined {
    for (const name of this.keyVariables(provider)) {
      const value = this.#set(name);
      if (value !== undefined && name !== accountFile) return value;
    }
    return undefined;
  }

  keyVariables(provider: string): readonly string[] {
    const row = this.#providers.get(provider);
    return row === undefined ? ["ANTHROPIC_API_KEY"] : row.authEnv;
  }

  /** Whether a call could be authenticated: no key is needed, or there is one. */
  isAvailable(provider: string): boolean {
    if (isMockProvider(provider)) return true;
    const row = this.#providers.get(provider);
    if (row === undefined) return false;
    // The credentials of AWS are looked for when a call is made.
    if (row.authStyle === "none" || row.authStyle === "aws_sigv4") return true;
    return this.key(provider) !== undefined || (row.dialect === "vertex" && this.#set(accountFile) !== undefined);
  }

  /** Variables that would make some provider usable, for an error text. */
  everyKeyVariable(): string[] {
    return [
      ...new Set(
        [...this.#providers.values()].flatMap((row) => (row.authStyle === "none" ? [] : row.authEnv.slice(0, 1))),
      ),
    ];
  }

  environment(name: string): string | undefined {
    return this.#set(name);
  }

  #set(name: string): string | undefined {
    const value = this.#environment(name);
    return value === undefined || value === "" ? undefined : value;
  }
}
