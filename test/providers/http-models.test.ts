// Model calls over real sockets: what a server sends in pieces, or stops sending, reaches the caller as it should.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { HostClock } from "../../src/builtin/index.ts";
import { createNodeHost } from "../../src/host/node/index.ts";
import { VirtualClock } from "../../src/host/testing/index.ts";
import { findCapabilities } from "../../src/llm/catalog/capabilities.ts";
import { anthropicMessages } from "../../src/llm/dialects/anthropic.ts";
import type { Dialect } from "../../src/llm/dialects/dialect.ts";
import { openAiChat } from "../../src/llm/dialects/openai-chat.ts";
import type { ModelReply } from "../../src/llm/model.ts";
import { request } from "../../src/llm/testing/requests.ts";
import { anthropicStream, openAiStream } from "../../src/llm/testing/wire-fixtures.ts";
import { exchange } from "../../src/llm/wire/exchange.ts";

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void | Promise<void>;

let server: Server | undefined;

afterEach(async () => {
  const closing = server;
  server = undefined;
  closing?.closeAllConnections();
  await new Promise<void>((resolve) => (closing === undefined ? resolve() : closing.close(() => resolve())));
});

async function serve(handle: Handler): Promise<string> {
  const started = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => void handle(incoming, Buffer.concat(chunks).toString("utf8"), response));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}/v1/chat`;
}

function ask(
  url: string,
  dialect: Dialect,
  options: {
    readonly timeoutMs?: number;
    readonly clock?: HostClock;
    readonly signal?: AbortSignal;
    readonly heard?: (delta: string) => void;
  } = {},
): Promise<ModelReply> {
  const host = createNodeHost({ cwd: process.cwd() });
  return exchange({
    http: host.http,
    clock: options.clock ?? host.clock,
    dialect,
    request: request({
      provider: dialect.name,
      timeoutMs: options.timeoutMs ?? 300_000,
      capabilities: findCapabilities(dialect.name, "gpt-4o-mini", []),
    }),
    url,
    headers: { authorization: "Bearer test" },
    signal: options.signal ?? new AbortController().signal,
    listener: { text: (delta) => options.heard?.(delta) },
  });
}

async function sendInPieces(response: ServerResponse, bytes: Uint8Array, size: number): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (let at = 0; at < bytes.length; at += size) {
    response.write(bytes.subarray(at, at + size));
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

describe("a model over HTTP", () => {
  it.each([
    ["openai", openAiChat, openAiStream, "Grüße, 世界 🌍"],
    ["anthropic", anthropicMessages, anthropicStream, "Ça va: 日本 🎌"],
  ] as const)("streams in pieces of seven bytes: %s", async (_name, dialect, bytes, text) => {
    let seen = "";
    const url = await serve((incoming, body, response) => {
      seen = `${incoming.method} ${incoming.url} ${incoming.headers["content-type"]} ${JSON.parse(body).stream}`;
      return sendInPieces(response, bytes, 7);
    });
    const heard: string[] = [];
    const reply = await ask(url, dialect, { heard: (delta) => heard.push(delta) });
    expect(reply.text).toBe(text);
    expect(heard.join("")).toBe(text);
    expect(heard.length).toBeGreaterThan(1);
    expect(seen).toBe("POST /v1/chat application/json true");
  });

  it("reports a refusal with what the server said", async () => {
    const url = await serve((_incoming, _body, response) => {
      response.writeHead(429, { "retry-after": "7", "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "too fast", type: "rate_limit_error" } }));
    });
    await expect(ask(url, openAiChat)).rejects.toMatchObject({
      facts: { reason: "rate_limit", retryAfterMs: 7000 },
      message: "openai HTTP 429 Too Many Requests [rate_limited]: too fast (type: rate_limit_error) (retry-after: 7)",
    });
  });

  it("reports a connection that breaks in the middle, and one that is never made", async () => {
    const url = await serve((_incoming, _body, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(openAiStream.subarray(0, 300), () => response.destroy());
    });
    await expect(ask(url, openAiChat)).rejects.toMatchObject({ facts: { reason: "network_error", kind: "transient" } });
    await expect(ask("http://127.0.0.1:1/v1/chat", openAiChat)).rejects.toMatchObject({
      facts: { reason: "network_error" },
    });
  });

  it("gives up after its time, and hangs up", async () => {
    let hungUp: (() => void) | undefined;
    const closed = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const url = await serve((_incoming, _body, response) => {
      response.on("close", () => hungUp?.());
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(openAiStream.subarray(0, 900));
    });
    const clock = new VirtualClock();
    const heard = (): void => clock.advance(1_000);
    const reply = ask(url, openAiChat, { timeoutMs: 1_000, clock, heard });
    await expect(reply).rejects.toMatchObject({ facts: { reason: "timeout" } });
    await closed;
  });

  it("hangs up when the caller aborts", async () => {
    const controller = new AbortController();
    let hungUp: (() => void) | undefined;
    const closed = new Promise<void>((resolve) => {
      hungUp = resolve;
    });
    const url = await serve((_incoming, _body, response) => {
      response.on("close", () => hungUp?.());
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(openAiStream.subarray(0, 900));
    });
    const pending = ask(url, openAiChat, { signal: controller.signal, heard: () => controller.abort() });
    await expect(pending).rejects.toMatchObject({ kind: "cancelled" });
    await closed;
  });
});
