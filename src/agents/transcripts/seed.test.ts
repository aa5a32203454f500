import { expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

const talk = [
  { role: "user", content: "hi" },
  { role: "assistant", content: "", tool_calls: [{ id: "c1", name: "x", arguments: {} }] },
  { role: "tool", tool_call_id: "c1", content: "res" },
  { role: "user", content: "and?" },
  { role: "assistant", content: "bye" },
];
const lines = (records: readonly unknown[]): string => `${records.map((each) => JSON.stringify(each)).join("\n")}\n`;
const files = {
  "/desk/plain.jsonl": lines(talk),
  "/desk/transcript.jsonl": lines([
    { type: "message", role: "user", content: "hi", message: { role: "user", content: "hi" } },
    { type: "provider_call_request", model: "m1", provider: "p1", tool_format: "native" },
    { type: "message", role: "assistant", content: "yo", message: { role: "assistant", content: "yo" } },
  ]),
  "/desk/cut.jsonl": `${lines(talk.slice(0, 1))}{"role": "assi`,
  "/desk/broken.jsonl": "not json\n",
  "/desk/stray.jsonl": lines([{ role: "tool", tool_call_id: "zz", content: "res" }]),
  "/desk/empty.jsonl": "\n",
};

async function seeded(file: string, options = "nil"): Promise<readonly string[]> {
  const run = await runBody(
    `let r = agent_session_seed_from_jsonl("${file}", ${options})
    println(r.ok ? [r.turns_loaded, r.messages_loaded, r.source_records, r.source_format, r.partial, r.truncated, r.provider, r.model, r.tool_format] : r.error)
    if r.ok { println(agent_session_snapshot(r.session_id).messages.map({ m -> m.role })) }`,
    { files },
  );
  return run.lines;
}

test.each([
  [
    "plain.jsonl",
    "nil",
    ["[2, 5, 5, messages, false, false, nil, nil, nil]", "[user, assistant, tool, user, assistant]"],
  ],
  ["plain.jsonl", "{truncate_to_last: 1}", ["[1, 2, 5, messages, false, true, nil, nil, nil]", "[user, assistant]"]],
  [
    "plain.jsonl",
    '{drop_tool_calls: true, provider: "p"}',
    ["[2, 3, 5, messages, false, false, p, nil, nil]", "[user, user, assistant]"],
  ],
  ["transcript.jsonl", "nil", ["[1, 2, 3, message_events, false, false, p1, m1, native]", "[user, assistant]"]],
  ["cut.jsonl", "nil", ["[1, 1, 1, messages, true, false, nil, nil, nil]", "[user]"]],
  ["stray.jsonl", "{validate: false}", ["[0, 1, 1, messages, false, false, nil, nil, nil]", "[tool]"]],
])("%s with %s begins a session", async (file, options, expected) => {
  expect(await seeded(file, options)).toEqual(expected);
});

test.each([
  ["broken.jsonl", "invalid JSON in broken.jsonl line 1: a JSON object is expected"],
  ["stray.jsonl", "tool result for unknown call 'zz' in stray.jsonl"],
  ["empty.jsonl", "transcript JSONL did not contain any prompt-visible messages"],
])("%s does not, and says why", async (file, error) => {
  expect(await seeded(file)).toEqual([error]);
});

test("a name that is taken and an option that is none are refused", async () => {
  expect(await seeded("plain.jsonl", '{rename_session: agent_session_open("mine")}')).toEqual([
    "session 'mine' exists already",
  ]);
  expect((await seeded("plain.jsonl", 'json_parse("{\\"zzz\\": 1}")')).join("")).toContain("unknown option key 'zzz'");
});
