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
