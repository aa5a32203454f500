import { describe, expect, it } from "vitest";
import { findCapabilities } from "./capabilities.ts";
import { matchesGlob } from "./glob.ts";
import { parseModelVersion } from "./model-version.ts";
import { ProviderCatalog } from "./provider-catalog.ts";

describe("model versions", () => {
  it.each([
    ["claude-opus-4-7", [4, 7]],
    ["claude-opus-4-20250514", [4, 0]],
    ["claude-3-5-haiku-20241022", [3, 5]],
    ["anthropic/claude-sonnet-4.6", [4, 6]],
    ["anthropic.claude-3-5-sonnet-20240620-v1:0", [3, 5]],
    ["gpt-5.4-preview", [5, 4]],
    ["openai/gpt-4o", [4, 0]],
    ["llama3.2", undefined],
  ])("%s is %j", (id, version) => {
    expect(parseModelVersion(id)).toEqual(version);
  });
});

describe("globs", () => {
  it.each([
    ["claude-*", "claude-x", true],
    ["*-latest", "llama-latest", true],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "aXc", false],
    ["aa*aa", "aaa", false],
    ["*", "", true],
    ["exact", "exact ", false],
    ["*\n*", "a\nb", true],
  ])("%j on %j: %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});

describe("capabilities", () => {
  it("come from the first rule that fits, families after the provider itself", () => {
    expect(findCapabilities("anthropic", "claude-opus-4-7", []).thinkingModes).toEqual(["adaptive"]);
    expect(findCapabilities("mock", "gpt-5.4-preview", []).toolSearch).toEqual(["hosted", "client"]);
    expect(findCapabilities("openrouter", "anthropic/claude-sonnet-4.6", []).nativeTools).toBe(true);
    expect(findCapabilities("unknown", "claude-opus-4-7", []).nativeTools).toBe(false);
    const own = [{ provider: "anthropic", pattern: "claude-*", gives: { nativeTools: false } }];
    expect(findCapabilities("anthropic", "claude-opus-4-7", own).nativeTools).toBe(false);
  });
});

describe("the table of models", () => {
  const catalog = new ProviderCatalog(() => undefined);

  it("has a row for every alias, in the provider that the alias names", () => {
    for (const name of catalog.aliasNames()) {
      const alias = catalog.alias(name);
      expect(catalog.model(alias?.model ?? ""), name).toMatchObject({ provider: alias?.provider });
    }
  });

  it("names only providers that there are, and prices that make sense", () => {
    for (const { id, provider, pricing, contextWindow, runtimeContextWindow = 0 } of catalog.models()) {
      expect(catalog.provider(provider), id).toBeDefined();
      expect(contextWindow, id).toBeGreaterThanOrEqual(Math.max(runtimeContextWindow, 1));
      if (pricing === undefined) continue;
      expect(pricing.outputPerMtok, id).toBeGreaterThanOrEqual(pricing.inputPerMtok);
      expect(pricing.cacheReadPerMtok ?? 0, id).toBeLessThanOrEqual(pricing.inputPerMtok);
    }
  });

  it("says what stands in for a model that is going", () => {
    const gone = catalog.models().filter((row) => row.deprecated !== undefined);
    expect(gone.length).toBeGreaterThan(5);
    for (const row of gone) expect(row.deprecated, row.id).toMatch(/replaced by|stands for/);
  });

  it("asks for JSON by schema, by a tool or between marks, as the route can", () => {
    const asked = (provider: string, model: string): string | undefined =>
      findCapabilities(provider, model, []).structuredOutput;
    expect(asked("anthropic", "claude-sonnet-4-6")).toBe("tool_use");
    expect(asked("openai", "gpt-4o-mini")).toBe("native");
    expect(asked("ollama", "qwen3.5:9b")).toBe("format_kw");
    expect(asked("minimax", "MiniMax-M2.7")).toBe("delimited");
    expect(asked("groq", "llama-3.3-70b-versatile")).toBeUndefined();
  });

  it.each(["gpt-5", "gpt-5.4"])(
    "%s thinks by effort at OpenAI and behind a router, and has the Responses API only at OpenAI",
    (model) => {
      expect(findCapabilities("openrouter", `openai/${model}`, [])).toMatchObject({
        thinkingModes: ["effort"],
        responsesApi: false,
        reasoningWireFormat: "openrouter",
      });
      expect(findCapabilities("openai", model, []).responsesApi).toBe(model === "gpt-5.4");
    },
  );
});

it("a file of credentials makes Vertex callable, and its path is never taken for a key", () => {
  const catalog = new ProviderCatalog((name) =>
    name === "GOOGLE_APPLICATION_CREDENTIALS" ? "/home/me/account.json" : undefined,
  );
  expect(catalog.key("vertex")).toBeUndefined();
  expect(catalog.isAvailable("vertex")).toBe(true);
});
