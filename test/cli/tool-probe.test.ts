// `harn provider-tool-probe`, against a server in this process that answers as the path of its address says.
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Ended, Project } from "./harn.ts";

const project = new Project();
interface Asked {
  readonly path: string;
  readonly body: { readonly stream?: boolean; readonly tools: readonly unknown[]; readonly tool_choice?: unknown };
}
const asked: Asked[] = [];
const server = createServer((request, response) => {
  let text = "";
  request.on("data", (chunk) => (text += chunk));
  request.on("end", () => {
    const body = JSON.parse(text) as Asked["body"];
    const path = request.url ?? "";
    asked.push({ path, body });
    answer(path, body.stream === true, response);
  });
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => void asked.splice(0));
afterAll(() => {
  server.closeAllConnections();
  server.close();
  project.remove();
});

const marker = "harn_tool_probe_marker";
const calling = (given: string): object => ({
  content: null,
  tool_calls: [{ id: "c", type: "function", function: { name: "echo_marker", arguments: given } }],
});
const native = calling(JSON.stringify({ value: marker }));
const saying = (content: string): object => ({ content });
const messages: Readonly<Record<string, object>> = {
  native,
  text: saying(`<tool_call>\necho_marker({ value: "${marker}" })\n</tool_call>`),
  prose: saying("I cannot."),
  wrong: calling('{"value":"other"}'),
  broken: calling("{bad"),
  tag: saying("<function=echo_marker><parameter=value>x</parameter></function>"),
  silent: saying(""),
};

/** `/one/other/…`: whole answers are `one`, streams are `other`. */
function answer(path: string, isStreamed: boolean, response: ServerResponse): void {
  const [, whole = "", streamed = ""] = path.split("/");
  const kind = isStreamed ? streamed : whole;
  if (kind === "fails") {
    response.writeHead(500).end('{"error":{"message":"boom, with sk-secret12345678"}}');
    return;
  }
  const message = messages[kind] ?? {};
  if (path.endsWith("/api/chat")) {
    const call = { function: { name: "echo_marker", arguments: { value: marker } } };
    response.end(JSON.stringify({ model: "m", message: { content: "", tool_calls: [call] }, done: true }));
  } else if (path.endsWith("/messages")) {
    response.setHeader("content-type", "application/json");
    response.end(
      JSON.stringify({ content: [{ type: "tool_use", id: "t", name: "echo_marker", input: { value: marker } }] }),
    );
  } else if (isStreamed) {
    response.setHeader("content-type", "text/event-stream");
    const { tool_calls, ...rest } = message as { readonly tool_calls?: readonly object[] };
    const delta = { ...rest, ...(tool_calls && { tool_calls: tool_calls.map((call, index) => ({ ...call, index })) }) };
    response.end(`data: ${JSON.stringify({ choices: [{ delta, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`);
  } else {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ choices: [{ message, finish_reason: "stop" }] }));
  }
}

function probe(provider: string, path: string, ...more: string[]): Promise<Ended> {
  const keys = { ANTHROPIC_API_KEY: "k", OPENAI_API_KEY: undefined };
  return project.harnWith(
    keys,
    "provider-tool-probe",
    provider,
    "--model",
    "m",
    "--base-url",
    `${url}${path}`,
    ...more,
  );
}

const disabled = (reason: string): object => ({ fallback_mode: "disabled", failure_reason: reason });
it.each([
  [
    "native/native",
    0,
    ["structured_native_tool_call", "structured_native_tool_call"],
    { native: "pass", text: "unknown", streaming_native: "pass", fallback_mode: "native" },
  ],
  [
    "text/text",
    0,
    ["parseable_harn_text_tool_call", "parseable_harn_text_tool_call"],
    { native: "fail", text: "pass", streaming_native: "fail", fallback_mode: "text" },
  ],
  [
    "native/fails",
    0,
    ["structured_native_tool_call", "http_error"],
    { native: "pass", text: "unknown", streaming_native: "fail", fallback_mode: "native" },
  ],
  [
    "text/native",
    0,
    ["parseable_harn_text_tool_call", "structured_native_tool_call"],
    { native: "fail", text: "pass", streaming_native: "pass", fallback_mode: "native" },
  ],
  ["prose/wrong", 1, ["prose_only_non_tool", "prose_only_non_tool"], disabled("no_executable_tool_call")],
  ["broken/broken", 1, ["malformed_json_arguments", "malformed_json_arguments"], disabled("malformed_tool_arguments")],
  ["tag/tag", 1, ["raw_model_tool_tag", "raw_model_tool_tag"], disabled("raw_tool_tag_no_structured_calls")],
  ["silent/silent", 1, ["empty_silent", "empty_silent"], disabled("empty_silent_response")],
  [
    "fails/fails",
    1,
    ["http_error", "http_error"],
    disabled(
      "provider returned non-success HTTP status: local HTTP 500 Internal Server Error [http_error]: boom, with [redacted]",
    ),
  ],
])("tells what %s answers come to", async (path, status, classifications, toolCalling) => {
  const ended = await probe("local", `/${path}`);
  expect([ended.status, ended.stderr]).toEqual([status, ""]);
  const report = JSON.parse(ended.stdout);
  expect(report.cases.map((each: { classification: string }) => each.classification)).toEqual(classifications);
  expect(report.tool_calling).toMatchObject(toolCalling);
});

it("prints the whole report, and says it in words where it is asked to", async () => {
  const report = JSON.parse((await probe("local", "/native/native", "--mode", "non-streaming")).stdout);
  expect(report).toEqual({
    schema_version: 1,
    provider: "local",
    model: "m",
    base_url: `${url}/native/native`,
    tool_name: "echo_marker",
    marker,
    cases: [
      {
        mode: "non_streaming",
        ok: true,
        classification: "structured_native_tool_call",
        fallback_mode: "native",
        http_status: 200,
        elapsed_ms: expect.any(Number),
        native_tool_call_count: 1,
        text_tool_call_count: 0,
      },
    ],
    tool_calling: { native: "pass", text: "unknown", streaming_native: "unknown", fallback_mode: "native" },
  });
  const { status, stdout } = await probe("local", "/prose/native", "--json=false");
  expect([status, stdout]).toEqual([
    0,
    "local m fallback=native native=fail text=unknown streaming_native=pass\n" +
      "  non_streaming: prose_only_non_tool ok=false reason=no_executable_tool_call\n" +
      "  streaming: structured_native_tool_call ok=true reason=-\n",
  ]);
});

it("speaks to each provider in its own words", async () => {
  expect((await probe("anthropic", "/x", "--mode", "non-streaming")).status).toBe(0);
  expect((await probe("ollama", "/x")).status).toBe(0);
  expect(asked.map(({ path, body }) => [path, body.stream, body.tool_choice])).toEqual([
    ["/x/messages", undefined, { type: "tool", name: "echo_marker" }],
    ["/x/api/chat", false, { type: "function", function: { name: "echo_marker" } }],
    ["/x/api/chat", true, { type: "function", function: { name: "echo_marker" } }],
  ]);
  expect(asked[0]?.body.tools).toMatchObject([{ name: "echo_marker", input_schema: { required: ["value"] } }]);
});

it("judges saved answers, streams among them, and asks nobody", async () => {
  const judge = async (text: string, ...more: string[]): Promise<unknown> => {
    project.write("saved", text);
    const { stdout } = await project.harn(
      "provider-tool-probe",
      "local",
      "--model",
      "m",
      "--response-fixture",
      "saved",
      ...more,
    );
    const [first] = JSON.parse(stdout).cases;
    expect(first).not.toHaveProperty("http_status");
    return [first.mode, first.classification];
  };
  expect(await judge(JSON.stringify({ choices: [{ message: native }] }))).toEqual([
    "non_streaming",
    "structured_native_tool_call",
  ]);
  expect(await judge("not json")).toEqual(["non_streaming", "prose_only_non_tool"]);
  expect(await judge("{}")).toEqual(["non_streaming", "empty_silent"]);
  const piece = (call: object): string =>
    `data: ${JSON.stringify({ choices: [{ delta: { tool_calls: [{ index: 0, ...call }] } }] })}\n\n`;
  const stream =
    piece({ function: { name: "echo_marker", arguments: '{"value":' } }) +
    piece({ function: { arguments: `"${marker}"}` } });
  expect(await judge(`${stream}data: [DONE]\n\n`, "--mode", "streaming")).toEqual([
    "streaming",
    "structured_native_tool_call",
  ]);
  expect(asked).toEqual([]);
});

it.each([
  [["local", "--model", "m", "--response-fixture", "none"], 1, "error: failed to read none"],
  [["local"], 2, "requires `--model MODEL`"],
  [["local", "--model", "m", "--mode", "x"], 2, "--mode"],
  [["local", "--model", "m", "--base-url", "nowhere"], 2, "expected a URL"],
  [["local", "--model", "m", "--timeout-secs", "soon"], 2, "expected a whole number"],
])("refuses %j", async (args, status, message) => {
  const ended = await project.harn("provider-tool-probe", ...args);
  expect([ended.status, ended.stderr]).toEqual([status, expect.stringContaining(message)]);
});

it.each([
  ["nope", "unknown provider: nope"],
  ["openai", "provider request failed: Missing API key: set OPENAI_API_KEY"],
])("reports that %s cannot be asked", async (provider, reason) => {
  const { status, stdout } = await probe(provider, "/native/native");
  expect(status).toBe(1);
  expect(JSON.parse(stdout).tool_calling.failure_reason).toContain(reason);
  expect(asked).toEqual([]);
});
