import { describe, expect, test } from "vitest";
import { findings } from "./testing/findings.ts";

function about(attributes: string, declaration = "fn f() { return 1 }"): string[] {
  return findings(`${attributes}\n${declaration}`);
}

describe("targets", () => {
  test.each([
    ["@test", "fn f() { return 1 }", "`@test` only applies to pipeline declarations"],
    ["@acp_tool", "struct S { x: int }", "`@acp_tool` only applies to function declarations"],
    ["@trigger", "struct S { x: int }", "`@trigger` only applies to function, tool, or pipeline declarations"],
    ["@serial", "fn f() { }", "`@serial` only applies to pipeline declarations (use on `@test` or `test_*` pipelines)"],
  ])("%s on %s", (attribute, declaration, message) => {
    const severity = attribute.startsWith("@acp_") ? "error" : "warning";
    expect(about(attribute, declaration)).toEqual([`${severity}:NAM-011@1 ${message}`]);
  });

  test.each([
    ["@deprecated", "struct S { x: int }"],
    ["@complexity(allow)", "fn f() { return 1 }"],
    ["@persona(name: a.b)", "pipeline p(t) { }"],
    ['@invariant("fs.writes", "src/**")', "tool t(x: int) { x }"],
  ])("%s may stand on %s", (attribute, declaration) => {
    expect(about(attribute, declaration)).toEqual([]);
  });
});

describe("arguments", () => {
  test.each([
    ['@deprecated(why: "x")', 'unknown `@deprecated` argument `why`; expected one of ["since", "use"]'],
    ['@deprecated("x")', "`@deprecated(...)` arguments must be named"],
    ["@deprecated(since: 5)", "`@deprecated(since: ...)` must be a string or symbol"],
    ["@step(name: a, approval: never)", '`@step(approval: ...)` must be one of ["required", "optional"]'],
    ["@step", '`@step(...)` should declare `name: "..."` for stable supervision metadata'],
    ["@step(name: a, retry: {max_attempts: 0})", "`@step(retry: { max_attempts: ... })` must be a positive integer"],
    ["@step(name: a, retry: {times: 1})", "unknown `@step(retry: ...)` field `times`; expected `max_attempts`"],
    ["@step(name: a, budget: {max_usd: x})", "`@step(budget: { max_usd: ... })` must be a non-negative number"],
    ["@persona(name: a, tools: 5)", "`@persona(tools: ...)` must be a list of strings or symbols"],
    ["@persona(name: a, stages: [5])", "`@persona(stages: ...)` entries must be dict literals"],
    ["@persona(name: a, stages: [{name: 5}])", "stage `name` must be a string"],
    ["@trigger(budget: {run_usd: x})", "`@trigger(run_usd: ...)` must be a number"],
    ["@handoff(target: a, schema: 5)", "`@handoff(schema: ...)` must be a string or symbol"],
  ])("%s", (attribute, message) => {
    expect(about(attribute)).toEqual([`warning:NAM-012@1 ${message}`]);
  });

  test.each([
    ["@heavy(threads: 0)", "`@heavy(threads: ...)` must be a positive integer"],
    ["@heavy", "`@heavy(...)` must specify `threads: <positive int>`"],
    ["@test(slow: true)", "`@test` does not accept arguments"],
    ["@command(name: 5)", "`@command(name: ...)` must be a string or symbol"],
  ])("%s on a pipeline", (attribute, message) => {
    expect(about(attribute, "pipeline test_p(t) { }")).toEqual([`warning:NAM-012@1 ${message}`]);
  });

  test.each([
    '@step(name: "a", model: m, approval: required, receipt: audit, error_boundary: continue, retry: {max_attempts: 3})',
    "@persona(name: a, triggers: [github.pr, schedule(daily)], budget: {daily_usd: 1.5, on_exhausted: stop}, receipts: true)",
    "@trigger(id: a, schedule: schedule(daily), when: later)",
    "@handoff(to: [a, b], reason: c)",
    "@budget(run_usd: 0.5, max_tokens: 100)",
  ])("accept: %s", (attribute) => {
    expect(about(attribute)).toEqual([]);
  });
});

describe("Flow predicates", () => {
  test.each([
    [
      "@deterministic\n@semantic",
      2,
      "`@deterministic` and `@semantic` are mutually exclusive; a Flow predicate is one mode or the other",
    ],
    ["@retroactive", 1, "`@retroactive` only applies to Flow predicates marked with `@invariant`"],
    ["@archivist(evidence: [])", 1, "`@archivist(...)` only applies to Flow predicates marked with `@invariant`"],
    [
      "@invariant\n@semantic",
      1,
      "Flow `@invariant` is missing `@archivist(...)` provenance (evidence, confidence, source_date, coverage_examples)",
    ],
    [
      "@invariant\n@archivist(evidence: [])",
      1,
      "Flow `@invariant` requires exactly one of `@deterministic` (default) or `@semantic`",
    ],
  ])("%s", (attributes, line, message) => {
    expect(about(attributes)).toEqual([`warning:ORC-009@${line} ${message}`]);
  });

  test("are whole with a mode and their provenance", () => {
    expect(about('@invariant\n@deterministic\n@archivist(evidence: ["a"], confidence: 0.9)')).toEqual([]);
    expect(about("@invariant\n@deterministic\n@archivist(evidence: [], confidence: 2)")).toEqual([
      "warning:NAM-012@3 `@archivist(confidence: ...)` must be a float in [0.0, 1.0]",
    ]);
  });
});
