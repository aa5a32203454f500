// Model calls of `harn run` against a local server: every way in which they go wrong ends in one message and a kept record.
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { type Ended, Project } from "./harn.ts";

const project = new Project();
afterAll(() => project.remove());

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
});

/** A server that answers every request alike; gives the base URL for `LOCAL_LLM_BASE_URL`. */
async function serve(answer: (response: ServerResponse) => void): Promise<string> {
  const started = createServer((incoming, response) => {
    incoming.resume();
    incoming.on("end", () => answer(response));
  });
  server = started;
  await new Promise<void>((resolve) => started.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(started.address() as AddressInfo).port}`;
}

function streamOf(...texts: string[]): string {
  const events = texts.map((text) => JSON.stringify({ choices: [{ index: 0, delta: { content: text } }] }));
  return `${events.map((event) => `data: ${event}\n\n`).join("")}data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;
}

function asking(seconds: number): string {
  return `pipeline main() {
  let r = llm_call("Say hi", nil, {provider: "local", model: "tiny", llm_retries: 0, timeout: ${seconds}})
  harness.stdio.println(r.text)
}
`;
}

project.write("ask.harn", asking(300)).write("impatient.harn", asking(1));

function ask(url: string, program = "ask.harn"): Promise<Ended> {
  return project.harnWith({ LOCAL_LLM_BASE_URL: url, LOCAL_LLM_MODEL: "tiny" }, "run", program);
}

/** The records below the project, parsed: each must be whole. */
function records(): Record<string, unknown>[] {
  const folder = join(project.folder, ".harn-runs");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Record<string, unknown>);
}

describe("a model call", () => {
  it("streams an answer, and the run leaves a record", async () => {
    const url = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(streamOf("Hi ", "there"));
    });
    const { status, stdout, stderr } = await ask(url);
    expect([status, stdout]).toEqual([0, "Hi there\n"]);
    expect(stderr).toMatch(/^run record: \.harn-runs\/.*\.json\n$/);
    expect(records().map((record) => record.status)).toEqual(["completed"]);
  });

  it.each([
    [401, "auth"],
    [429, "rate_limit"],
    [500, "server_error"],
  ])("that is answered with %i fails with the category %s", async (code, category) => {
    const url = await serve((response) => {
      response.writeHead(code, { "content-type": "application/json" });
      response.end(JSON.stringify({ error: { message: "not today" } }));
    });
    const { status, stdout, stderr } = await ask(url);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^(?:run record: .*\n)?error: /);
    expect(stderr).toContain(category);
    expect(stderr).not.toMatch(/\n\s+at .*\.c?js:/);
  });

  it("whose stream is cut fails, and what came before is not taken for the answer", async () => {
    const url = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"Hal"}}]}\n\n');
      setTimeout(() => response.destroy(), 20);
    });
    const { status, stdout } = await ask(url);
    expect([status, stdout]).toEqual([1, ""]);
  });

  it("that is never answered ends with its timeout", async () => {
    const url = await serve(() => {});
    const { status, stderr } = await ask(url, "impatient.harn");
    expect(status).toBe(1);
    expect(stderr).toContain("timeout");
  });

  it("without a key names the variable that is missing", async () => {
    project.write("keyless.harn", 'pipeline main() { llm_call("hi", nil, {provider: "openai", model: "gpt-4o"}) }');
    const { status, stderr } = await project.harnWith({ OPENAI_API_KEY: undefined }, "run", "keyless.harn");
    expect(status).toBe(1);
    expect(stderr).toContain("OPENAI_API_KEY");
  });
});

describe("a record that cannot be written", () => {
  it("is said to be lost, and nothing is left half-written", async () => {
    const url = await serve((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.end(streamOf("Hi"));
    });
    // A file stands where the folder should be: no disk could be fuller.
    const other = new Project();
    other.write("ask.harn", readFileSync(join(project.folder, "ask.harn"), "utf8"));
    writeFileSync(join(other.folder, ".harn-runs"), "");
    chmodSync(join(other.folder, ".harn-runs"), 0o444);
    const { status, stdout, stderr } = await other.harnWith(
      { LOCAL_LLM_BASE_URL: url, LOCAL_LLM_MODEL: "tiny" },
      "run",
      "ask.harn",
    );
    expect([status, stdout]).toEqual([1, "Hi\n"]);
    expect(stderr).toMatch(/^error: the run ended, but its record is lost: failed to .*: .*\n$/);
    expect(readdirSync(other.folder).filter((name) => name !== ".harn")).toEqual([".harn-runs", "ask.harn"]);
    other.remove();
  });
});
