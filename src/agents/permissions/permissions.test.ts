import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

const prelude = `
fn tools(runs) {
  var t = tool_registry()
  for name in ["edit_doc", "read_doc"] {
    t = tool_define(t, name, "Does " + name, {parameters: {path: {type: "string", required: false}, note: {type: "string", required: false}}, handler: { a ->
      atomic_add(runs, 1)
      "ran " + name
    }})
  }
  return t
}
fn why(r) { return r.ok ? "ok" : "\${r.result?.reason}" }
fn one(runs, call, options) { return agent_dispatch_tool_call({id: "c"} + call, tools(runs), options) }
`;

async function lines(body: string): Promise<readonly string[]> {
  return (
    await runBody(
      `${prelude}\npipeline main(task) {\n  let runs = atomic(0)\n${body}\n  println("runs=\${atomic_get(runs)}")\n}`,
    )
  ).lines;
}

describe("what stands between a model's wish and a tool", () => {
  it("A65: a ceiling refuses by name, capability, side effect and argument; an absent argument passes", async () => {
    expect(
      await lines(`
  let edit = {name: "edit_doc", arguments: {path: "z"}}
  let notes = {tool_annotations: {edit_doc: {side_effect_level: "workspace_write", capabilities: {workspace: ["write_text"]}}}}
  println(why(one(runs, edit, {policy: {tools: ["read_doc"]}})))
  println(why(one(runs, edit, {policy: notes + {side_effect_level: "read_only"}})))
  println(why(one(runs, edit, {policy: notes + {capabilities: {workspace: ["read_text"]}}})))
  let keyed = {tool_arg_constraints: [{tool: "edit_*", arg_key: "path", arg_patterns: ["a*", "b"]}]}
  println(why(one(runs, edit, {policy: keyed})))
  println(why(one(runs, {name: "edit_doc", arguments: {}}, {policy: keyed})))`),
    ).toEqual([
      "Error [tool_rejected]: tool 'edit_doc' exceeds tool ceiling",
      "Error [tool_rejected]: tool 'edit_doc' exceeds side-effect ceiling: workspace_write",
      "Error [tool_rejected]: tool 'edit_doc' exceeds capability ceiling: workspace.write_text",
      `Error [tool_rejected]: tool 'edit_doc' path 'z' does not match allowed patterns: ["a*", "b"]. Only the path argument is checked against this allow-list — other argument values are not.`,
      "ok",
      "runs=1",
    ]);
  });

  it("A66: deny is stronger than ask, ask than allow, and what nothing speaks about is allowed", async () => {
    expect(
      await lines(`
  let edit = {name: "edit_doc", arguments: {}}
  println(why(one(runs, edit, {approval_policy: {auto_approve: ["read_*"]}})))
  println(why(one(runs, edit, {approval_policy: {require_approval: ["*"], auto_deny: ["edit_doc"]}})))
  println(why(one(runs, edit, {approval_policy: {require_approval: ["*"], auto_approve: ["*"]}})))
  println(why(one(runs, {name: "read_doc", arguments: {note: "cat conf/.env"}}, {approval_policy: {}})))
  println(why(one(runs, {name: "read_doc", arguments: {note: "cat conf/.env"}}, {approval_policy: {allow_sensitive_paths: true}})))`),
    ).toEqual([
      "ok",
      "tool 'edit_doc' matches deny pattern 'edit_doc'",
      "approval required but no host bridge is available",
      "path 'cat conf/.env' is denied by the sensitive-path default",
      "ok",
      "runs=2",
    ]);
  });

  it("A38: asks the host, and runs with the arguments that it puts in their place", async () => {
    const run = await runBody(
      `${prelude}
pipeline main(task) {
  var t = tool_registry()
  t = tool_define(t, "say", "Says", {parameters: {text: {type: "string"}}, handler: { a -> a.text }})
  for text in ["a", "b"] {
    let r = agent_dispatch_tool_call({id: "c", name: "say", arguments: {text: text}}, t, {approval_policy: {require_approval: ["say"]}, session_id: "s"})
    println("\${r.ok} \${r.result} \${r.approval?.status}")
  }
}`,
      {
        approver: async (question) =>
          question.toolCall.rawInput.text === "a"
            ? { outcome: { outcome: "selected" }, args: { text: "changed" } }
            : { outcome: { outcome: "cancelled" } },
      },
    );
    expect(run.lines[0]).toBe("true changed granted");
    expect(run.lines[1]).toMatch(/^false .*permission_denied/);
  });

  it("A67: dynamic permissions deny first, and an escalation may allow once or for the session", async () => {
    expect(
      await lines(`
  agent_session_open("s")
  let asked = atomic(0)
  let perms = {allow: ["*"], deny: ["edit_*"], on_escalation: { r ->
    atomic_add(asked, 1)
    {grant: r.args.path == "b" ? "session" : "once"}
  }}
  for path in ["a", "a", "b", "b"] {
    println(why(one(runs, {name: "edit_doc", arguments: {path: path}}, {permissions: perms, session_id: "s"})))
  }
  println("asked=\${atomic_get(asked)}")
  println(why(one(runs, {name: "edit_doc", arguments: {path: "c"}}, {permissions: {deny: ["edit_*"]}, session_id: "s"})))
  println(why(one(runs, {name: "read_doc", arguments: {path: "/etc/x"}}, {permissions: {allow: {read_doc: {type: "path_scope"}}}, session_id: "s"})))`),
    ).toEqual([
      "ok",
      "ok",
      "ok",
      "ok",
      "asked=3",
      "permission denied by deny rule: edit_*",
      "permission denied: path '/etc/x' cannot be checked because session 's' has no workspace anchor",
      "runs=4",
    ]);
  });

  it("refuses policies that it does not understand rather than widening them", async () => {
    expect(
      await lines(`
  for options in [{approval_policy: {auto_denny: ["x"]}}, {approval_policy: {rules: [{action: "deny", match: {tol: "x"}}]}}, {permissions: {alow: []}}, {policy: {tool: []}}] {
    let r = try { one(runs, {name: "read_doc", arguments: {}}, options) }
    println(is_err(r))
  }`),
    ).toEqual(["true", "true", "true", "true", "runs=0"]);
  });

  it("holds around a block, whatever the tools are called from", async () => {
    expect(
      await lines(`
  let edit = {name: "edit_doc", arguments: {}}
  with_approval_policy({auto_deny: ["edit_*"]}, { -> println(why(one(runs, edit, {}))) })
  with_dynamic_permissions({deny: ["edit_*"]}, { -> println(why(one(runs, edit, {}))) })
  with_autonomy_policy({autonomy_tier: "suggest"}, { -> println(why(one(runs, edit, {}))) })
  let broken = try { with_approval_policy({auto_deny: ["*"]}, { -> throw "out" }) }
  println(why(one(runs, edit, {})))`),
    ).toEqual([
      "tool 'edit_doc' matches deny pattern 'edit_*'",
      "permission denied by deny rule: edit_*",
      "autonomy tier 'suggest' proposes and does not act",
      "ok",
      "runs=1",
    ]);
  });

  it("A53: a prompt that a hook blocks never reaches the model", async () => {
    expect(
      await lines(`
  register_session_hook("UserPromptSubmit", { p -> {block: true, reason: "no"} })
  let r = agent_loop("go", nil, {provider: "mock"})
  println("\${r.status} \${r.stop_reason} \${r.error.category} \${len(llm_mock_calls())}")`),
    ).toEqual(["blocked user_prompt_submit_blocked hook_denied 0", "runs=0"]);
  });
});
