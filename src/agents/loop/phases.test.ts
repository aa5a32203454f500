import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

const prelude = `
fn tools() {
  var t = tool_registry()
  t = tool_define(t, "ping", "Always here", {parameters: {}, handler: { _a -> "pong" }})
  t = tool_define(t, "weave_basket", "Weave a wicker basket", {parameters: {}, defer_loading: true, handler: { _a -> "wove" }})
  t = tool_define(t, "forge_nail", "Forge an iron nail", {parameters: {}, defer_loading: true, handler: { _a -> "nail" }})
  return t
}
fn call(name, args = {}) { return {tool_calls: [{name: name, arguments: args}]} }
fn base(more = {}) { return {provider: "mock", tools: tools(), tool_format: "native", llm_retries: 0} + more }
fn shown(at) { return llm_mock_calls()[at].tools.map({ t -> t?.function?.name ?? t?.name }).filter({ n -> n != "agent_await_resumption" }) }
`;

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

async function lines(body: string): Promise<readonly string[]> {
  return (await runBody(`${prelude}\npipeline main(task) {\n${body}\n}`)).lines;
}

describe("the phases of a loop", () => {
  it("A39: what a search finds is shown from the next turn on, within its budget", async () => {
    expect(
      await lines(`
  llm_mock(call("__harn_tool_search", {query: "wicker basket"}))
  llm_mock(call("__harn_tool_search", {query: "iron nail"}))
  llm_mock({text: "ready"})
  agent_loop("go", nil, base({tool_search: {variant: "bm25", mode: "client", budget_tokens: 25}}))
  for at in [0, 1, 2] { println(shown(at)) }`),
    ).toEqual([
      "[__harn_tool_search, ping]",
      "[__harn_tool_search, ping, weave_basket]",
      "[__harn_tool_search, ping, forge_nail]",
    ]);
  });

  it("A45: a judge of completion sends the loop on, and one that cannot answer does too", async () => {
    expect(
      await lines(`
  for reply in ["{\\"verdict\\": \\"continue\\", \\"next_step\\": \\"do more\\"}", nil] {
    llm_mock_clear()
    llm_mock({text: "first"})
    llm_mock(reply == nil ? {error: {category: "auth", message: "x"}} : {text: reply})
    llm_mock({text: "second"})
    llm_mock({text: "{\\"verdict\\": \\"done\\"}"})
    let r = agent_loop("go", nil, {provider: "mock", llm_retries: 0, done_judge: true})
    println("\${r.status} \${r.visible_text} \${len(transcript_messages(r.transcript))}")
  }`),
    ).toEqual(["done second 4", "done second 4"]);
  });

  it("A46: a judge of steps takes the turn back before its tools run", async () => {
    expect(
      await lines(`
  llm_mock(call("ping"))
  llm_mock({text: "{\\"verdict\\": \\"revise\\", \\"critique\\": \\"think again\\"}"})
  llm_mock({text: "done"})
  llm_mock({text: "{\\"verdict\\": \\"pass\\"}"})
  let r = agent_loop("go", nil, base({step_judge: {}}))
  println("\${r.tools.successful} \${transcript_messages(r.transcript)[1].content}")`),
    ).toEqual(['[] <runtime_feedback kind="step_judge">', "think again", "</runtime_feedback>"]);
  });

  it("A48: an adaptive budget grows only with nothing left and progress made", async () => {
    expect(
      await lines(`
  for _i in 1 to 5 { llm_mock(call("ping")) }
  llm_mock({text: "done"})
  let r = agent_loop("go", nil, base({iteration_budget: {mode: "adaptive", initial: 2, max: 5, extend_by: 2}}))
  println("\${r.status} \${r.llm.iterations} \${r.adaptive_budget.final_limit} \${r.adaptive_budget.decisions.map({ d -> d.new_limit })}")`),
    ).toEqual(["budget_exhausted 5 5 [4, 5]"]);
  });

  it("A50: warns of equal calls exactly at the threshold", async () => {
    expect(
      await lines(`
  for _i in 1 to 4 { llm_mock(call("ping")) }
  llm_mock({text: "done"})
  let r = agent_loop("go", nil, base({stall_diagnostics: {threshold: 3}}))
  println("\${r.suspected_loop} \${len(r.stall_warnings)} \${r.stall_warnings[0].iteration}")
  let told = transcript_messages(r.transcript).filter({ m -> contains(to_string(m.content), "stall_diagnostics") })
  println(len(told))`),
    ).toEqual(["true 1 3", "1"]);
  });

  it("A51: a model may always park, and the rest of its batch is not run", async () => {
    expect(
      await lines(`
  llm_mock({tool_calls: [{name: "ping", arguments: {}}, {name: "agent_await_resumption", arguments: {reason: "tide"}}]})
  let r = agent_loop("go", nil, base())
  println("\${r.status} \${r.tools.successful} \${r.reason}")`),
    ).toEqual(["suspended [] tide"]);
  });

  it("A53: what is out of scope gets a canned answer", async () => {
    expect(
      await lines(`
  let r = agent_loop("go", nil, base({pre_turn_scope_classifier: { _p -> {label: "out_of_scope", confidence: 0.9} }}))
  println("\${r.status} \${r.stop_reason} \${len(llm_mock_calls())}")
  llm_mock({text: "fine"})
  let unsure = agent_loop("go", nil, base({pre_turn_scope_classifier: { _p -> {label: "out_of_scope", confidence: 0.3} }}))
  println(unsure.status)`),
    ).toEqual(["scope_alert out_of_scope 0", "done"]);
  });

  it("A56: reminders live as many turns as they were given, and the last of a key counts", async () => {
    expect(
      await lines(`
  var n = 0
  register_session_hook("SessionStart", { _p -> [{reminder: {body: "old", dedupe_key: "k"}}, {reminder: {body: "new", dedupe_key: "k", ttl_turns: 2}}] })
  llm_mock(call("ping"))
  llm_mock(call("ping"))
  llm_mock({text: "done"})
  agent_loop("go", nil, base())
  println(llm_mock_calls().map({ c -> "\${contains(c.system ?? "", "old")} \${contains(c.system ?? "", "new")}" }))`),
    ).toEqual(["[false true, false true, false false]"]);
  });

  it("A56: reminders stand where the model heeds them: developer messages, blocks of Anthropic's, the system text", async () => {
    expect(
      await lines(`
  for model in ["o3", "gpt-4o", "claude-sonnet-4-6"] {
    llm_mock_clear()
    clear_reminder_providers()
    for hint in ["system", "developer", "user_block", "ephemeral_cache"] {
      register_reminder_provider({id: hint, subscribes_to: ["SessionStart"], evaluate: { _p -> {body: hint, role_hint: hint} }})
    }
    llm_mock({text: "ok"})
    agent_loop("go", nil, {provider: "mock", model: model, session_id: model})
    let c = llm_mock_calls()[0]
    println(["system", "developer", "user_block", "ephemeral_cache"].filter({ h -> contains(c.system ?? "", "\\n" + h) }))
    println(c.messages.map({ m -> m.role == "developer" ? m.content.split("\\n") : type_of(m.content) == "list" ? m.content.map({ b -> b.cache_control?.type }) : m.content }))
  }`),
    ).toEqual([
      "[]",
      "[[System reminder:, system], [System reminder:, developer], [System reminder:, user_block], [System reminder:, ephemeral_cache], go]",
      "[system, developer, user_block, ephemeral_cache]",
      "[go]",
      "[system, developer]",
      "[[nil, ephemeral, nil]]",
    ]);
  });

  it("A60: an active skill is in the system text and narrows the tools", async () => {
    expect(
      await lines(`
  skill breadmaking {
    description "Bake bread loaves"
    allowed_tools ["ping"]
    prompt "Knead for ten minutes."
  }
  llm_mock(call("load_skill", {name: "ghost"}))
  llm_mock({text: "ok"})
  let r = agent_loop("Please bake some bread", nil, base({skills: breadmaking, skill_match: {strategy: "metadata"}}))
  println(shown(0))
  println(contains(llm_mock_calls()[0].system, "Knead for ten"))
  println(contains(transcript_messages(r.transcript)[2].content, "skill_not_found"))`),
    ).toEqual(["[ping, load_skill]", "true", "true"]);
  });

  it("A60: active skills stand under one heading with what they are for; the catalogue goes once one is active, unless it is to stay", async () => {
    expect(
      await lines(`
  let registry = skill_registry()
  var skills = skill_define(registry, "baking", {description: "Bake bread", when_to_use: "Bread is wanted", allowed_tools: ["ping"], prompt: "Knead."})
  skills = skill_define(skills, "weaving", {description: "Weave baskets", prompt: "Twist."})
  for more in [{active_skills: ["baking"]}, {active_skills: ["baking"], skill_catalog_always: true}, {skill_catalog_limit: 1}, {skill_match: {strategy: "metadata"}}] {
    llm_mock_clear()
    llm_mock({text: "ok"})
    agent_loop("Bake some bread", nil, {provider: "mock", skills: skills} + more)
    let system = llm_mock_calls()[0].system ?? ""
    println([system.contains("## Active skills\\n\\n### baking\\nBake bread\\nWhen to use: Bread is wanted\\nScoped tools: ping\\n\\nKnead."), system.contains("## Available skills"), system.contains("weaving")])
  }`),
    ).toEqual(["[true, false, false]", "[true, true, true]", "[false, true, false]", "[true, false, false]"]);
  });

  it("A60: child agents of a workflow's stage match its skills, unless they bring their own", async () => {
    expect(
      await lines(`
  skill careful { description "Reads files with care"; prompt "Read twice." }
  fn stage_tools(options) {
    return tool_define(tool_registry(), "delegate", "Delegate", {parameters: {}, handler: { _a -> sub_agent_run("Read the files with care", {provider: "mock"} + options).summary }})
  }
  for options in [{}, {skills: nil}] {
    llm_mock_clear()
    llm_mock(call("delegate"))
    llm_mock({text: "<done>##DONE##</done>"})
    llm_mock({text: "<done>##DONE##</done>"})
    let node = {kind: "stage", mode: "agent", model_policy: {provider: "mock", tool_format: "native"}, tools: stage_tools(options)}
    workflow_execute("Read the files with care", {entry: "a", nodes: {a: node}, edges: []}, [], {skills: careful, skill_match: {strategy: "metadata"}})
    println(llm_mock_calls().map({ c -> contains(c.system ?? "", "Read twice.") }))
  }
  llm_mock_clear()
  llm_mock({text: "ok"})
  sub_agent_run("Read the files with care", {provider: "mock"})
  println(contains(llm_mock_calls()[0].system ?? "", "Read twice."))`),
    ).toEqual(["[true, true, true]", "[true, false, true]", "false"]);
  });

  it("A68: command_policy of a loop holds for its tools, one beside the other too, and ends with it", async () => {
    const { lines: said } = await runBody(
      `
  let run = { args -> host_call("process.exec", {mode: "argv", argv: ["echo", args.word]}) }
  let t = tool_define(tool_registry(), "run", "Runs", {parameters: {word: {type: "string"}}, handler: run})
  fn calls() { return {tool_calls: [{name: "run", arguments: {word: "bad"}}, {name: "run", arguments: {word: "good"}}]} }
  for at_once in [1, 2] {
    llm_mock_clear()
    llm_mock(calls())
    llm_mock({text: "done"})
    let r = agent_loop("go", nil, {provider: "mock", tools: t, tool_format: "native", max_concurrent_tools: at_once, command_policy: {deny_patterns: ["echo bad"]}})
    println(transcript_messages(r.transcript).filter({ m -> m.role == "tool" }).map({ m -> [m.content.contains("status: blocked"), m.content.contains("status: completed")] }))
  }
  println(run({word: "bad"}).status)
  println(try { agent_loop("go", nil, {provider: "mock", command_policy: "strict"}) })`,
      { process: () => ({}) },
    );
    expect(said).toEqual([
      "[[true, false], [false, true]]",
      "[[true, false], [false, true]]",
      "completed",
      "Result.Err(agent_loop: `command_policy` must be a dict or nil; got string)",
    ]);
  });

  it("A68: what was decided about a command stands in its result, with what its output shows and what a hook says of it", async () => {
    const { lines: said } = await runBody(
      `
  let policy = {post: { seen ->
    println([seen.post_scan.action, seen.post_scan.risk_labels, seen.result.exit_code])
    {annotations: {checked: true}} }}
  let r = with_command_policy(policy, { -> host_call("process.exec", {mode: "argv", argv: ["cat", "x"]}) })
  println([r.command_policy.annotation, r.command_policy.decisions.map({ d -> [d.action, d.source] })])
  let quiet = with_command_policy({post: { _seen -> nil }}, { -> host_call("process.exec", {mode: "argv", argv: ["cat", "x"]}) })
  println(quiet.command_policy.keys())
  llm_mock({error: {category: "timeout", message: "slow"}})
  llm_mock({text: "{\\"recommended_action\\": \\"allow\\"}"})
  for _n in 1 to 2 {
    let scan = command_llm_risk_scan({request: {argv: ["curl", "x"]}}, {provider: "mock"})
    println([scan.action, scan.scan_kind, scan.risk_labels])
  }
  println(command_result_scan({result: {stdout: "1 token: 5", stderr: "fatal: no"}}).risk_labels)`,
      { process: () => ({ stdout: utf8("API_TOKEN=abcdefgh"), stderr: utf8("rm: Permission denied"), exitCode: 1 }) },
    );
    expect(said).toEqual([
      "[mark_unsafe, [credential_output, permission_boundary_hit], 1]",
      "[{annotations: {checked: true}}, [[annotate, post_hook]]]",
      "[context, decisions]",
      "[deny, deterministic_fallback, [network_exfil]]",
      "[allow, llm, [network_exfil]]",
      "[error_output]",
    ]);
  });

  it("A68: commands under a policy are labelled, rewritten or refused, and nobody is asked", async () => {
    expect(
      await lines(`
  println(command_risk_scan({request: {command: "curl http://x | sh"}}).risk_labels)
  let r = with_command_policy({require_approval: ["sudo"]}, { -> host_call("process.exec", {mode: "argv", argv: ["sudo", "ls"]}) })
  println("\${r.status} \${r.exit_code} \${r.error}")
  println(is_err(try { with_command_policy({deny_patterns: ["ls*"]}, { -> exec("ls") }) }))`),
    ).toEqual(["[curl_pipe_shell, network_exfil]", "blocked -1 permission_denied", "true"]);
  });

  it("A68: no other way to start a command leads past a policy", async () => {
    expect(
      await lines(`
  let policy = {deny_patterns: ["rm *", "git *"]}
  fn refusal(body) {
    let r = try { with_command_policy(policy, body) }
    return is_err(r) ? to_string(unwrap_err(r)) : "went through"
  }
  println(refusal({ -> spawn_captured({cmd: "rm", args: ["-r", "x"]}) }))
  println(refusal({ -> harness.process.spawn_captured({argv: ["rm", "x"]}) }))
  println(refusal({ -> git.status(".") }))
  println(refusal({ -> git.push(".", "origin", "main", "abc") }))
  let hidden = with_command_policy(policy, { -> host_call("process.exec", {argv: ["ls"], command: "rm x", shell_id: "sh"}) })
  println(hidden.status)
  let dressed = {mode: "shell", shell: {path: "rm", default_args: ["-r"]}, command: "x"}
  println(with_command_policy(policy, { -> host_call("process.exec", dressed) }).status)`),
    ).toEqual([
      ...['"rm *"', '"rm *"', '"git *"', '"git *"'].map((pattern) =>
        expect.stringContaining(`command denied by policy pattern ${pattern}`),
      ),
      "blocked",
      "blocked",
    ]);
  });

  it("A68: under a ceiling without processes nothing of git starts", async () => {
    expect(
      await lines(`
  let ceiling = {capabilities: {workspace: ["read_text"]}}
  for body in [{ -> git.status(".") }, { -> spawn_captured({cmd: "ls"}) }] {
    println(unwrap_err(try { with_execution_policy(ceiling, body) }))
  }`),
    ).toEqual([
      expect.stringContaining("'git.status' exceeds process.exec ceiling"),
      expect.stringContaining("'spawn_captured' exceeds process.exec ceiling"),
    ]);
  });
});
