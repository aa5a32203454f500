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
  it("7: fallback_chain keeps the model id, is not streamed, and the first failure surfaces", async () => {
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
