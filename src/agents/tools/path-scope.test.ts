import { describe, expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

/** What the model is answered to a call of `touch`, and whether it was told that the call left its folders. */
async function answerTo(guard: string, args: string, hasAnchor = true): Promise<readonly string[]> {
  const anchor =
    '{workspace_anchor: {primary: "/ws", additional_roots: [{path: "/ro", mount_mode: "read_only"}, {path: "/ext", mount_mode: "extend"}]}}';
  const { lines } = await runBody(`
    pipeline main(task) {
      llm_mock({tool_calls: [{id: "c1", name: "touch", arguments: ${args}}]})
      llm_mock({text: "done"})
      let tools = tool_define(tool_registry(), "touch", "T", {parameters: {path: {type: "string", required: false}}, handler: { a -> "touched" }})
      let session = agent_session_open(nil, ${hasAnchor ? anchor : "{}"})
      ${guard}
      agent_loop("go", nil, {tools: tools, provider: "mock", session_id: session, max_iterations: 2})
      let calls = llm_mock_calls()
      let last = json_stringify(calls[len(calls) - 1])
      println(contains(last, "path_scope_violation") ? "refused" : "touched")
      println(contains(last, "scope-alert") ? "told" : "not told")
    }`);
  return lines;
}

const on = "register_path_scope_guard()";

describe("calls of tools stay in the session's folders", () => {
  test.each([
    ['{path: "/ws/a"}', ["touched", "not told"]],
    ['{path: "a/../b"}', ["touched", "not told"]],
    ['{path: "/ext/x"}', ["touched", "not told"]],
    ['{text: "/etc/passwd"}', ["touched", "not told"]],
    ['{path: "/etc/passwd"}', ["refused", "told"]],
    ['{path: "/ws/../etc/passwd"}', ["refused", "told"]],
    ['{path: "/wsx/a"}', ["refused", "told"]],
    ['{path: "../x"}', ["refused", "told"]],
    ['{path: "/ro/x"}', ["refused", "told"]],
    ['{target: ["/ws/a", "/etc/x"]}', ["refused", "told"]],
  ])("%s", async (args, expected) => {
    expect(await answerTo(on, args)).toEqual(expected);
  });
});

describe("the guard", () => {
  const outside = '{path: "/etc/passwd"}';

  test.each([
    ['register_path_scope_guard({on_violation: "reminder"})', outside, ["touched", "told"]],
    ['register_path_scope_guard({mount_modes: ["read_only"]})', '{path: "/ro/x"}', ["touched", "not told"]],
    ['register_path_scope_guard({arg_keys: ["where"]})', outside, ["touched", "not told"]],
    ["register_path_scope_guard({enabled: false})", outside, ["touched", "not told"]],
    [`${on}\nclear_path_scope_guard()`, outside, ["touched", "not told"]],
  ])("%s, %s", async (guard, args, expected) => {
    expect(await answerTo(guard, args)).toEqual(expected);
  });

  test("has nothing to keep without an anchor", async () => {
    expect(await answerTo(on, outside, false)).toEqual(["touched", "not told"]);
  });

  test.each([
    ["{bogus: 1}", "unknown option key 'bogus' (expected one of: arg_keys, on_violation, mount_modes, enabled)"],
    ['{on_violation: "magic"}', "`on_violation` must be 'deny' or 'reminder', got 'magic'"],
    ['{arg_keys: "path"}', "`arg_keys` must be a list, got string"],
    ['{mount_modes: ["any"]}', "unknown mount mode 'any'; expected one of: read_only, extend, sandboxed"],
  ])("refuses %s", async (options, problem) => {
    const { lines } = await runBody(
      `pipeline main(task) { try { register_path_scope_guard(${options}) } catch (e) { println(to_string(e)) } }`,
    );
    expect(lines).toEqual([`Runtime error: register_path_scope_guard: ${problem}`]);
  });
});
