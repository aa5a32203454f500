import { describe, expect, it } from "vitest";
import { found } from "../testing/lint-text.ts";

describe("prompt-injection-risk", () => {
  it("reports an interpolated system prompt, and no other argument", () => {
    const text = 'llm_call("hi ${x}", "fixed")\n\nllm_call("hi", "be ${x}")\n\nllm_call("hi", """be ${x}""")\n';
    expect(found("prompt-injection-risk", text)).toEqual([
      "3: interpolated data in the `llm_call` system prompt can smuggle untrusted instructions",
      "5: interpolated data in the `llm_call` system prompt can smuggle untrusted instructions",
    ]);
  });
});

describe("deprecated_llm_options", () => {
  it("reports the options where a model is called, by name or as text", () => {
    const text = 'llm_call("a", nil, {llm_retries: 2})\n\nagent_loop("a", nil, {"llm_backoff_ms": 1})\n';
    expect(found("deprecated_llm_options", text).map((line) => line.slice(0, 20))).toEqual([
      "1: `llm_retries` is ",
      "3: `llm_backoff_ms` ",
    ]);
  });

  it("leaves other dicts alone", () => {
    expect(found("deprecated_llm_options", "save({llm_retries: 2})\n\nlet o = {llm_retries: 2}\n")).toEqual([]);
  });
});

describe("long-running-without-cleanup", () => {
  const rule = "long-running-without-cleanup";
  const message = "`run_command` starts long-running work without a defer/finally cleanup path";

  it("reports work that nobody cancels", () => {
    expect(found(rule, "fn f() {\n  return run_command({background: true})\n}\n")).toEqual([`2: ${message}`]);
    expect(found(rule, 'fn f() {\n  return host_tool_call("tools.run_test", {long_running: true})\n}\n')).toEqual([
      "2: `host_tool_call` starts long-running work without a defer/finally cleanup path",
    ]);
  });

  it("is content with a defer, a finally, and with work that ends by itself", () => {
    expect(
      found(rule, "fn f() {\n  let h = run_command({background: true})\n  defer { cancel_handle(h) }\n}\n"),
    ).toEqual([]);
    const text = `fn f() {
  let h = run_command({background: true})
  try { use(h) } finally { host_tool_call("cancel_handle", {handle: h}) }
}
`;
    expect(found(rule, text)).toEqual([]);
    expect(found(rule, "fn f() {\n  return run_command({background: false})\n}\n")).toEqual([]);
  });

  it("does not take the cleanup of another function for this one's", () => {
    const text = "fn f(h) {\n  defer { cancel_handle(h) }\n}\n\nrun_command({background: true})\n";
    expect(found(rule, text)).toEqual([`5: ${message}`]);
  });
});

describe("mcp-tool-annotations", () => {
  const rule = "mcp-tool-annotations";
  const define = (more: string): string => `tool_define(r, "a", "does", {parameters: {}${more}})`;

  it("reports tools that are exposed without annotations", () => {
    const text = `var r = tool_registry()\nr = ${define("")}\nmcp_tools(r)\n`;
    expect(found(rule, text)).toEqual(["2: MCP-exposed `tool_define` registration has no `annotations`"]);
    expect(found(rule, `mcp_tools(${define("")})\n`)).toHaveLength(1);
  });

  it("leaves annotated, unexposed and unreadable definitions alone", () => {
    expect(
      found(rule, `var r = tool_registry()\nr = ${define(', annotations: {title: "A"}')}\nmcp_tools(r)\n`),
    ).toEqual([]);
    expect(found(rule, `var r = tool_registry()\nr = ${define("")}\n`)).toEqual([]);
    expect(found(rule, `var r = tool_registry()\nr = ${define(", ...rest")}\nmcp_tools(r)\n`)).toEqual([]);
  });
});
