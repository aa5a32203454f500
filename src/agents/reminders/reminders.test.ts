import { expect, test } from "vitest";
import { runBody } from "../testing/programs.ts";

const ping = `let tools = tool_define(tool_registry(), "ping", "Ping", {parameters: {}, handler: { _a -> "pong" }})`;

test("a context that fills up is told of once at each step, and again after it was emptied", async () => {
  const { lines } = await runBody(`${ping}
    for used in [100000, 150000, 155000, 190000, 20000, 150000] { llm_mock({tool_calls: [{name: "ping", arguments: {}}], input_tokens: used, output_tokens: 0, model: "claude-sonnet-4-5"}) }
    llm_mock({text: "done"})
    agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native"})
    println(llm_mock_calls().map({ c ->
      let said = (c.system ?? "").split("% of the context")
      len(said) == 1 ? "-" : said[0].split(" ").last() }))
  `);
  expect(lines).toEqual(["[-, -, 75, 75, 95, 95, 75]"]);
});

test("providers are asked at each event that they subscribe to, with what happened", async () => {
  const { lines } = await runBody(`${ping}
    register_reminder_provider({id: "spy", subscribes_to: ["SessionStart", "PostToolUse", "OnBudgetThreshold", "SessionIdle"], evaluate: { asked ->
      println([asked.event, asked.session.id == asked.session_id, asked.payload.tool_name, asked.payload.tokens_used])
      nil } })
    llm_mock({tool_calls: [{name: "ping", arguments: {}}], input_tokens: 5, output_tokens: 2})
    llm_mock({text: "done", input_tokens: 6, output_tokens: 1})
    agent_loop("go", nil, {provider: "mock", tools: tools, tool_format: "native"})
    llm_mock({text: "quiet", input_tokens: 1, output_tokens: 1})
    agent_loop("go", nil, {provider: "mock", daemon: true, max_iterations: 1})
  `);
  expect(lines).toEqual([
    "[SessionStart, true, nil, nil]",
    "[OnBudgetThreshold, true, nil, 7]",
    "[PostToolUse, true, ping, nil]",
    "[OnBudgetThreshold, true, nil, 14]",
    "[SessionStart, true, nil, nil]",
    "[OnBudgetThreshold, true, nil, 2]",
    "[SessionIdle, true, nil, nil]",
  ]);
});

test("a session is told what earlier ones found out about the project, as far as it is sure and fits the task", async () => {
  const stored = (claim: string, confidence: number, more = {}): string =>
    JSON.stringify({
      type: "store",
      id: claim,
      value: { schema: "harn.fact.v1", kind: "observation", claim, confidence, evidence: [], ...more },
    });
  const { lines } = await runBody(
    `for o in [{}, {reminders: {providers: ["-project_facts"]}}, {reminders: false}] {
      llm_mock_clear()
      llm_mock({text: "done"})
      agent_loop("please deploy it", nil, {provider: "mock"} + o)
      println((llm_mock_calls()[0].system ?? "").split("\\n").filter({ line -> line.starts_with("- [observation") }))
    }`,
    {
      files: {
        "/desk/.harn/memory/project/facts/events.jsonl": [
          stored("deploy by hand", 0.9),
          stored("deploy on Mondays", 0.4),
          stored("deploy needs a key", 0.5, { evidence: [{ kind: "file_range", ref: "a.rs:1" }] }),
          stored("the weather is fine", 1),
          stored("deploy is old", 0.9),
          JSON.stringify({ type: "forget", forgotten_ids: ["deploy is old"] }),
          '{"type": "store", "id": "cut',
        ].join("\n"),
      },
    },
  );
  expect(lines).toHaveLength(3);
  expect(lines[0]).toContain("- [observation, confidence 0.90] deploy by hand");
  expect(lines[0]).toContain("- [observation, confidence 0.50] deploy needs a key (evidence: file_range:a.rs:1)");
  expect(lines[0]).not.toMatch(/Mondays|weather|old/);
  expect(lines.slice(1)).toEqual(["[]", "[]"]);
});

test("a session with a workspace is told where it works, until it is told that it need not", async () => {
  const { lines } = await runBody(`
    let s = agent_session_open("s", {workspace_anchor: {primary: "/desk"}})
    for more in [{}, {reminders: {providers: ["-workspace_anchor"]}}] {
      llm_mock_clear()
      llm_mock({text: "done"})
      agent_session_reset(s)
      agent_loop("go", nil, {provider: "mock", session_id: s} + more)
      println(contains(llm_mock_calls()[0].system ?? "", "This session works in /desk."))
    }
  `);
  expect(lines).toEqual(["true", "false"]);
});
