import { describe, expect, it } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";
import type { HttpResponse } from "../../builtin/index.ts";
import { standardCatalog } from "../../program/catalog.ts";
import { typeErrors } from "../../program/type-errors.ts";
import { json } from "../testing/model-host.ts";

const keys = { ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef", OPENAI_API_KEY: "sk-openai-0123456789abcdef" };
const refused = (status: number, message: string): HttpResponse => json(status, { error: { message, type: "x" } });
const chat = (content: string): HttpResponse =>
  json(200, { choices: [{ message: { content }, finish_reason: "stop" }], usage: { prompt_tokens: 1 } });

const show = `
  let shown = { r -> if r.ok { "\${r.response.text} by \${r.response.provider}" } else { "\${r.error.category}: \${r.error.message}" } }`;

describe("fallback", () => {
  it("A7: fallback_chain keeps the model id, is not streamed, and the first failure surfaces", async () => {
    const answers = [refused(500, "first"), chat("saved"), refused(429, "primary"), refused(500, "second")];
    const run = await runBody(
      `${show}
  let options = {provider: "openai", model: "gpt-4o", fallback_chain: ["groq", "openrouter"]}
  println(shown(llm_call_safe("hi", nil, options)))
  println(shown(llm_call_safe("hi", nil, options)))`,
      {
        environment: { ...keys, OPENROUTER_API_KEY: "sk-or-0123456789abcdef" },
        http: () => answers.shift() as HttpResponse,
      },
    );
    expect(run.lines[0]).toBe("saved by openrouter");
    expect(run.lines[1]).toContain("rate_limit: openai HTTP 429");
    expect(run.lines[1]).toContain("primary");
    expect(run.requests.map((sent) => sent.url)).toEqual([
      "https://api.openai.com/v1/chat/completions",
      "https://openrouter.ai/api/v1/chat/completions",
      "https://api.openai.com/v1/chat/completions",
      "https://openrouter.ai/api/v1/chat/completions",
    ]);
    const bodies = run.requests.map((sent) => JSON.parse(String(sent.body)));
    expect(bodies.map((body) => [body.model, body.stream])).toEqual([
      ["gpt-4o", true],
      ["gpt-4o", undefined],
      ["gpt-4o", true],
      ["gpt-4o", undefined],
    ]);
  });
});

describe("a routing policy", () => {
  const policy = `
  let p = routing_policy({chain: [{provider: "mock", model: "a"}, {provider: "mock", model: "b", label: "second"}]})`;

  it("goes on after what may pass, and tells what it tried", async () => {
    const run = await runBody(`${policy}
  llm_mock({error: {category: "rate_limit", message: "slow"}})
  llm_mock({text: "fine"})
  let r = llm_call("hi", nil, {routing: p})
  println(r.text)
  println(r.routing.attempts.map({ a -> "\${a.index} \${a.label} \${a.status}" }))
  println("\${r.routing.policy} \${r.routing.attempts[r.routing.selected].label} \${r.routing.attempts[0].error.message}")`);
    expect(run.lines).toEqual(["fine", "[1 mock:a failed, 2 second succeeded]", "routing_policy(chain=2) second slow"]);
  });

  it("stops at what will not pass, and gives the last failure when the chain is used up", async () => {
    const run = await runBody(`${show}${policy}
  llm_mock({error: {category: "auth", message: "no"}})
  llm_mock({text: "never"})
  println(shown(llm_call_safe("hi", nil, {routing: p})))
  llm_mock_clear()
  llm_mock({error: {category: "rate_limit", message: "slow1"}})
  llm_mock({error: {category: "timeout", message: "slow2"}})
  println(shown(llm_call_safe("hi", nil, {routing: p})))
  llm_mock_clear()
  llm_mock({error: {category: "auth", message: "no"}})
  llm_mock({text: "asked for"})
  let q = routing_policy({chain: p.chain, failover: {on_error_kinds: ["auth"]}})
  println(shown(llm_call_safe("hi", nil, {routing: q})))`);
    expect(run.lines).toEqual(["auth: no", "timeout: slow2", "asked for by mock"]);
  });

  it("skips or refuses what would cost too much", async () => {
    const run = await runBody(`${show}
  let chain = [{provider: "openai", model: "gpt-4o"}, {provider: "mock", model: "free"}]
  llm_mock({text: "cheap"})
  println(shown(llm_call_safe("hi", nil, {routing: routing_policy({chain: chain, budget: {per_call_usd: 0.01, on_exceed: "skip"}})})))
  llm_mock({text: "never"})
  println(shown(llm_call_safe("hi", nil, {routing: routing_policy({chain: chain, budget: {per_call_usd: 0.01}})})))`);
    expect(run.lines[0]).toMatch(/^cheap by/);
    expect(run.lines[1]).toContain("budget_exceeded: LLM budget exceeded before provider call");
  });

  it("says what is wrong with it", async () => {
    const run = await runBody(`
  for c in [{}, {chain: []}, {chain: "x"}, {chain: [{model: "x"}]}, {chain: [{provider: "p", model: "m"}], budget: {on_exceed: "zz"}}] {
    try { println(routing_policy(c)) } catch (e) { println(e) }
  }`);
    expect(run.lines).toEqual([
      "routing_policy: `chain` is required (list of {provider, model})",
      "routing_policy.chain: at least one {provider, model} entry is required",
      "routing_policy.chain: expected a list, got string",
      'routing_policy.chain[0]: both provider and model are required (got provider="", model="x")',
      'routing_policy.budget.on_exceed: expected one of abort|skip|warn, got "zz"',
    ]);
  });
});

describe("schema_recover", () => {
  it("takes what is there, then mends it, then asks a model", async () => {
    const run = await runBody(`
  let s = {type: "object", properties: {a: {type: "integer"}}, required: ["a"]}
  let told = { r -> "\${r.ok} \${r.stage} \${r.attempts} \${r.data} \${r.repaired} \${r.error_category} \${r.error}" }
  println(told(schema_recover("{\\"a\\": 1}", s)))
  println(told(schema_recover("\`\`\`json\\n{\\"a\\": 1}\\n\`\`\`", s)))
  println(told(schema_recover("here: {\\"a\\": 1,}", s)))
  println(told(schema_recover("{\\"a\\": \\"7\\"}", s)))
  llm_mock({text: "{\\"a\\": 5}"})
  println(told(schema_recover("a is five", s, {provider: "mock", model: "m"})))
  llm_mock({text: "still no"})
  println(told(schema_recover("a is five", s, {provider: "mock", model: "m"})))`);
    expect(run.lines).toEqual([
      "true parsed 1 {a: 1} false nil ",
      "true extracted 2 {a: 1} false nil ",
      "true regex 3 {a: 1} false nil ",
      "true regex 2 {a: 7} false nil ",
      "true llm_repair 3 {a: 5} true nil ",
      "false llm_repair 3 nil false repair_failed LLM repair pass returned invalid JSON",
    ]);
  });
});

describe("links that verify and race", () => {
  const chain = `[{provider: "mock", model: "a"}, {provider: "mock", model: "b"}]`;

  const shown = `println(r.routing.attempts.map({ a -> "\${a.index} \${a.model} \${a.verifier_outcome} \${a.verifier_signals.map({ s -> s?.reason })}" }))`;

  it("asks the same link again with what is wrong, then the next one", async () => {
    const run = await runBody(`
  llm_mock({text: "DRAFT one"})
  llm_mock({text: "DRAFT two"})
  llm_mock({text: "done"})
  let p = routing_policy({chain: ${chain}, escalate_on: [{kind: "lint", forbidden_patterns: ["DRAFT"], max_line_length: 8}]})
  let r = llm_call("hi", nil, {routing: p})
  println("\${r.text} \${r.routing.selected}")
  ${shown}
  println(llm_mock_calls().map({ c -> len(c.messages) }))
  println(llm_mock_calls()[1].messages[1].content.contains("- lint: forbidden pattern matched: DRAFT; line 1 exceeds max_line_length=8"))`);
    const finding = "[lint: forbidden pattern matched: DRAFT; line 1 exceeds max_line_length=8]";
    expect(run.lines).toEqual([
      "done 2",
      `[1 a refine ${finding}, 2 a refine ${finding}, 3 b accept [nil]]`,
      "[1, 2, 1]",
      "true",
    ]);
  });

  it("matches patterns as programs do: with flags of theirs, without look-around, and never in exponential time", async () => {
    const run = await runBody(`
  llm_mock({text: "a".repeat(4000) + "b Draft"})
  let p = routing_policy({chain: [{provider: "mock", model: "a"}], escalate_on: [{kind: "lint", forbidden_patterns: ["(?i)draft", "^(a+)+$"]}], max_refines_per_link: 0})
  let r = llm_call("hi", nil, {routing: p})
  println(r.routing.attempts[0].verifier_signals[0].reason)
  routing_policy({chain: ${chain}, escalate_on: [{kind: "lint", forbidden_patterns: ["(?=a)"]}]})`);
    expect(run.lines).toEqual([
      "lint: forbidden pattern matched: (?i)draft",
      'ERROR routing_policy.escalate_on[0].forbidden_patterns: invalid regex "(?=a)"',
    ]);
  });

  it("goes on at once when a check escalates, and makes every check", async () => {
    const run = await runBody(`
  llm_mock({text: "DRAFT one"})
  llm_mock({text: "done"})
  let strict = {kind: "lint", name: "words", forbidden_patterns: ["DRAFT"], on_fail: "escalate"}
  let p = routing_policy({chain: ${chain}, escalate_on: [{kind: "lint", required_patterns: ["done"]}, strict], max_refines_per_link: 3})
  let r = llm_call("hi", nil, {routing: p})
  ${shown}
  println(r.routing.attempts[0].verifier_signals.map({ s -> "\${s.name} \${s.kind} \${s.signal}" }))`);
    expect(run.lines).toEqual([
      "[1 a escalate [lint: required pattern missing: done, lint: forbidden pattern matched: DRAFT], 2 b accept [nil, nil]]",
      "[lint lint refine, words lint escalate]",
    ]);
  });

  it("takes the last answer when every link is rejected, and a closure's word for it", async () => {
    const run = await runBody(`
  llm_mock({text: "one"})
  llm_mock({text: "two"})
  let p = routing_policy({chain: ${chain}, escalate_on: [{ answer -> "\${answer.text} is too short" }], max_refines_per_link: 0})
  let r = llm_call("hi", nil, {routing: p})
  println("\${r.text} \${r.routing.selected} \${r.routing.attempts[1].verifier_signals[0].reason}")`);
    expect(run.lines).toEqual(["two 1 two is too short"]);
  });

  it.each([
    ["let a = 1", "accept [nil]"],
    ["So: ```harn\\nlet a = 1\\n```\\n```python\\nx = = 1\\n```\\n```\\nfn f() { return a }\\n```", "accept [nil]"],
    ["let b = knownElsewhere(1)", "accept [nil]"],
    ['let a: int = \\"x\\"', "escalate [typecheck: let binding `a`: expected int, found string]"],
    ["It cannot be done.", "escalate [typecheck: "],
    ["```harn\\n```", "escalate [typecheck: no Harn source in the answer]"],
  ])("checks the types of an answer: %s", async (answer, outcome) => {
    const run = await runBody(
      `
  llm_mock({text: "${answer}"})
  llm_mock({text: "let c = 3"})
  let p = routing_policy({chain: ${chain}, escalate_on: ["typecheck"]})
  let r = llm_call("hi", nil, {routing: p})
  ${shown}`,
      { llm: { typeErrors: (text) => typeErrors(text, standardCatalog) } },
    );
    expect(run.lines[0]).toContain(`[1 a ${outcome}`);
  });

  it("runs a command with the answer as its input", async () => {
    const asked: unknown[] = [];
    const run = await runBody(
      `
  llm_mock({text: "let a = 1"})
  llm_mock({text: "fine"})
  llm_mock({text: "slow"})
  let check = {kind: "test_run", command: "npm test -- 'two words'", timeout_secs: 4, on_fail: "refine"}
  let p = routing_policy({chain: ${chain}, escalate_on: [check]})
  let r = llm_call("hi", nil, {routing: p})
  ${shown}
  let late = llm_call("hi", nil, {routing: routing_policy({chain: [{provider: "mock", model: "a"}], escalate_on: [check + {command: ["sleep", "9"]}], max_refines_per_link: 0})})
  println(late.routing.attempts[0].verifier_signals[0].reason)`,
      {
        process: ({ args, command, input, timeoutMs }) => {
          asked.push([command, args, input, timeoutMs]);
          const bytes = (text: string) => new TextEncoder().encode(text);
          const said = { stdout: bytes("ran\n"), stderr: bytes("first\nno such name\n") };
          if (command === "sleep") return { ...said, timedOut: true };
          return { ...said, exitCode: input === "fine" ? 0 : 3 };
        },
      },
    );
    expect(run.lines).toEqual([
      "[1 a refine [test_run: command exited with status 3: no such name], 2 a accept [nil]]",
      "test_run: timed out after 4s",
    ]);
    expect(asked).toEqual([
      ["npm", ["test", "--", "two words"], "let a = 1", 4000],
      ["npm", ["test", "--", "two words"], "fine", 4000],
      ["sleep", ["9"], "slow", 4000],
    ]);
  });

  it.each([
    ["5", "escalate_on: expected a list of verifier specs, got int"],
    ["[5]", "escalate_on[0]: expected a dict, a string or a closure, got int"],
    ['["lint"]', 'escalate_on[0]: shorthand "lint" needs at least one of'],
    ['["test_run"]', 'escalate_on[0]: shorthand "test_run" needs a command'],
    ['["magic"]', 'escalate_on[0]: unknown shorthand verifier "magic"'],
    ["[{}]", "escalate_on[0]: `kind` is required (one of typecheck, lint, test_run)"],
    ['[{kind: "magic"}]', 'escalate_on[0]: unknown kind "magic" (expected typecheck, lint, or test_run)'],
    ['[{kind: "lint"}]', "escalate_on[0]: lint verifier needs at least one of"],
    ['[{kind: "lint", required_patterns: ["("]}]', 'escalate_on[0].required_patterns: invalid regex "("'],
    ['[{kind: "lint", max_line_length: 0 - 1}]', "max_line_length: expected a non-negative integer, got -1"],
    ['["typecheck", {kind: "typecheck", on_fail: "x"}]', '[1].on_fail: expected "escalate" or "refine", got "x"'],
    ['[{kind: "typecheck", on_fail: 1}]', "on_fail: expected a string, got int"],
    ['[{kind: "test_run"}]', "escalate_on[0]: test_run verifier requires a non-empty `command`"],
    ['[{kind: "test_run", command: 5}]', "command: expected string or list, got int"],
    ['[{kind: "test_run", command: ["a", 5]}]', "command[1]: expected string, got int"],
    ['[{kind: "test_run", command: "a && b"}]', "command: & is for shells; no shell reads it"],
    ['[{kind: "test_run", command: "a \'b"}]', "command: the ' is never closed"],
    ['[{kind: "test_run", command: "a", timeout_secs: 0}]', "timeout_secs: expected a positive integer, got 0"],
  ])("refuses escalate_on: %s", async (spec, message) => {
    const run = await runBody(`
  let r = try { routing_policy({chain: ${chain}, escalate_on: ${spec}}) }
  println(to_string(unwrap_err(r)))`);
    expect(run.lines[0]).toContain(message);
  });

  it("shows the checks of a policy with their defaults", async () => {
    const run = await runBody(`
  let p = routing_policy({chain: ${chain}, escalate_on: ["typecheck", {kind: "lint", required_patterns: ["x"]}]})
  println(p.escalate_on)`);
    expect(run.lines[0]).toBe(
      "[{kind: typecheck, name: typecheck, on_fail: escalate}, {kind: lint, name: lint, on_fail: refine, required_patterns: [x]}]",
    );
  });

  it("asks the next link when the first is silent for too long, and the first answer counts", async () => {
    const silent: HttpResponse = {
      ...chat(""),
      body: (async function* () {
        await new Promise(() => undefined);
        yield new Uint8Array();
      })(),
    };
    const answers = [silent, chat("quick")];
    const run = await runBody(
      `
  let p = routing_policy({chain: [{provider: "openai", model: "gpt-4o"}, {provider: "anthropic", model: "claude-sonnet-4-6"}, {provider: "openai", model: "gpt-4o-mini"}], latency: {race_after_ms: 500}})
  let r = llm_call_safe("hi", nil, {routing: p})
  println(r?.error?.message ?? r.response.routing.attempts.map({ a -> "\${a.model} \${a.status}" }))`,
      {
        environment: keys,
        fliesThroughTimers: true,
        http: (request) =>
          request.url.includes("anthropic")
            ? json(200, { content: [{ type: "text", text: "quick" }], model: "c", usage: {} })
            : (answers.shift() as HttpResponse),
      },
    );
    expect(run.lines).toEqual(["[gpt-4o cancelled, claude-sonnet-4-6 succeeded]"]);
    expect(run.requests).toHaveLength(2);
  });
});

describe("route_policy", () => {
  it.each([
    ['{route_policy: "always(opus)"}', "claude-opus-4-7"],
    ['{route_policy: "cheapest_over_quality(frontier)"}', "gemma-4-31b-it"],
    ['{route_policy: {mode: "preference_list", targets: ["glm", "mid", "opus"]}}', "gpt-4o-mini"],
    ['{prefer: ["opus", "mid"], fallback_strategy: "cheapest_first"}', "gpt-4o-mini"],
    ['{route_policy: json_parse("false"), model: "haiku"}', "claude-haiku-4-5-20251001"],
  ])("%s asks %s first", async (options, model) => {
    const run = await runBody(`llm_call_safe("hi", nil, ${options})`, {
      environment: keys,
      http: () => refused(400, "stop here"),
    });
    expect(JSON.parse(String(run.requests[0]?.body)).model).toBe(model);
  });

  it("tries the rest of a preference list when the first fails", async () => {
    const answers = [refused(500, "down"), chat("second")];
    const run = await runBody(`println(llm_call("hi", nil, {prefer: ["opus", "mid"]}).text)`, {
      environment: keys,
      http: () => answers.shift() as HttpResponse,
    });
    expect(run.lines).toEqual(["second"]);
  });

  it.each([
    [
      '{route_policy: "bogus"}',
      "route_policy: expected manual, always(id), cheapest_over_quality(t), or fastest_over_quality(t)",
    ],
    ['{route_policy: {mode: "zzz"}}', 'route_policy.mode: unsupported value "zzz"'],
    ['{route_policy: {mode: "always"}}', 'mode "always" needs `target`'],
    ['{prefer: ["mid"], fallback_strategy: "luck"}', "fallback_strategy: expected prefer_order"],
  ])("refuses %s", async (options, message) => {
    const run = await runBody(`
  let r = try { llm_call("hi", nil, ${options}) }
  println(to_string(unwrap_err(r)))`);
    expect(run.lines[0]).toContain(message);
  });
});
