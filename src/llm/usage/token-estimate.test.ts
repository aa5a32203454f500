import { describe, expect, it } from "vitest";
import { estimateTokensByPieces, tokenizerOf } from "./token-estimate.ts";

// The counts beside are those of the vocabulary o200k_base.
describe("estimated tokens", () => {
  it.each([
    ["", 0],
    ["hello world, this is a test of the tokenizer", 10],
    ["The quick brown fox jumps over the lazy dog.", 10],
    ["fn main(harness: Harness) {\n  let x = 12345\n}\n", 17],
    ["Donaudampfschifffahrtsgesellschaft", 9],
    ["你好世界", 2],
    ["1234567890", 4],
  ])("%j: near %d", (text, exact) => {
    const estimate = estimateTokensByPieces(text);
    expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(Math.max(1, exact * 0.4) + 1);
  });

  it("never fall when a text grows by words", () => {
    const words = "one two, three (four) 5 six-seven\n".repeat(20).split(" ");
    let last = 0;
    for (let count = 1; count <= words.length; count++) {
      const estimate = estimateTokensByPieces(words.slice(0, count).join(" "));
      expect(estimate).toBeGreaterThanOrEqual(last);
      last = estimate;
    }
  });
});

describe("the tokeniser of a model", () => {
  it.each([
    ["gpt-4o", "openai", "o200k_base"],
    ["openai/gpt-5", "openai", "o200k_base"],
    ["o3", "openai", "o200k_base"],
    ["gpt-3.5-turbo", "openai", "cl100k_base"],
    ["text-embedding-3-small", "openai", "cl100k_base"],
    ["claude-sonnet-4-6", "anthropic", "cl100k_base"],
    ["gemini-2.5-pro", "gemini", "cl100k_base"],
    ["llama3.2", "unknown", undefined],
    ["sonnet", "unknown", undefined],
  ])("%s: %s, %s", (model, family, encoder) => {
    expect(tokenizerOf(model)).toEqual({ family, encoder });
  });
});
