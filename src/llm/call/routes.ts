import { thrown } from "../../value/index.ts";
import type { ProviderCatalog } from "../catalog/provider-catalog.ts";
import type { ProviderRow, WireDialect } from "../catalog/providers.ts";
import type { Selection } from "../catalog/selection.ts";
import { anthropicMessages } from "../dialects/anthropic.ts";
import type { Dialect } from "../dialects/dialect.ts";
import { openAiChat } from "../dialects/openai-chat.ts";
import { ModelFailure } from "../failure.ts";

export interface Route {
  readonly dialect: Dialect;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

const dialects: Partial<Record<WireDialect, Dialect>> = {
  openai: openAiChat,
  ollama: openAiChat,
  anthropic: anthropicMessages,
};

/** Where and how a provider is called. Throws when that is not known, or when a key is missing. */
export function routeTo(catalog: ProviderCatalog, selection: Selection): Route {
  const row = catalog.provider(selection.provider);
  if (row === undefined) throw unroutable(selection.provider, `unknown provider '${selection.provider}'`);
  const dialect = dialects[row.dialect];
  if (dialect === undefined)
    throw unroutable(
      selection.provider,
      `provider '${selection.provider}' speaks the ${row.dialect} protocol, which this runtime has no client for`,
    );
  const baseUrl = catalog.baseUrl(row);
  if (baseUrl === "") throw unroutable(selection.provider, `provider '${selection.provider}' has no base URL`);
  return {
    dialect,
    url: `${baseUrl}${row.chatPath}`,
    headers: { ...row.extraHeaders, ...credentials(catalog, row, selection) },
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

function credentials(catalog: ProviderCatalog, row: ProviderRow, selection: Selection): Record<string, string> {
  if (row.authStyle === "none") return {};
  const key = catalog.key(row.name);
  if (key === undefined) throw missingKey(catalog, selection);
  return row.authStyle === "header" ? { [row.authHeader ?? "x-api-key"]: key } : { authorization: `Bearer ${key}` };
}

function missingKey(catalog: ProviderCatalog, selection: Selection): unknown {
  const names = catalog.keyVariables(selection.provider);
  return thrown(
    `Missing API key: set ${names.join(" or ")} environment variable (provider '${selection.provider}' selected via ${selection.via})\n` +
      `No LLM providers configured. Set one of these env vars: ${catalog.everyKeyVariable().join(", ")}`,
  );
}
