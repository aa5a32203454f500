import { expect, it } from "vitest";
import { list, record } from "../fields.ts";
import { request } from "../testing/requests.ts";
import { ollamaRaw } from "./ollama-raw.ts";

const raw = ollamaRaw({ contextTokens: 4096, keepAlive: "30m" });

it("says a conversation as one text, calls and results among it", () => {
  const call = record({ id: "c1", function: record({ name: "f", arguments: "{}" }) });
  const body = raw.encode(
    request({
      provider: "ollama",
      model: "qwen3:0.6b",
      system: "be nice",
      messages: [
        record({ role: "user", content: "q1" }),
        record({ role: "assistant", content: "a1", tool_calls: list([call]) }),
        record({ role: "tool", tool_call_id: "c1", content: "res" }),
        record({ role: "user", content: "q2" }),
      ],
      maxTokens: 55,
      prefill: "So",
      sampling: { stop: ["X"] },
      outputFormat: { kind: "json_object" },
    }),
  );
  expect(body.get("prompt")).toBe(
    [
      "<|im_start|>system\nbe nice\n<|im_end|>",
      "<|im_start|>user\nq1\n<|im_end|>",
      '<|im_start|>assistant\na1\n\n[assistant tool calls]\n[{"function":{"arguments":"{}","name":"f"},"id":"c1"}]\n<|im_end|>',
      "<|im_start|>user\n[tool result: c1]\nres\n<|im_end|>",
      "<|im_start|>user\nq2\n<|im_end|>",
      "<|im_start|>assistant\nSo",
    ].join("\n"),
  );
  expect([body.get("raw"), body.get("stream"), body.get("format"), body.get("keep_alive")]).toEqual([
    true,
    true,
    "json",
    "30m",
  ]);
  expect(body.get("messages")).toBeUndefined();
});
