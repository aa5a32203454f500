import { describe, expect, it } from "vitest";
import { parseJson, show } from "../../value/index.ts";
import { isDict } from "../fields.ts";
import { readCatalogOverlay } from "./overlay.ts";
import { type CatalogOverlay, ProviderCatalog } from "./provider-catalog.ts";

function overlay(tables: object): CatalogOverlay {
  const root = parseJson(JSON.stringify(tables));
  if (!isDict(root)) throw new Error("no tables");
  return readCatalogOverlay(root);
}

const acme = overlay({
  default_provider: "acme",
  providers: {
    acme: {
      display_name: "Acme",
      base_url: "http://acme.test/v1/",
      auth_env: ["ACME_KEY"],
      rpm: 5,
      fallback: "openai",
    },
    openai: { base_url: "http://proxy.test/v1", auth_style: "none" },
    claudish: { base_url: "http://c.test", chat_endpoint: "/v1/messages", auth_style: "header", auth_header: "k" },
  },
  aliases: { mine: { id: "acme-1", provider: "acme", tool_format: "native" } },
  models: {
    "acme-1": {
      name: "Acme One",
      provider: "acme",
      context_window: 1000,
      tier: "small",
      pricing: { input_per_mtok: 1, output_per_mtok: 2 },
    },
  },
  inference_rules: [
    { pattern: "zork-*", provider: "acme" },
    { exact: "gpt-4o", provider: "acme" },
  ],
  tier_rules: [{ contains: "zork", tier: "frontier" }],
  qc_defaults: { acme: "acme-qc" },
  model_defaults: { "acme-*": { temperature: 0.3 }, "*-1": { top_p: 0.5 } },
  capabilities: { provider: { acme: [{ model_match: "*", native_tools: true }] } },
});

describe("a catalogue overlay", () => {
  const catalog = new ProviderCatalog((name) => (name === "ACME_KEY" ? "k" : undefined), [acme]);

  it("A1: a provider's row replaces the whole row of its name", () => {
    expect(catalog.provider("acme")).toEqual({
      name: "acme",
      displayName: "Acme",
      dialect: "openai",
      baseUrl: "http://acme.test/v1",
      authStyle: "bearer",
      authEnv: ["ACME_KEY"],
      chatPath: "/chat/completions",
      fallback: "openai",
      requestsPerMinute: 5,
    });
    expect(catalog.provider("openai")).toMatchObject({ baseUrl: "http://proxy.test/v1", authEnv: [] });
    expect(catalog.provider("openai")).not.toHaveProperty("costPer1kIn");
    expect(catalog.provider("claudish")).toMatchObject({ dialect: "anthropic", authHeader: "k" });
    expect(catalog.isAvailable("acme")).toBe(true);
  });

  it("a known provider's wire stays what it is where the row is silent, and no key is asked for where none is named", () => {
    const proxied = overlay({
      providers: {
        openai: { base_url: "http://proxy.test/v1" },
        anthropic: { base_url: "http://proxy.test/v1", auth_env: "PROXY_KEY" },
        bedrock: { base_url: "http://proxy.test" },
      },
    });
    const rows = new ProviderCatalog(() => undefined, [proxied]);
    expect(rows.provider("openai")).toMatchObject({ authStyle: "none", chatPath: "/chat/completions" });
    expect(rows.provider("anthropic")).toMatchObject({
      authStyle: "header",
      authHeader: "x-api-key",
      authEnv: ["PROXY_KEY"],
      chatPath: "/messages",
      extraHeaders: { "anthropic-version": "2023-06-01" },
    });
    expect(rows.provider("bedrock")).toMatchObject({ authStyle: "aws_sigv4" });
  });

  it("names models, aliases and rules before the embedded ones", () => {
    expect(catalog.resolve("mine")).toEqual({
      id: "acme-1",
      provider: "acme",
      alias: "mine",
      toolFormat: "native",
      tier: "small",
    });
    expect(catalog.infer("zork-3").provider).toBe("acme");
    expect(catalog.infer("nobody-knows")).toEqual({ provider: "acme", isDefault: true });
    expect(catalog.tier("zork-3")).toBe("frontier");
    expect(catalog.qualityCheckModel("acme")).toBe("acme-qc");
    expect(catalog.qualityCheckModel("openai")).toBe("gpt-4o-mini");
    expect(catalog.pricing("acme-1")).toEqual({
      pricing: { inputPerMtok: 1, outputPerMtok: 2 },
      source: "catalog_model",
    });
    expect(catalog.capabilities("acme", "x").nativeTools).toBe(true);
  });

  it("gives sampling defaults field by field", () => {
    expect(show(catalog.modelDefaults("acme-1") ?? null)).toBe("{temperature: 0.3, top_p: 0.5}");
    expect(catalog.modelDefaults("other")).toBeUndefined();
  });

  it("takes what is of the wrong type for absent", () => {
    expect(
      readCatalogOverlay(parseJson('{"providers": 3, "models": {"m": 1}, "inference_rules": {}}') as never),
    ).toMatchObject({
      providers: [],
      models: [],
      inferenceRules: [],
    });
  });
});
