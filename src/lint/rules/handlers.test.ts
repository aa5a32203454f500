import { describe, expect, it } from "vitest";
import { found } from "../testing/lint-text.ts";

describe("connector-effect-policy", () => {
  const rule = "connector-effect-policy";

  it("reports what an export may not reach", () => {
    const text =
      'pub fn normalize_inbound(raw) {\n  http_get("x")\n  llm_call("x")\n  read_file("x")\n  exec("x")\n  log(raw)\n}\n';
    expect(
      found(rule, text).map((line) =>
        line.replace(/: connector export `normalize_inbound` calls disallowed builtin/, ""),
      ),
    ).toEqual([
      "2 `http_get`: outbound network/client calls are not allowed on the ingress hot path",
      "3 `llm_call`: LLM calls are not allowed",
      "4 `read_file`: ambient filesystem access is not allowed",
      "5 `exec`: process execution is not allowed",
    ]);
  });

  it("lets exports that speak to the outside use the network, and other functions everything", () => {
    expect(found(rule, "pub fn poll_tick(ctx) {\n  return http_get(ctx)\n}\n")).toEqual([]);
    expect(found(rule, "pub fn init(ctx) {\n  return exec(ctx)\n}\n")).toEqual([]);
  });
});

describe("pr-open-without-secret-scan", () => {
  const rule = "pr-open-without-secret-scan";
  const open = 'mcp_call("git", "create_pr", {})';
  const inFunction = (...lines: string[]): number => found(rule, `fn f(x) {\n  ${lines.join("\n  ")}\n}\n`).length;

  it("wants a scan on every way to the call", () => {
    expect(inFunction(open)).toBe(1);
    expect(inFunction("if x { secret_scan(x) }", open)).toBe(1);
    expect(inFunction("for y in x { secret_scan(y) }", open)).toBe(1);
    expect(inFunction('host_tool_call("git.push_pr", {})')).toBe(1);
  });

  it("is content with a scan before it", () => {
    expect(inFunction("let found = secret_scan(x)", open)).toBe(0);
    expect(inFunction("if secret_scan(x).is_empty() {", open, "}")).toBe(0);
    expect(inFunction("if x { secret_scan(x) } else { secret_scan(1) }", open)).toBe(0);
  });

  it("does not count the scan of another function, nor one that comes later", () => {
    expect(found(rule, `fn g() { secret_scan(1) }\n\nfn f() { ${open} }\n`)).toHaveLength(1);
    expect(inFunction(open, "secret_scan(x)")).toBe(1);
  });
});
