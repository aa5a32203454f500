import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";
import { microcompact } from "./microcompact.ts";

describe("compaction", () => {
  it("never parts a call from its result, nor keeps an answer without its question if it can", async () => {
    const run = await runBody(`
  fn roles(ms) { return ms.map({ m -> m.role }) }
  let u = {role: "user", content: "q"}
  let a = {role: "assistant", content: "a"}
  let r = {role: "tool", content: "r"}
  println(roles(transcript_auto_compact([u, a, u, a, r, a, r], {keep_last: 1, token_threshold: 0})))
  println(roles(transcript_auto_compact([u, a, r, a, r, a, r], {keep_last: 1, token_threshold: 0})))
  println(roles(transcript_auto_compact([u, a, r], {keep_last: 3, token_threshold: 0})))
  println(roles(transcript_auto_compact([u, a, u, a], {keep_first: 1, keep_last: 1, token_threshold: 0})))`);
    expect(run.lines).toEqual([
      "[user, user, assistant, tool, assistant, tool]",
      "[user, assistant, tool]",
      "[user, assistant, tool]",
      "[user, user, user, assistant]",
    ]);
  });

  it("asks a model for the summary, and falls back to a list when it says nothing", async () => {
    const run = await runBody(`
  let s = agent_session_open("s")
  for i in range(6) { agent_session_inject(s, {role: if i % 2 == 0 { "user" } else { "assistant" }, content: "turn \${i}"}) }
  llm_mock({text: "They took turns."})
  println(agent_session_compact(s, {keep_last: 2, token_threshold: 1, compact_strategy: "llm", provider: "mock"}))
  println(agent_session_snapshot(s)["messages"][0].content)
  println(contains(llm_mock_calls()[0].messages[0].content, "assistant: turn 1"))
  llm_mock({text: ""})
  println(split(transcript_auto_compact([{role: "user", content: "only"}, {role: "user", content: "last"}], {keep_last: 1, token_threshold: 0, compact_strategy: "llm", provider: "mock"})[0].content, "\\n"))
  println(try { agent_session_compact(s, json_parse("{\\"keep\\": 1}")) })
  println(try { transcript_auto_compact([{role: "user", content: "a"}, {role: "user", content: "b"}], {keep_last: 1, token_threshold: 0, compact_strategy: "custom"}) })`);
    expect(run.lines).toEqual([
      "3",
      "[auto-compacted 4 older messages]",
      "They took turns.",
      "true",
      "[[auto-compacted 1 older messages via truncate strategy], [user] only]",
      expect.stringMatching(/^Result\.Err\(agent_session_compact: unknown option key 'keep' \(expected one of: /),
      "Result.Err(Runtime error: compact_strategy 'custom' requires a `compact_callback` closure)",
    ]);
  });

  it("masks long observations and keeps what the assistant said", async () => {
    const run = await runBody(`
  let long = "line\\n" * 200
  let out = transcript_auto_compact([{role: "assistant", content: long}, {role: "tool", content: long}, {role: "user", content: "now"}], {keep_last: 1, token_threshold: 0})
  let text = out[0].content
  println(contains(text, "[tool] line"))
  println(contains(text, "... [201 lines, 1000 chars masked]"))
  println(len(text) > 1000 && len(text) < 1400)`);
    expect(run.lines).toEqual(["true", "true", "true"]);
  });
});

describe("the prompt of a summary", () => {
  const body = (prompt: string): string => `
  llm_mock({text: "short"})
  let talk = ["A", "B", "C"].map({ text -> {role: "user", content: text} })
  println(try { transcript_auto_compact(talk, {keep_last: 1, token_threshold: 0, compact_strategy: "llm", provider: "mock", summarize_prompt: "${prompt}"}) } catch (e) { e })
  println(json_stringify(llm_mock_calls().map({ call -> call.messages[0].content })))`;

  it("is a template that places the messages, where it names the file of one", async () => {
    const files = { "/desk/short.harn.prompt": "{{ archived_count }} lines:\n{{ formatted_messages }}" };
    const run = await runBody(body("short.harn.prompt"), { files });
    expect(run.lines.at(-1)).toBe('["2 lines:\\nUSER: A\\nUSER: B"]');
  });

  it("asks nothing when there is no such file", async () => {
    const run = await runBody(body("none.harn.prompt"));
    expect(run.lines[0]).toContain("/desk/none.harn.prompt");
    expect(run.lines.at(-1)).toBe("[]");
  });

  it("is otherwise what to do with the messages", async () => {
    const run = await runBody(body("Say it in one line."));
    expect(run.lines.at(-1)).toBe('["Say it in one line.\\n\\nConversation:\\nuser: A\\nuser: B"]');
  });
});

describe("cutting one text", () => {
  it("keeps head, tail, and diagnostics from between", () => {
    const text = [
      "first",
      ..."x"
        .repeat(60)
        .split("")
        .map((_, at) => (at === 30 ? "error: here" : `line ${at} ${"y".repeat(20)}`)),
      "last",
    ].join("\n");
    const cut = microcompact(text, 200);
    expect(cut.startsWith("first\n")).toBe(true);
    expect(cut.endsWith("\nlast")).toBe(true);
    expect(cut).toContain("[diagnostic lines preserved]\nerror: here\n");
    expect(cut).toMatch(/\[\.\.\. \d+ characters snipped \.\.\.\]/);
    expect(microcompact("short", 200)).toBe("short");
  });
});
