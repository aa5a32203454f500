import { describe, expect, it } from "vitest";
import { runBody } from "../../agents/testing/programs.ts";
import type { HttpResponse } from "../../builtin/index.ts";
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
  println("\${r.routing.policy} \${r.routing.selected.label} \${r.routing.attempts[0].error.message}")`);
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

  it("goes on to the next link when an answer is rejected, after asking the same one again", async () => {
    const run = await runBody(`
  llm_mock({text: "DRAFT one"})
  llm_mock({text: "DRAFT two"})
  llm_mock({text: "done"})
  let p = routing_policy({chain: ${chain}, escalate_on: [{kind: "lint", forbidden_patterns: ["DRAFT"]}], max_refines_per_link: 1})
  let r = llm_call("hi", nil, {routing: p})
  println(r.text)
  println(r.routing.attempts.map({ a -> "\${a.model} \${a.status} \${a?.reason}" }))
  println(len(llm_mock_calls()[1].messages))`);
    expect(run.lines).toEqual(["done", "[a escalated the answer must not contain DRAFT, b succeeded nil]", "3"]);
  });

  it("takes the last answer when every link is rejected, and a closure's word for it", async () => {
    const run = await runBody(`
  llm_mock({text: "one"})
  llm_mock({text: "two"})
  let p = routing_policy({chain: ${chain}, escalate_on: [{ answer -> "\${answer.text} is too short" }]})
  let r = llm_call("hi", nil, {routing: p})
  println("\${r.text} \${r.routing.selected.model} \${r.routing.attempts[1].reason}")`);
    expect(run.lines).toEqual(["two b two is too short"]);
  });

  it.each([
    ["5", "expected a list of verifier specs, got int"],
    ['["lint"]', "escalate_on[0]: expected a dict or a closure, got string"],
    ['[{kind: "magic"}]', 'escalate_on[0]: `kind` must be "lint"'],
    ['[{kind: "lint"}]', '"lint" needs at least one of'],
  ])("refuses escalate_on: %s", async (spec, message) => {
    const run = await runBody(`
  let r = try { routing_policy({chain: ${chain}, escalate_on: ${spec}}) }
  println(to_string(unwrap_err(r)))`);
    expect(run.lines[0]).toContain(message);
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
