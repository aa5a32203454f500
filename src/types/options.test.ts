import { describe, expect, it, test } from "vitest";
import { findings } from "./testing/findings.ts";

const shape = "type RunOptions = {limit: int, label?: string}\n";

describe("literal options", () => {
  test.each([
    ["fn f(options: RunOptions?) { }", "f({limit: 1, lable: 2})", "options", "lable", "label"],
    ["fn f(run_opts: {limit: int, label?: string}) { }", "f({limit: 1, lable: 2})", "run_opts", "lable", "label"],
    ["fn f(how: RunOptions) { }", "f({limit: 1, lable: 2})", "how", "lable", "label"],
  ])("%s", (declaration, call, place, option, nearest) => {
    expect(findings(`${shape}${declaration}\npipeline p(t) { ${call} }`)).toEqual([
      `error:NAM-007@3 argument 1 \`${place}\`: unknown option \`${option}\`; expected one of \`label\`, \`limit\` — did you mean \`${nearest}\`?`,
    ]);
  });

  test.each([
    ["fn f(how: {limit: int}) { }", "f({limit: 1, other: 2})"],
    ["fn f(options: dict) { }", "f({limit: 1, other: 2})"],
    ["fn f(options: RunOptions) { }", "let o = {limit: 1, other: 2}\nf(o)"],
    ["fn f(options: RunOptions) { }", "let k = t\nf({limit: 1, [k]: 2, ...t})"],
  ])("are left alone: %s", (declaration, call) => {
    expect(findings(`${shape}${declaration}\npipeline p(t) { ${call} }`)).toEqual([]);
  });

  it("a single letter suggests nothing", () => {
    const text = "fn f(options: {n?: int}) { }\npipeline p(t) { f({m: 1}) }";
    expect(findings(text)).toEqual(["error:NAM-007@2 argument 1 `options`: unknown option `m`; expected one of `n`"]);
  });
});

test.each([
  ["max_iteration: 3", "`max_iteration`; did you mean `max_iterations`?"],
  ["tempature: 0.5", "`tempature`; did you mean `temperature`?"],
])("a slip in the options of a loop is told: %s", (option, told) => {
  expect(findings(`pipeline p(t) { agent_loop("go", nil, {provider: "mock", ${option}}) }`)).toEqual([
    `warning:LLM-001@1 unknown \`agent_loop\` option ${told}`,
  ]);
});

test.each(["team: 3", "loop_detect_warn: 2", "reasoning_policy: t", "nil: 1"])(
  "other keys of a loop are the program's: %s",
  (option) => {
    expect(findings(`pipeline p(t) { agent_loop("go", nil, {provider: "mock", ${option}}) }`)).toEqual([]);
  },
);

describe("variants", () => {
  const declared = "enum Tide { Ebb, Flow(height: int) }\n";

  test.each(["let a = Tide.Flood", "let a = Tide.Flood(1)", "match t { Tide.Flood(n) -> { n } _ -> { 0 } }"])(
    "must be declared: %s",
    (body) => {
      expect(findings(`${declared}pipeline p(t) { ${body} }`)).toEqual([
        "warning:TYP-023@2 Unknown variant 'Flood' in enum 'Tide'",
      ]);
    },
  );

  it("of a value of the enum's name are its fields", () => {
    expect(findings(`${declared}fn f(Tide) { return Tide.Flood }`)).toEqual([]);
  });
});

describe("schemas in conditions", () => {
  test.each(["Grade", "schema_of(Grade)"])("narrow to the type they are of: %s", (schema) => {
    const declared = "type Grade = {verdict: string}\n";
    const body = `let data: unknown = json_parse(t)\nif schema_is(data, ${schema}) { log(data.verdict) }`;
    expect(findings(`${declared}pipeline p(t) { ${body} }`)).toEqual([]);
  });
});

describe("strict types", () => {
  function strict(body: string): string[] {
    return findings(`pipeline p(t) {\n${body}\n}`, {}, { ambientStdio: "warn", strictTypes: true });
  }

  test.each([
    ["let a = json_parse(t)\nlog(a.x)", 3, "Accessing property on unvalidated value 'a' from `json_parse`"],
    ["let a = json_parse(t)\nlog(a[0])", 3, "Subscript access on unvalidated value 'a' from `json_parse`"],
    ["let a = json_parse(t)\nlet b = a\nlog(b.x)", 4, "Accessing property on unvalidated value 'b' from `json_parse`"],
    ["log(json_parse(t).x)", 2, "Direct property access on unvalidated `json_parse()` result"],
  ])("%s", (body, line, message) => {
    expect(strict(body)).toEqual([`warning:OWN-004@${line} ${message}`]);
  });

  test.each([
    "let a: {x: int} = json_parse(t)\nlog(a.x)",
    "let a = schema_expect(json_parse(t), {})\nlog(a.x)",
    "let a = json_parse(t)\nif schema_is(a, {}) { log(a.x) }",
    "var a = json_parse(t)\na = {x: 1}\nlog(a.x)",
    "log(t.x)",
  ])("accept: %s", (body) => {
    expect(strict(body)).toEqual([]);
  });

  it("are off unless the project asks for them", () => {
    expect(findings("pipeline p(t) { log(json_parse(t).x) }")).toEqual([]);
  });
});

describe("record types that nobody declares", () => {
  test.each([
    ['let o: PagerOptions = {body: "x", footer: nil}\n_ = o'],
    ['let o: ReadLineOptions = {timeout_ms: 5s, prompt: "?"}\n_ = o'],
    ["let o: LlmCallOptions = {timeout: 1.5, max_tokens: 5, temperature: 1}\n_ = o"],
    ["let o: LlmCallOptions = t\nlet p: dict = o\n_ = p"],
    ["fn f(r: LlmCallResult) { return [r.usage.input_tokens + 1, r.data.anything, r.thinking ?? 1] }\n_ = f(t)"],
    ["let e: SchemaRecoverEnvelope<int> = t\nlet n: int? = e.data\n_ = n"],
  ])("take what has their fields: %s", (body) => {
    expect(findings(`pipeline p(t) { ${body} }`).filter((finding) => finding.startsWith("error"))).toEqual([]);
  });

  test.each([
    ["let o: PagerOptions = {title: 5}", "error:TYP-007@1 let binding `o`: expected PagerOptions, found {title: int}"],
    ["let o: LlmCallOptions = {max_tokens: []}", "expected LlmCallOptions, found {max_tokens: list}"],
    ["fn f(r: LlmCallResult) { let n: int = r.text }", "let binding `n`: expected int, found string"],
    ["fn f(r: LlmCallResult) { return r.usage.tokens }", "NAM-004@1 field `tokens` does not exist"],
    ["let e: SchemaRecoverEnvelope<int> = t\nlet n: string? = e.data", "expected string?, found int?"],
    ['let s: ResumeTimeoutSpec = {duration_minutes: "5"}', "expected ResumeTimeoutSpec, found"],
  ])("know their fields: %s", (body, message) => {
    expect(findings(`pipeline p(t) { ${body} }`).join("\n")).toContain(message);
  });

  it("a program's own type of that name comes first", () => {
    const text = "type LlmUsage = {n: int}\npipeline p(t) { let u: LlmUsage = {n: 1}\n_ = u.n }";
    expect(findings(text).filter((finding) => finding.startsWith("error"))).toEqual([]);
  });
});
