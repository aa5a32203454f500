/** Streams as the providers document them, with text outside ASCII so that cuts fall inside characters. */

function sse(events: readonly unknown[], tail: readonly string[] = []): Uint8Array {
  const lines = [...events.map((event) => JSON.stringify(event)), ...tail];
  return new TextEncoder().encode(lines.map((data) => `data: ${data}\n\n`).join(""));
}

const chunk = {
  id: "chatcmpl-9",
  object: "chat.completion.chunk",
  created: 1700000000,
  model: "gpt-4o-mini-2024-07-18",
};

function delta(fields: object, finish: string | null = null): object {
  return { ...chunk, choices: [{ index: 0, delta: fields, finish_reason: finish }] };
}

/** Text, a thought, two interleaved calls with late ids and names, and usage after the last choice. */
export const openAiStream = sse(
  [
    delta({ role: "assistant", content: "" }),
    delta({ reasoning_content: "Let me think — 考え" }),
    delta({ content: "Grüße, " }),
    delta({ content: "世界 🌍" }),
    delta({ tool_calls: [{ index: 1, function: { arguments: '{"pa' } }] }),
    delta({ tool_calls: [{ index: 0, id: "call_a", type: "function", function: { name: "weather", arguments: "" } }] }),
    delta({ tool_calls: [{ index: 0, function: { arguments: '{"city": "Zü' } }] }),
    delta({
      tool_calls: [
        { index: 1, id: "call_b", type: "function", function: { name: "read_file", arguments: 'th": "a.txt"}' } },
      ],
    }),
    delta({ tool_calls: [{ index: 0, function: { arguments: 'rich"}' } }] }),
    delta({}, "tool_calls"),
    {
      ...chunk,
      choices: [],
      usage: {
        prompt_tokens: 31,
        completion_tokens: 12,
        total_tokens: 43,
        prompt_tokens_details: { cached_tokens: 8 },
      },
    },
  ],
  ["[DONE]"],
);

function named(event: { readonly type: string }): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const anthropicEvents: readonly ({ readonly type: string } & Record<string, unknown>)[] = [
  {
    type: "message_start",
    message: {
      id: "msg_01",
      type: "message",
      role: "assistant",
      model: "claude-sonnet-4-6",
      content: [],
      stop_reason: null,
      usage: { input_tokens: 25, cache_read_input_tokens: 100, cache_creation_input_tokens: 7, output_tokens: 1 },
    },
  },
  { type: "content_block_start", index: 0, content_block: { type: "thinking", thinking: "", signature: "" } },
  { type: "ping" },
  { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "Überlegen… " } },
  { type: "content_block_delta", index: 0, delta: { type: "thinking_delta", thinking: "wohl ja" } },
  { type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "c2ln" } },
  { type: "content_block_stop", index: 0 },
  { type: "content_block_start", index: 1, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "Ça va: " } },
  { type: "content_block_delta", index: 1, delta: { type: "text_delta", text: "日本 🎌" } },
  { type: "content_block_stop", index: 1 },
  {
    type: "content_block_start",
    index: 2,
    content_block: { type: "tool_use", id: "toolu_01", name: "get_weather", input: {} },
  },
  { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: "" } },
  { type: "content_block_delta", index: 2, delta: { type: "input_json_delta", partial_json: '{"location": "São' } },
  {
    type: "content_block_delta",
    index: 2,
    delta: { type: "input_json_delta", partial_json: ' Paulo", "days": 9007199254740993}' },
  },
  { type: "content_block_stop", index: 2 },
  { type: "message_delta", delta: { stop_reason: "tool_use", stop_sequence: null }, usage: { output_tokens: 89 } },
  { type: "message_stop" },
];

export const anthropicStream = new TextEncoder().encode(anthropicEvents.map(named).join(""));

export const anthropicErrorStream = new TextEncoder().encode(
  [
    ...anthropicEvents.slice(0, 10).map(named),
    named({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } } as { type: string }),
  ].join(""),
);

function geminiChunk(parts: readonly object[], more: object = {}): object {
  return {
    candidates: [{ content: { role: "model", parts }, index: 0, ...more }],
    usageMetadata: { promptTokenCount: 19 },
    modelVersion: "gemini-2.5-flash",
    responseId: "resp-7",
  };
}

/** A thought, text, two calls of which the first carries a signature, and the usage at the end. */
export const geminiStream = sse([
  geminiChunk([{ text: "Überlege… ", thought: true }]),
  geminiChunk([{ text: "Il fait " }]),
  geminiChunk([{ text: "beau ☀️" }]),
  geminiChunk([{ functionCall: { name: "weather", args: { city: "Zürich" } }, thoughtSignature: "c2ln" }]),
  geminiChunk([{ functionCall: { name: "weather", args: { city: "東京" } } }], { finishReason: "STOP" }),
  {
    candidates: [],
    usageMetadata: {
      promptTokenCount: 19,
      candidatesTokenCount: 11,
      thoughtsTokenCount: 30,
      cachedContentTokenCount: 4,
    },
  },
]);

function lines(objects: readonly unknown[]): Uint8Array {
  return new TextEncoder().encode(objects.map((line) => `${JSON.stringify(line)}\n`).join(""));
}

function ollamaLine(message: object, more: object = {}): object {
  return {
    model: "qwen3:8b",
    created_at: "2025-11-21T20:00:00Z",
    message: { role: "assistant", content: "", ...message },
    done: false,
    ...more,
  };
}

/** Thinking both ways a server may tell it, text, a call, and the counts in the last line. */
export const ollamaStream = lines([
  ollamaLine({ thinking: "考え " }),
  ollamaLine({ content: "<thi" }),
  ollamaLine({ content: "nk>mehr</think>Grü" }),
  ollamaLine({ content: "ße 🌍" }),
  ollamaLine({ tool_calls: [{ function: { name: "weather", arguments: { city: "Zürich" } } }] }),
  ollamaLine({}, { done: true, done_reason: "stop", prompt_eval_count: 26, eval_count: 298, total_duration: 9 }),
]);
