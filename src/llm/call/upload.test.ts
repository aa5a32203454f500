import { describe, expect, it } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";
import type { HttpRequest, HttpResponse } from "../../builtin/index.ts";
import { json, respond } from "../testing/model-host.ts";

const keys = { ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef", GEMINI_API_KEY: "AIza-0123456789abcdef" };
const files = { 'notes "1".txt': "héllo", "paper.pdf": "%PDF" };

function upload(provider: string, path: string, http: (request: HttpRequest) => HttpResponse, environment = keys) {
  const body = `
  try {
    println(__files_upload(${JSON.stringify(path)}, "${provider}"))
  } catch (e) {
    println("!! \${e}")
  }`;
  return runBody(body, { environment, files, http });
}

function bodyOf(request: HttpRequest | undefined): string {
  const body = request?.body ?? "";
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

describe("an upload", () => {
  it("is a form for Anthropic, with the file's name made harmless", async () => {
    const run = await upload("anthropic", 'notes "1".txt', () => json(200, { id: "file_1", type: "file" }));
    expect(run.lines).toEqual(["file_1"]);
    const [request] = run.requests;
    expect(request).toMatchObject({ method: "POST", url: "https://api.anthropic.com/v1/files" });
    expect(request?.headers).toMatchObject({
      "x-api-key": keys.ANTHROPIC_API_KEY,
      "anthropic-version": "2023-06-01",
      "anthropic-beta": "files-api-2025-04-14",
    });
    const boundary = /boundary=(\S+)$/.exec(request?.headers["content-type"] ?? "")?.[1];
    expect(bodyOf(request)).toBe(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="notes _1_.txt"\r\ncontent-type: text/plain\r\n\r\nhéllo\r\n--${boundary}--\r\n`,
    );
  });

  it("goes to Gemini in two steps, and the key only with the first", async () => {
    const run = await upload("gemini", "paper.pdf", (request) =>
      request.headers["x-goog-upload-command"] === "start"
        ? respond(200, [], { "X-Goog-Upload-URL": "https://up.test/1" })
        : json(200, { file: { name: "files/a", uri: "https://g.test/files/a" } }),
    );
    expect(run.lines).toEqual(["https://g.test/files/a"]);
    const [start, end] = run.requests;
    expect(start?.url).toBe("https://generativelanguage.googleapis.com/upload/v1beta/files");
    expect(start?.headers).toMatchObject({
      "x-goog-api-key": keys.GEMINI_API_KEY,
      "x-goog-upload-protocol": "resumable",
      "x-goog-upload-header-content-length": "4",
      "x-goog-upload-header-content-type": "application/pdf",
    });
    expect(bodyOf(start)).toBe('{"file":{"display_name":"paper.pdf"}}');
    expect(end?.url).toBe("https://up.test/1");
    expect(JSON.stringify(end?.headers)).not.toContain(keys.GEMINI_API_KEY);
    expect(bodyOf(end)).toBe("%PDF");
  });

  it.each([
    ["a refusal", "anthropic", () => json(413, { error: "too big" }), "anthropic upload failed: HTTP 413"],
    ["no id", "anthropic", () => json(200, { ok: true }), "the answer names no file"],
    ["no JSON", "anthropic", () => respond(200, []), "the answer names no file"],
    ["nowhere to upload", "gemini", () => json(200, {}), "names no upload url"],
  ])("that meets %s is an error", async (_what, provider, http, message) => {
    const run = await upload(provider, "paper.pdf", http);
    expect(run.lines.join()).toContain(message);
  });

  it("that never gets out is an error without the key", async () => {
    const run = await upload("anthropic", "paper.pdf", () => {
      throw new Error(`connect ECONNREFUSED with ${keys.ANTHROPIC_API_KEY}`);
    });
    expect(run.lines.join()).toContain("anthropic upload failed: connect ECONNREFUSED");
    expect(run.lines.join()).not.toContain("0123456789abcdef");
  });

  it("needs a key, and asks for it by name", async () => {
    const run = await upload("anthropic", "paper.pdf", () => json(200, {}), {} as typeof keys);
    expect(run.lines.join()).toContain("Missing API key: set ANTHROPIC_API_KEY");
    expect(run.requests).toEqual([]);
  });
});
