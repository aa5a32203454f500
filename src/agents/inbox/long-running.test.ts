import { describe, expect, it } from "vitest";
import { type ProgramOptions, runBody } from "../testing/programs.ts";

const files = { "/desk/src/a.txt": "a", "/desk/src/deep/b.txt": "b", "/desk/src/deep/c.md": "c" };

async function lines(body: string, options: ProgramOptions = { files }): Promise<readonly string[]> {
  return (await runBody(body, options)).lines;
}

const wait = "for _ in 0 to 1000 { yield_now() }";

describe("work that goes on beside the program", () => {
  it("I44: answers at once with a handle of seven keys", async () => {
    expect(
      await lines(`
      let handle: any = walk_dir("src", {long_running: true})
      println(keys(handle).sort())
      println([handle.ended_at, handle.duration_ms, handle.status, handle.operation, handle.command_or_op_descriptor])
      println([starts_with(handle.handle_id, "hso-"), ends_with(handle.handle_id, "-1")])
      println(ends_with(handle.started_at, "+00:00"))
      let second: any = glob("**/*.txt", {base: "src", background: true})
      println([second.command_or_op_descriptor, ends_with(second.handle_id, "-2")])
      println(agent_session_drain_inbox(""))`),
    ).toEqual([
      "[command_or_op_descriptor, duration_ms, ended_at, handle_id, operation, started_at, status]",
      "[nil, 0, running, walk_dir, walk_dir /desk/src]",
      "[true, true]",
      "true",
      "[glob **/*.txt in /desk/src, true]",
      "[]",
    ]);
  });

  it("I31: tells the inbox of its end once, with its answer", async () => {
    expect(
      await lines(`
      let handle: any = glob("**/*.txt", "src", {long_running: true})
      ${wait}
      let told = agent_session_drain_inbox("")
      println(told.map({ e -> [e.kind, e.source] }))
      let end = json_parse(told[0].content)
      println([end.handle_id == handle.handle_id, end.started_at == handle.started_at, end.status, end.result])
      println(keys(end).sort())
      ${wait}
      println([agent_session_drain_inbox(""), hostlib_tools_cancel_handle({handle_id: handle.handle_id}).cancelled])`),
    ).toEqual([
      "[[tool_result, stdlib.long_running]]",
      "[true, true, completed, [/desk/src/a.txt, /desk/src/deep/b.txt]]",
      "[command_or_op_descriptor, duration_ms, ended_at, handle_id, operation, result, started_at, status]",
      "[[], false]",
    ]);
  });

  it("I31: tells nobody when it was cancelled, and of a failure in the builtin's words", async () => {
    expect(
      await lines(`
      let handle: any = walk_dir("src", {background: true})
      println(hostlib_tools_cancel_handle({handle_id: handle.handle_id}) == {handle_id: handle.handle_id, cancelled: true})
      ${wait}
      println(agent_session_drain_inbox(""))
      let _broken = glob("[", "src", {long_running: true})
      ${wait}
      let end = json_parse(agent_session_drain_inbox("")[0].content)
      println([end.status, end.error, end.has("result")])
      println(try { hostlib_tools_cancel_handle({}) })`),
    ).toEqual([
      "true",
      "[]",
      "[failed, Thrown: glob: error parsing glob '[': unclosed character class; missing ']', false]",
      "Result.Err(Runtime error: hostlib_tools_cancel_handle: handle_id must be a non-empty string)",
    ]);
  });

  it("lets other tasks go on between its pieces", async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`/desk/src/f${at}.txt`, ""]));
    const printed = await lines(
      `
      let _handle = walk_dir("src", {long_running: true})
      var turns = 0
      while turns < 100 && len(agent_session_drain_inbox("")) == 0 {
        turns = turns + 1
        yield_now()
      }
      println(turns)`,
      { files: many },
    );
    expect(Number(printed[0])).toBeGreaterThanOrEqual(4);
    expect(Number(printed[0])).toBeLessThan(100);
  });

  const walker = `
      let handler = { _a -> walk_dir("src", {long_running: true})
        "begun" }
      let tools = tool_define(tool_registry(), "walk", "Walk", {parameters: {}, handler: handler})
      llm_mock({tool_calls: [{name: "walk", arguments: {}}]})
      llm_mock({text: "done"})
      agent_loop("Go", nil, {provider: "mock", session_id: "s", tools: tools, tool_format: "native", max_iterations: 2})`;

  it("is shown to the model of the loop that began it", async () => {
    expect(
      await lines(`${walker}
      let seen = llm_mock_calls()[1].messages.filter({ m -> contains(json_stringify(m.content), "completed") })
      println([len(seen), agent_session_drain_inbox(""), agent_session_drain_inbox("s")])`),
    ).toEqual(["[1, [], []]"]);
  });

  it("ends with the loop that began it", async () => {
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`/desk/src/f${at}.txt`, ""]));
    expect(
      await lines(
        `${walker}
      ${wait}
      println([agent_session_drain_inbox(""), agent_session_drain_inbox("s")])`,
        { files: many },
      ),
    ).toEqual(["[[], []]"]);
  });
});
