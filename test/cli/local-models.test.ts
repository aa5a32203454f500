// Commands about servers of models, against one in this process that speaks the parts of Ollama's interface which are not about answers.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Ended, Project } from "./harn.ts";

const project = new Project();
const asked: string[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk) => (body += chunk));
  request.on("end", () => answer(request, body, response));
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => asked.splice(0));
afterAll(() => {
  server.closeAllConnections();
  server.close();
  project.remove();
});

const pulls: Readonly<Record<string, readonly object[]>> = {
  "tiny:1b": [
    { status: "pulling manifest" },
    { status: "pulling abc", total: 1000, completed: 500 },
    { status: "success" },
  ],
  "none:1b": [{ status: "pulling manifest" }, { error: "pull model manifest: file does not exist" }],
  "cut:1b": [{ status: "pulling manifest" }],
};

function answer({ url: path }: IncomingMessage, body: string, response: ServerResponse): void {
  asked.push(`${path} ${body}`.trim());
  const json = (value: object, status = 200): void => void response.writeHead(status).end(JSON.stringify(value));
  if (path === "/api/tags") json({ models: [{ name: "tiny:1b" }, { model: "other:latest" }] });
  else if (path === "/v1/models") json({ data: [{ id: "tiny:1b" }, { id: "other:latest" }] });
  else if (path === "/api/ps") json({ models: [{ name: "tiny:1b", size: 30, size_vram: 20, context_length: 4096 }] });
  else if (path === "/api/generate") json({ done: true });
  else if (path === "/api/pull")
    response.end((pulls[JSON.parse(body).model] ?? []).map((step) => `${JSON.stringify(step)}\n`).join(""));
  else if (path === "/html/v1/models") response.end("<html>");
  else if (path === "/empty/v1/models") json({ data: [] });
  else json({ error: "what?" }, 500);
}

function harn(...args: string[]): Promise<Ended> {
  return project.harnWith({ OLLAMA_HOST: url, LOCAL_LLM_BASE_URL: url }, ...args);
}

it("models install has the server pull and load a model, and is quiet in a pipe", async () => {
  const { status, stdout, stderr } = await harn("models", "install", "tiny:1b", "--yes", "--keep-alive", "5m");
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Pulled tiny:1b");
  expect(stdout).toContain("HARN_LLM_MODEL=tiny:1b");
  expect(asked[0]).toBe('/api/pull {"model":"tiny:1b","stream":true}');
  expect(asked[1]).toContain('/api/generate {"keep_alive":"5m","model":"tiny:1b"');
});

it("models install --json tells what came of it", async () => {
  const { status, stdout } = await harn("models", "install", "tiny:1b", "--json");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ ok: true, provider: "ollama", model: "tiny:1b", warmed: true });
});

it.each([
  ["none:1b", "error: ollama: pull model manifest: file does not exist\n"],
  ["cut:1b", "error: ollama: pulling cut:1b: the server stopped before the model was whole\n"],
  ["gpt-4o-mini", "harn provider-ready openai --model gpt-4o-mini\n"],
])("models install %s fails, and says why", async (model, message) => {
  const { status, stdout, stderr } = await harn("models", "install", model, "--yes");
  expect([status, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
});

it("models install without a server says how to get one", async () => {
  const free = createServer();
  await new Promise<void>((resolve) => free.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(free.address() as AddressInfo).port}`;
  await new Promise((resolve) => free.close(resolve));
  const { status, stderr } = await project.harnWith({ OLLAMA_HOST: address }, "models", "install", "tiny:1b", "--yes");
  expect(status).toBe(1);
  expect(stderr).toContain(`no Ollama server answers at ${address}`);
  expect(stderr).toContain("ollama serve");
});

it("models install of a model behind another local server prints the steps", async () => {
  const { status, stdout } = await harn("models", "install", "local-gemma4");
  expect(status).toBe(0);
  expect(stdout).toContain("LOCAL_LLM_BASE_URL");
  expect(asked).toEqual([]);
});

it("models list --installed-only shows what the server has", async () => {
  expect((await harn("models", "list", "--installed-only")).stdout).toBe(
    "ollama\n  tiny:1b [installed]  (local)\n  other:latest [installed]  (local)\n",
  );
  const { stdout } = await harn("models", "list", "--installed-only", "--provider", "openai", "--json");
  expect(JSON.parse(stdout)).toEqual({ providers: [] });
});

it.each([
  [["ollama"], 0, "ollama is reachable at URL; served models: tiny:1b, other:latest"],
  [["ollama", "--model", "other"], 0, "ollama is ready at URL; model 'other' is served"],
  [
    ["ollama", "--model", "nope"],
    1,
    "Model 'nope' is not served by ollama at URL. Currently served: tiny:1b, other:latest",
  ],
  [["local", "--base-url", "URL/html"], 1, "local returned an unparsable /models response"],
  [["local", "--base-url", "URL/empty"], 1, "local /models response did not include any model ids"],
  [["local", "--base-url", "URL/bad"], 1, "local returned HTTP 500 at URL/bad/v1/models"],
  [["local", "--base-url", "nowhere"], 1, "Invalid provider models URL 'nowhere/v1/models'"],
  [["openai"], 1, "Missing API key: set OPENAI_API_KEY"],
  [["zzz"], 1, "Unknown provider: zzz"],
])("provider-ready %j", async (args, status, message) => {
  const ended = await harn("provider-ready", ...args.map((arg) => arg.replace("URL", url)));
  const said = (status === 0 ? ended.stdout : ended.stderr).replaceAll(url, "URL");
  expect([ended.status, said]).toEqual([status, `${message}\n`]);
});

it("model-info --verify tells whether Ollama has the model, and how it lies in memory", async () => {
  const { status, stdout } = await harn("model-info", "ollama:tiny:1b", "--verify");
  expect(status).toBe(0);
  expect(JSON.parse(stdout).readiness).toMatchObject({
    valid: true,
    status: "ok",
    message: "Ollama is reachable and model 'tiny:1b' is available",
    tags_url: `${url}/api/tags`,
    available_models: ["tiny:1b", "other:latest"],
    matched_model: "tiny:1b",
    expected: { num_ctx: 32768, keep_alive: "30m" },
    loaded_runner: { name: "tiny:1b", context_length: 4096 },
    context_drift: expect.stringContaining("4096 tokens, fewer than the 32768"),
  });
  expect(asked).toEqual(["/api/tags", "/api/ps"]);
});

it("model-info --warm loads the model, for as long as it is told", async () => {
  const { status, stdout } = await harn("model-info", "ollama:other", "--warm", "--keep-alive", "forever");
  expect(status).toBe(0);
  const message = "Ollama is reachable and model 'other' is available; Ollama model 'other' warmed";
  const warmup = { valid: true, status: "ok", model: "other", url: `${url}/api/generate` };
  expect(JSON.parse(stdout).readiness).toMatchObject({
    message,
    keep_alive: -1,
    matched_model: "other:latest",
    warmup,
  });
  expect(asked[1]).toContain('/api/generate {"keep_alive":-1,"model":"other"');
});

it.each([
  [["ollama:nope", "--warm"], "model_missing", "Ollama model 'nope' not found. Available: tiny:1b, other:latest"],
  [["gpt-4o", "--verify"], "unsupported_provider", "(see harn provider-ready openai --model gpt-4o)"],
])("model-info %j: %s", async (args, word, message) => {
  const { status, stdout } = await harn("model-info", ...args);
  expect(status).toBe(1);
  expect(JSON.parse(stdout).readiness).toMatchObject({ valid: false, status: word });
  expect(JSON.parse(stdout).readiness.message).toContain(message);
});

it("provider-probe puts readiness and the loaded models into one document", async () => {
  const { status, stdout } = await harn("provider-probe", "ollama", "--model", "tiny:1b");
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    provider: "ollama",
    base_url: url,
    readiness: {
      provider: "ollama",
      ok: true,
      status: "ok",
      message: `ollama is ready at ${url}; model 'tiny:1b' is served`,
      base_url: url,
      url: `${url}/v1/models`,
      model: "tiny:1b",
      requested_model: "tiny:1b",
      served_models: ["tiny:1b", "other:latest"],
      http_status: 200,
    },
    loaded_models: [{ name: "tiny:1b", size_bytes: 30, size_vram_bytes: 20, context_length: 4096 }],
  });
  expect((await harn("provider-probe", "ollama", "--json=false")).stdout).toContain(
    "loaded:\n  - tiny:1b (size=30B vram=20B ctx=4096)\n",
  );
});
