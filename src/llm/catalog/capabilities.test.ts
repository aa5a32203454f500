import { describe, expect, it } from "vitest";
import { findCapabilities } from "./capabilities.ts";
import { matchesGlob } from "./glob.ts";
import { parseModelVersion } from "./model-version.ts";

describe("model versions", () => {
  it.each([
    ["claude-opus-4-7", [4, 7]],
    ["claude-opus-4-20250514", [4, 0]],
    ["claude-3-5-haiku-20241022", [3, 5]],
    ["anthropic/claude-sonnet-4.6", [4, 6]],
    ["anthropic.claude-3-5-sonnet-20240620-v1:0", [3, 5]],
    ["gpt-5.4-preview", [5, 4]],
    ["openai/gpt-4o", [4, 0]],
    ["llama3.2", undefined],
  ])("%s is %j", (id, version) => {
    expect(parseModelVersion(id)).toEqual(version);
  });
});

describe("globs", () => {
  it.each([
    ["claude-*", "claude-x", true],
    ["*-latest", "llama-latest", true],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "aXc", false],
    ["aa*aa", "aaa", false],
    ["*", "", true],
    ["exact", "exact ", false],
    ["*\n*", "a\nb", true],
  ])("%j on %j: %s", (pattern, text, expected) => {
    expect(matchesGlob(pattern, text)).toBe(expected);
  });
});

describe("capabilities", () => {
  it("come from the first rule that fits, families after the provider itself", () => {
    expect(findCapabilities("anthropic", "claude-opus-4-7", []).thinkingModes).toEqual(["adaptive"]);
    expect(findCapabilities("mock", "gpt-5.4-preview", []).toolSearch).toEqual(["hosted", "client"]);
    expect(findCapabilities("openrouter", "anthropic/claude-sonnet-4.6", []).nativeTools).toBe(true);
    expect(findCapabilities("unknown", "claude-opus-4-7", []).nativeTools).toBe(false);
    const own = [{ provider: "anthropic", pattern: "claude-*", gives: { nativeTools: false } }];
    expect(findCapabilities("anthropic", "claude-opus-4-7", own).nativeTools).toBe(false);
  });
});
