import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { builtCli, Project } from "./harn.ts";

beforeAll(() => builtCli());

let project: Project;
beforeEach(() => {
  project = new Project();
});
afterEach(() => project.remove());

describe("harn models list", () => {
  it("groups models by provider, with what each can do", async () => {
    const { status, stdout } = await project.harn("models", "list", "--provider", "deepseek");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^deepseek\n {2}deepseek-chat {2}\(streaming, tools, prompt_caching, structured_output\)\n/);
    expect((await project.harn("models", "list", "--provider", "nobody")).stdout).toBe("(no models match)\n");
    const { stdout: listed } = await project.harn("models", "list", "--json");
    const { providers } = JSON.parse(listed) as { providers: { name: string; models: { id: string }[] }[] };
    expect(providers.map(({ name }) => name)).toEqual([...new Set(providers.map(({ name }) => name))].sort());
    expect(providers.flatMap(({ models }) => models).length).toBeGreaterThan(65);
  });

  it("shows what the project's own configuration adds", async () => {
    project.write(
      "harn.toml",
      '[llm.models."our/model"]\nname = "Ours"\nprovider = "house"\ncontext_window = 1000\n\n[llm.providers.house]\nbase_url = "http://localhost:1"\n',
    );
    expect((await project.harn("models", "list", "--provider", "house")).stdout).toContain("  our/model  (streaming");
    const { stdout } = await project.harn("model-info", "our/model");
    expect(JSON.parse(stdout)).toMatchObject({ provider: "house", context_window: 1000, catalog: { name: "Ours" } });
  });
});

describe("harn models recommend", () => {
  it("takes a provider whose key is set, and never shows the key", async () => {
    const { stdout } = await project.harnWith({ OPENAI_API_KEY: "s3cret" }, "models", "recommend", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ model_id: "openai/gpt-4o-mini", has_provider_key: true });
    expect(stdout).not.toContain("s3cret");
    expect((await project.harn("models", "recommend")).stdout).toMatch(/^ollama\/\S+\n\d+ GB free, no provider's key/);
  });
});

describe("harn models test", () => {
  it("tells what a call took, and fails in words when there is no key", async () => {
    const { status, stdout } = await project.harn("models", "test", "sonnet", "--provider", "mock");
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(
        /^model_id=claude-sonnet-4-6 provider=mock latency_ms=\d+ .* output_tokens=30 estimated_cost_usd=0\.\d+\n$/,
      ),
    ]);
    const failed = await project.harn("models", "test", "sonnet");
    expect(failed.status).toBe(1);
    expect(failed.stderr).toMatch(/^error: Missing API key: set ANTHROPIC_API_KEY/);
    expect((await project.harn("models", "test")).status).toBe(2);
  });
});

describe("harn provider-catalog", () => {
  it("prints one document, or an envelope around it", async () => {
    const { stdout } = await project.harn("provider-catalog", "--available-only");
    const view = JSON.parse(stdout) as { providers: { name: string }[]; models: unknown[]; aliases: unknown[] };
    expect(view.providers.map(({ name }) => name)).toEqual([
      "bedrock",
      "llamacpp",
      "local",
      "mlx",
      "ollama",
      "tgi",
      "vllm",
    ]);
    expect(view.aliases).toContainEqual({
      id: "claude-opus-4-7",
      name: "opus",
      provider: "anthropic",
      tool_format: null,
    });
    const { stdout: wrapped } = await project.harn("provider-catalog", "--json");
    expect(JSON.parse(wrapped)).toMatchObject({ schemaVersion: 1, ok: true, data: { qc_defaults: { zai: "glm-5" } } });
  });
});
