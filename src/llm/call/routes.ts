import { thrown } from "../../value/index.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import type { ProviderRow } from "../catalog/providers.ts";
import type { Selection } from "../catalog/selection.ts";
import { anthropicMessages } from "../dialects/anthropic.ts";
import { bedrockConverse } from "../dialects/bedrock.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { generateContent } from "../dialects/gemini.ts";
import { ollamaChat } from "../dialects/ollama.ts";
import { fitsOneText, ollamaRaw } from "../dialects/ollama-raw.ts";
import { azureChat, openAiChat } from "../dialects/openai-chat.ts";
import { openAiResponses } from "../dialects/openai-responses.ts";
import { ModelFailure } from "../failure.ts";
import type { ModelRequest } from "../model.ts";
import type { LlmService } from "../service.ts";
import { awsCredentials, awsRegion } from "../wire/aws-credentials.ts";
import type { Exchange } from "../wire/exchange.ts";
import { ollamaSettings } from "./ollama-settings.ts";

export type Route = Pick<Exchange, "dialect" | "url" | "headers" | "sign">;

/** Where and how a provider is called. Throws when that is not known, or when a key is missing. */
export async function routeTo(
  service: LlmService,
  request: ModelRequest,
  selection: Selection,
  signal: AbortSignal,
): Promise<Route> {
  const { catalog } = service;
  const row = catalog.provider(selection.provider);
  if (row === undefined) throw unroutable(selection.provider, `unknown provider '${selection.provider}'`);
  const address = new RouteAddress(catalog, row, request);
  switch (row.dialect) {
    case "openai": {
      if (request.apiMode === "chat_completions") return keyed(catalog, row, selection, openAiChat, address.chat());
      const path = request.responses?.compact === true ? "/responses/compact" : "/responses";
      return keyed(catalog, row, selection, openAiResponses, `${address.base}${path}`);
    }
    case "anthropic":
      return keyed(catalog, row, selection, anthropicMessages, address.chat());
    case "ollama":
      return ollamaRoute(catalog, row, selection, request, address);
    case "gemini":
      return keyed(catalog, row, selection, generateContent("gemini"), address.gemini());
    case "vertex":
      return vertexRoute(service, request, row, selection, signal);
    case "azure":
      return azureRoute(catalog, row, selection, address);
    case "bedrock":
      return bedrockRoute(service, request, row, signal);
    case "mock":
      throw unroutable(row.name, `provider '${row.name}' answers from within and has no address`);
  }
}

/** Some models are told better in one text than in messages. */
function ollamaRoute(
  catalog: ProviderCatalog,
  row: ProviderRow,
  selection: Selection,
  request: ModelRequest,
  address: RouteAddress,
): Route {
  const settings = ollamaSettings(catalog, request.model);
  const isRaw = request.capabilities.recommendedEndpoint === rawEndpoint && fitsOneText(request);
  return isRaw
    ? keyed(catalog, row, selection, ollamaRaw(settings), `${address.base}/api/generate`)
    : keyed(catalog, row, selection, ollamaChat(settings), address.chat());
}

const rawEndpoint = "/api/generate-raw";

class RouteAddress {
  readonly #catalog: ProviderCatalog;
  readonly #row: ProviderRow;
  readonly #request: ModelRequest;

  constructor(catalog: ProviderCatalog, row: ProviderRow, request: ModelRequest) {
    this.#catalog = catalog;
    this.#row = row;
    this.#request = request;
  }

  get base(): string {
    const base = this.#catalog.baseUrl(this.#row);
    if (base === "") throw unroutable(this.#row.name, `provider '${this.#row.name}' has no base URL`);
    return base;
  }

  chat(): string {
    return `${this.base}${this.#row.chatPath}`;
  }

  gemini(): string {
    return `${this.chat()}/${encodeURIComponent(this.#request.model)}${this.#method()}`;
  }

  /** A model may be given with its whole path. */
  vertex(ofAccount: string | undefined): string {
    const { model } = this.#request;
    if (model.startsWith("projects/")) return `${this.base}/${model}${this.#method()}`;
    const set = (name: string): string | undefined => this.#catalog.environment(name);
    const project = set("VERTEX_AI_PROJECT") ?? set("GOOGLE_CLOUD_PROJECT") ?? ofAccount;
    if (project === undefined)
      throw unroutable("vertex", "vertex needs a project: set VERTEX_AI_PROJECT or GOOGLE_CLOUD_PROJECT");
    const location = set("VERTEX_AI_LOCATION") ?? "us-central1";
    return `${this.base}/projects/${project}/locations/${location}/publishers/google/models/${model}${this.#method()}`;
  }

  azure(): string {
    const { base } = this;
    if (base.includes("{resource}"))
      throw unroutable("azure_openai", "azure_openai needs its resource: set AZURE_OPENAI_ENDPOINT");
    const set = (name: string): string | undefined => this.#catalog.environment(name);
    const deployment = encodeURIComponent(set("AZURE_OPENAI_DEPLOYMENT") ?? this.#request.model);
    const version = encodeURIComponent(set("AZURE_OPENAI_API_VERSION") ?? "2024-10-21");
    return `${base}/openai/deployments/${deployment}/chat/completions?api-version=${version}`;
  }

  #method(): string {
    return this.#request.stream ? ":streamGenerateContent?alt=sse" : ":generateContent";
  }
}

function keyed(catalog: ProviderCatalog, row: ProviderRow, selection: Selection, dialect: Dialect, url: string): Route {
  if (row.authStyle === "none") return { dialect, url, headers: { ...row.extraHeaders } };
  const key = catalog.key(row.name);
  if (key === undefined) throw missingKey(catalog, selection);
  if (row.authStyle === "query") {
    const keyedUrl = new URL(url);
    keyedUrl.searchParams.set(row.authHeader ?? "key", key);
    return { dialect, url: keyedUrl.href, headers: { ...row.extraHeaders } };
  }
  const credential = row.authStyle === "header" ? { [row.authHeader ?? "x-api-key"]: key } : bearer(key);
  return { dialect, url, headers: { ...row.extraHeaders, ...credential } };
}

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

/** A token out of the environment, else one for the service account whose file is named there. */
async function vertexRoute(
  { catalog, googleTokens }: LlmService,
  request: ModelRequest,
  row: ProviderRow,
  selection: Selection,
  signal: AbortSignal,
): Promise<Route> {
  const set = (name: string): string | undefined => catalog.environment(name);
  const given = set("VERTEX_AI_ACCESS_TOKEN") ?? set("GOOGLE_OAUTH_ACCESS_TOKEN");
  const file = set("GOOGLE_APPLICATION_CREDENTIALS");
  if (given === undefined && file === undefined) throw missingKey(catalog, selection);
  const project = file === undefined || given !== undefined ? undefined : googleTokens.projectOf(file);
  const url = new RouteAddress(catalog, row, request).vertex(project);
  const token = given ?? (await googleTokens.token(file ?? "", signal));
  return { dialect: generateContent("vertex"), url, headers: { ...row.extraHeaders, ...bearer(token) } };
}

/** A resource key, else a token of the directory. */
function azureRoute(catalog: ProviderCatalog, row: ProviderRow, selection: Selection, address: RouteAddress): Route {
  const key = catalog.environment("AZURE_OPENAI_API_KEY");
  const token = catalog.environment("AZURE_OPENAI_AD_TOKEN") ?? catalog.environment("AZURE_OPENAI_BEARER_TOKEN");
  if (key === undefined && token === undefined) throw missingKey(catalog, selection);
  const credential = key === undefined ? bearer(token ?? "") : { "api-key": key };
  return { dialect: azureChat, url: address.azure(), headers: { ...row.extraHeaders, ...credential } };
}

async function bedrockRoute(
  service: LlmService,
  request: ModelRequest,
  row: ProviderRow,
  signal: AbortSignal,
): Promise<Route> {
  const { catalog, host, signAwsRequest } = service;
  if (signAwsRequest === undefined) throw unroutable(row.name, "bedrock requests cannot be signed in this runtime");
  const variable = (name: string): string | undefined => catalog.environment(name);
  const region = awsRegion(host, variable);
  const base =
    variable(row.baseUrlEnv ?? "") === undefined ? row.baseUrl.replace("{region}", region) : catalog.baseUrl(row);
  const url = `${base}/model/${encodeURIComponent(request.model)}/converse`;
  const credentials = await awsCredentials(host, variable, signal);
  return {
    dialect: bedrockConverse,
    url,
    headers: { ...row.extraHeaders },
    sign: (body, headers) =>
      signAwsRequest({
        method: "POST",
        url,
        headers: { "content-type": headers["content-type"] ?? "application/json" },
        body,
        region,
        service: "bedrock",
        time: host.clock.now(),
        credentials,
      }),
  };
}

function unroutable(provider: string, message: string): ModelFailure {
  return new ModelFailure({
    kind: "terminal",
    reason: "invalid_request",
    category: "generic",
    message: `${message} (provider: ${provider})`,
  });
}

function missingKey(catalog: ProviderCatalog, selection: Selection): unknown {
  const names = catalog.keyVariables(selection.provider);
  return thrown(
    `Missing API key: set ${names.join(" or ")} environment variable (provider '${selection.provider}' selected via ${selection.via})\n` +
      `No LLM providers configured. Set one of these env vars: ${catalog.everyKeyVariable().join(", ")}`,
  );
}
