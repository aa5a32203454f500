// Tools that nobody wrote a handler for: synthesized ones, those that the runtime answers, plans; and calls that are ended.
import { describe, expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

describe("a synthesized tool", () => {
  test("checks its arguments and shows what it would do", async () => {
    const { lines } = await runBody(`
      let fetch = tool_synthesize({description: "fetch it", name: "fetch_it", parameters: {start: {type: "string"}, n: {type: "int", default: 4}}, capabilities: ["http", "oauth:google"]})
      println(type_of(fetch))
      let r = fetch({start: "a"})
      println([r.status, r.name, r.side_effect_level, r.args.start, r.tool_id == tool_synthesis_cache()[0].id])
      tool_synthesize({description: "fetch it", name: "fetch_it", parameters: {start: {type: "string"}, n: {type: "int", default: 4}}, capabilities: ["oauth:google", "http"]})
      println(len(tool_synthesis_cache()))
      println(try { fetch({}) } catch (e) { e })
      println(try { fetch("x") } catch (e) { e })
      println(tool_synth_invoke(r.tool_id, {start: "b"}).args)
      tool_synthesis_clear()
      println(try { fetch({start: "a"}) } catch (e) { e.replace(r.tool_id, "ID") })`);
    expect(lines).toEqual([
      "closure",
      "[dry_run, fetch_it, network, a, true]",
      "1",
      'fetch_it: missing required argument "start"',
      "fetch_it: arguments must be a dict",
      "{start: b}",
      'tool_synth_invoke: unknown synthesis id "ID"; synthesize the tool in this run first',
    ]);
  });

  test.each([
    ["{}", "description must be a non-empty string"],
    [
      '{description: "x", name: "bad name"}',
      'invalid tool name "bad name"; use ASCII letters, digits, and underscores',
    ],
    [
      '{description: "x", executor: "moon"}',
      'unknown executor "moon"; expected "dry_run", "host_bridge", or "mcp_server"',
    ],
    ['{description: "x", capabilities: "http"}', "capabilities must be a list of strings"],
    [
      '{description: "x", handler: { _a -> 1 }}',
      "executable handlers must be supplied with tool_define; synthesized tools are dry-run, host_bridge, or mcp_server only",
    ],
  ])("%s is refused", async (spec, problem) => {
    const { lines } = await runBody(`println(try { tool_synthesize(${spec}) } catch (e) { e })`);
    expect(lines).toEqual([`tool_synthesize: ${problem}`]);
  });

  test("is handed to a host that there is not", async () => {
    const { lines } = await runBody(`
      let ask = tool_synthesize({description: "ask", executor: "host_bridge", host_tool: "Ask", capabilities: ["fs.write"]})
      println([tool_synthesis_cache()[0].host_tool, tool_synthesis_cache()[0].side_effect_level])
      println(try { ask({}) } catch (e) { e })`);
    expect(lines).toEqual(["[Ask, workspace_write]", "host_tool_call: no host bridge is attached"]);
  });
});

const answer = (name: string, args: string, files: Readonly<Record<string, string>> = {}) =>
  runBody(
    `let reg = tool_define(tool_registry(), "${name}", "D", {parameters: {}, executor: "harn"})
    let r = agent_dispatch_tool_call({name: "${name}", arguments: ${args}, id: "x"}, reg)
    println(json_stringify([r.ok, r.result, r.error_category]))`,
    { files },
  );

describe("a tool without a handler that the runtime knows", () => {
  const files = { "/desk/d/f.txt": "a\nb\nc\nd\n", "/desk/d/sub/x": "x" };

  test.each([
    ["read_file", '{path: "d/f.txt"}', [true, "1\ta\n2\tb\n3\tc\n4\td", null]],
    [
      "read_file",
      '{path: "d/f.txt", offset: 2, limit: 2}',
      [true, "2\tb\n3\tc\n\n[... 1 more lines not shown. Use offset=4 to continue reading]", null],
    ],
    ["read_file", '{path: "d/f.txt", offset: 9}', [true, "", null]],
    ["read_file", '{path: "d"}', [true, "f.txt\nsub/", null]],
    ["read_file", "{}", [false, null, "generic"]],
    ["list_directory", '{path: "d"}', [true, "f.txt\nsub/", null]],
    ["current_harn_version", "{}", [true, '{"harn_version":"0.8.43"}', null]],
    ["current_harness", "{}", [true, '{"harness":"harn"}', null]],
    [
      "current_context_window",
      "{}",
      [true, '{"context_window":null,"resolved":false,"runtime_context_window":null}', null],
    ],
  ])("%s %s", async (name, args, expected) => {
    expect(JSON.parse((await answer(name, args, files)).lines[0] ?? "")).toEqual(expected);
  });

  test("tells of the last model call", async () => {
    const { lines } = await runBody(`
      println(runtime_introspection().model)
      llm_mock({text: "a"})
      llm_call("x", nil, {provider: "mock", model: "sonnet"})
      let seen = runtime_introspection()
      println([seen.provider, seen.model, seen.model_alias, seen.tier, seen.capabilities.native_tools, seen.harn_version])`);
    expect(lines).toEqual(["nil", "[mock, claude-sonnet-4-6, sonnet, frontier, true, 0.8.43]"]);
  });
});

describe("plans", () => {
  test("are made of what models write, and are events of the session", async () => {
    const { lines, events } = await runBody(`
      println(json_stringify(plan_entries({steps: [{content: "one", status: "done", priority: "high"}, "two", ""]})))
      println([plan_artifact(nil).title, len(plan_artifact(["x", "y"]).steps), plan_artifact({explanation: "why"}).summary])
      llm_mock({tool_calls: [{name: "emit_plan", arguments: {summary: "S", steps: [{content: "one", status: "done"}]}}]})
      llm_mock({text: "done"})
      let reg = tool_define(tool_registry(), "emit_plan", "P", {parameters: {summary: "string", steps: "list"}, executor: "harn"})
      let r = agent_loop("go", nil, {provider: "mock", tools: reg, tool_format: "native"})
      for e in r.transcript.events { if e.kind == "plan" { println([e.role, e.metadata.plan.schema_version, e.metadata.plan.steps[0].status]) } }`);
    expect(lines).toEqual([
      '[{"content":"one","priority":"high","status":"completed"},{"content":"two","status":"pending"}]',
      "[Plan, 2, why]",
      "[tool, harn.plan.v1, completed]",
    ]);
    expect(events.filter((event) => event.type === "plan")).toHaveLength(1);
  });
});

describe("a call in flight", () => {
  const slow = `let started = channel("started", 1)
    let never = channel("never", 1)
    let tools = tool_define(tool_registry(), "slow", "S", {parameters: {}, handler: { _a ->
    defer { println("cleaned up") }
    send(started, 1)
    receive(never)
    "late" }})
    llm_mock({tool_calls: [{name: "slow", arguments: {}}]})
    llm_mock({text: "done"})`;

  test("can be ended; the model is told, and the handler cleans up", async () => {
    const { lines } = await runBody(`${slow}
      println(cancel_in_flight_tool_call("s", "mock_call_1"))
      let loop = spawn { agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native", session_id: "s"}) }
      receive(started)
      println(cancel_in_flight_tool_call("s", "mock_call_1", {reason: "too slow"}))
      println(cancel_in_flight_tool_call("s", "mock_call_1").status)
      let r = await(loop)
      println([r.status, r.tools.rejected, r.transcript.messages[2].content.replace("\\n", "|")])
      println(llm_mock_calls()[1].system.contains("The call mock_call_1 of the tool slow was cancelled: too slow"))
      println(try { cancel_in_flight_tool_call("s", "c", {timeout_ms: -1}) } catch (e) { e })`);
    expect(lines).toEqual([
      "{call_id: mock_call_1, reason: host cancelled in-flight tool call, status: not_found, tool: nil}",
      "cleaned up",
      "{call_id: mock_call_1, reason: too slow, status: cancelled, tool: slow}",
      "not_found",
      "[done, [slow], [cancelled call to slow]|too slow|[end of slow cancellation]|]",
      "true",
      "cancel_in_flight_tool_call: `timeout_ms` must be >= 0",
    ]);
  });
});
