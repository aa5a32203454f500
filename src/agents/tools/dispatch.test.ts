import { describe, expect, it } from "vitest";
import { runBody } from "../testing/programs.ts";

describe("tool declarations", () => {
  it("make registries whose schemas are JSON schemas", async () => {
    const run = await runBody(`
  tool create(user: {name: string, age?: int}, tags: list<string>, prefs: dict<string, int>, size: float = 1.5, mode: "a" | "b" = "a") -> {ok: bool} {
    description "Creates"
    {ok: true}
  }
  let t = tool_find(create, "create")
  println(json_stringify(t.parameters))
  println(json_stringify(t.outputSchema))
  println(keys(t ?? {}))`);
    expect(run.lines.map((line) => (line.startsWith("{") ? JSON.parse(line) : line))).toEqual([
      {
        user: {
          type: "object",
          properties: { name: { type: "string" }, age: { type: "integer" } },
          required: ["name"],
        },
        tags: { type: "array", items: { type: "string" } },
        prefs: { type: "object", additionalProperties: { type: "integer" } },
        size: { type: "number", required: false, default: 1.5 },
        mode: { type: "string", enum: ["a", "b"], required: false, default: "a" },
      },
      { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] },
      "[description, executor, handler, name, outputSchema, parameters]",
    ]);
  });

  it("refuse what cannot be run", async () => {
    const run = await runBody(`
  let r = tool_registry()
  for config in [{params: {}}, {parameters: {}}, {executor: "magic"}, {executor: "host_bridge"}, {executor: "harn"}, {executor: "mcp_server", mcp_server: "m", handler: { a -> a }}, {handler: { a -> a }, namespace: ""}, {handler: { a -> a }, defer_loading: 1}] {
    println(split(to_string(unwrap_err(try { tool_define(r, "x", "d", config) })), ".")[0])
  }
  println(try { tool_count({}) })`);
    expect(run.lines).toEqual([
      "tool_define: use 'parameters', not 'params'",
      'tool_define: tool "x" has no `handler` and no `executor`',
      'tool_define: unknown executor "magic" for tool "x"',
      'tool_define: tool "x" declares executor: "host_bridge" but is missing `host_capability`',
      'tool_define: tool "x" declares executor: "harn" but has no `handler`',
      'tool_define: tool "x" declares executor: "mcp_server" but also has a `handler`',
      "tool_define: `namespace` must be a non-empty string (groups deferred tools for tool_search)",
      "tool_define: `defer_loading` must be a bool (true → hold schema back until a tool_search call surfaces it)",
      "Result.Err(tool_count: argument must be a tool registry (created with tool_registry()))",
    ]);
  });
});

describe("dispatch", () => {
  const prelude = `
  let t = tool_define(tool_registry(), "say", "Says", {parameters: {what: {type: "string"}}, handler: { a -> a.what }})
  fn show(r) { println("\${r.ok} \${r.status} \${r.error_category} \${json_stringify(r.rendered_result)} \${r.tool_output_truncated} \${r.original_size}") }
`;

  it("lets hooks refuse, change arguments, replace results and cut them", async () => {
    const run = await runBody(`${prelude}
  let call = {id: "1", name: "say", arguments: {what: "hello"}}
  register_tool_hook({pattern: "s*", pre: { c -> {args: {what: c.tool.arguments.what + "!"}} }, post: { c -> {result: c.result + "?"} }})
  show(agent_dispatch_tool_call(call, t))
  register_tool_hook({pattern: "say", max_output: 4, post: { c -> {result: "x" * 100} }})
  show(agent_dispatch_tool_call(call, t))
  register_tool_hook({pattern: "*", deny: "closed"})
  show(agent_dispatch_tool_call(call, t))
  clear_tool_hooks()
  show(agent_dispatch_tool_call(call, t))`);
    expect(run.lines).toEqual([
      'true ok nil "hello!?" false 7',
      'true ok nil "xx\\n[... 96 characters snipped ...]\\nxx" true 100',
      'false error permission_denied "{\\n  \\"error\\": \\"permission_denied\\",\\n  \\"reason\\": \\"closed\\",\\n  \\"tool\\": \\"say\\"\\n}" false 73',
      'true ok nil "hello" false 5',
    ]);
  });

  it("takes a handler's no for a rejection, in a dict as in text", async () => {
    const run = await runBody(`
  fn answer(value) {
    let t = tool_define(tool_registry(), "x", "d", {parameters: {}, handler: { _a -> value }})
    let r = agent_dispatch_tool_call({name: "x"}, t)
    println("\${r.ok} \${r.error_category}")
  }
  answer({error: "permission_denied"})
  answer({blocked: true})
  answer("{\\"status\\": \\"blocked\\"}")
  answer({error: "something else"})
  answer("blocked")`);
    expect(run.lines).toEqual([
      "false tool_rejected",
      "false tool_rejected",
      "false tool_rejected",
      "true nil",
      "true nil",
    ]);
  });

  it("tries a throwing handler again as often as it is told to", async () => {
    const run = await runBody(
      `
  let n = atomic(0)
  let t = tool_define(tool_registry(), "flaky", "d", {parameters: {}, handler: { _a ->
    atomic_add(n, 1)
    if atomic_get(n) < 3 { throw "not yet" }
    "ok after \${atomic_get(n)}"
  }})
  for retries in [1, 2] {
    llm_mock({tool_calls: [{name: "flaky", arguments: {}}]})
    llm_mock({text: "end"})
    atomic_set(n, 0)
    let r = agent_loop("go", nil, {provider: "mock", tools: t, tool_format: "native", tool_retries: retries, tool_backoff_ms: 10, session_id: "s\${retries}"})
    println("\${r.tools.successful} \${r.tools.rejected} \${atomic_get(n)}")
  }`,
      { fliesThroughTimers: true },
    );
    expect(run.lines).toEqual(["[] [flaky] 2", "[flaky] [] 3"]);
    expect(run.waits).toEqual([10, 10, 20]);
  });
});
