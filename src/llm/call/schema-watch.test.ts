import { expect, test } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";
import type { HttpResponse } from "../../builtin/index.ts";

const keys = { OPENAI_API_KEY: "k", ANTHROPIC_API_KEY: "k" };
const schema = `let schema = {type: "object", properties: {n: {type: "integer"}, items: {type: "array", items: {type: "string"}}}, required: ["n"]}`;
const asked = `{provider: "openai", model: "gpt-4o-mini", output_schema: schema, schema_retries: 0}`;

const wire = new TextEncoder();

function sse(data: readonly unknown[], read: (count: number) => void): HttpResponse {
  return {
    status: 200,
    statusText: "",
    url: "",
    headers: { "content-type": "text/event-stream" },
    body: (async function* () {
      for (const [at, one] of data.entries()) {
        read(at + 1);
        yield wire.encode(`data: ${JSON.stringify(one)}\n\n`);
      }
    })(),
  };
}

const chat = (pieces: readonly string[]): readonly unknown[] => [
  ...pieces.map((content) => ({ choices: [{ delta: { content } }] })),
  { choices: [{ delta: {}, finish_reason: "stop" }] },
];

/** Runs a body whose calls are answered in turn by these pieces; `read` is how many pieces of each answer were taken off the wire. */
async function run(body: string, answers: readonly (readonly unknown[])[]) {
  const read: number[] = [];
  const done = await runBody(`${schema}\n${body}`, {
    environment: keys,
    http: () => {
      const at = read.push(0) - 1;
      return sse(answers[at] ?? [], (count) => (read[at] = count));
    },
  });
  return { ...done, read };
}

const bad = chat(['{"n": ', '"te', 'xt"}', "a", "b", "c"]);
const good = chat(['{"n"', ": 1}"]);

test("A11: an answer that cannot fit any more is cut: empty text, no data, and what was wrong", async () => {
  const { lines, read } = await run(
    `let r = llm_call("q", nil, ${asked})
     println([r.text, r.data, r.schema_stream_aborted])
     println(agent_trace_summary().schema_stream_aborts)`,
    [bad],
  );
  expect(lines).toEqual([
    "[, nil, {chunks_consumed: 2, model: gpt-4o-mini, path: $.n, provider: openai, reason: expected type 'int', got JSON string}]",
    "1",
  ]);
  expect(read).toEqual([2]);
});

test("A11: the cut uses up a retry, which says why; the last one is an error where the program wants one", async () => {
  const { lines, requests } = await run(
    `println(llm_call("q", nil, ${asked} + {schema_retries: 1}).data)
     println(llm_call_safe("q", nil, ${asked} + {output_validation: "error"}).error.message)
     let envelope = llm_call_structured_result("q", schema, {provider: "openai", model: "gpt-4o-mini", retries: 0})
     println([envelope.ok, envelope.error_category, envelope.error])`,
    [bad, good, bad, bad],
  );
  const why = "streaming response aborted at $.n: expected type 'int', got JSON string (after 2 chunks)";
  expect(lines).toEqual([
    "{n: 1}",
    `LLM output failed schema validation: ${why}`,
    `[false, schema_validation, ${why}]`,
  ]);
  expect(JSON.stringify(requests[1]?.body)).toContain(why);
});

test.each<[what: string, pieces: readonly string[], data: string]>([
  ["prose before it", ['[Note] "n": ', '{"n": 1}'], "{n: 1}"],
  ["a fence around it", ["``", "`json", '\n{"n"', ": 1}\n``", "`"], "{n: 1}"],
  ["words after it", ['{"n": 1} so', " it is }"], "{n: 1}"],
  ["text that is no JSON", ["no", "thing"], "nil"],
  ["a key too many, one too few", ['{"z": ', "4", "}"], "{z: 4}"],
])("an answer with %s is read to its end", async (_what, pieces, data) => {
  const { lines, read } = await run(
    `let r = llm_call("q", nil, ${asked})
     println([r.data, r["schema_stream_aborted"]])`,
    [chat(pieces)],
  );
  expect(lines).toEqual([`[${data}, nil]`]);
  expect(read).toEqual([pieces.length + 1]);
});

test("a fence does not hide a bad value; a list is judged when it ends", async () => {
  const { lines } = await run(
    `for _n in 1 to 2 {
       let cut = llm_call("q", nil, ${asked})["schema_stream_aborted"]
       println([cut.path, cut.reason, cut.chunks_consumed])
     }`,
    [chat(["```json\n", '{"n": true', ", "]), chat(['{"items": ["a"', ", 1", "]", ', "n": 1}'])],
  );
  expect(lines).toEqual([
    "[$.n, expected type 'int', got JSON boolean, 2]",
    "[$.items, at [1]: expected type 'string', got 'int', 3]",
  ]);
});

test("schema_stream_abort: false waits for the whole answer, and so does what is to be repaired", async () => {
  const { lines } = await run(
    `println(llm_call("q", nil, ${asked} + {schema_stream_abort: false}).text)
     println(llm_call_structured_result("q", schema, {provider: "openai", model: "gpt-4o-mini", retries: 0, repair: true}).data)
     let wrong: any = 1
     println(llm_call_safe("q", nil, ${asked} + {schema_stream_abort: wrong}).error.message)`,
    [bad, chat(['{"n": "1"}']), good],
  );
  expect(lines).toEqual(['{"n": "text"}abc', "{n: 1}", "llm_call: `schema_stream_abort` must be a bool, got int"]);
});

test("answers that Anthropic gives as a call of its answer tool are watched as well, and are no call", async () => {
  const block = { type: "tool_use", id: "t", name: "json_response" };
  const delta = (partial_json: string) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "input_json_delta", partial_json },
  });
  const { lines, read } = await run(
    `let r = llm_call("q", nil, {provider: "anthropic", model: "claude-opus-4-6", output_schema: schema, output_format: "json_schema", schema_retries: 0})
     println([r.text, r.schema_stream_aborted?.path])`,
    [[{ type: "content_block_start", index: 0, content_block: block }, delta('{"n"'), delta(': "te'), delta('xt"}')]],
  );
  expect(lines).toEqual(["[, $.n]"]);
  expect(read).toEqual([3]);
});
